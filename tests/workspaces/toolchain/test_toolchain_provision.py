import re
import sys
from pathlib import Path

from specrun.spec.models.common import ToolCheck, Tools
from specrun.workspaces.toolchain import Provision, fetch, provide


def provided(tools: Tools, cache: Path) -> Provision:
    found = provide(tools, cache)
    assert isinstance(found, Provision)
    return found


def test_the_digest_tells_the_tools_and_nothing_of_the_machine(shared_cache: Path, tmp_path: Path) -> None:
    one = provided(Tools(python=("pytest",)), shared_cache)
    assert re.fullmatch("[0-9a-f]{64}", one.digest)
    assert one.digest == provided(Tools(python=("pytest", "pluggy")), tmp_path / "elsewhere").digest
    assert one.digest != provided(Tools(), shared_cache).digest
    assert one.digest != provided(Tools(python=("pytest", "coverage")), shared_cache).digest
    said = Tools(python=("pytest",), commands=(ToolCheck(run=("sh", "-c", "echo v1")),))
    assert one.digest != provided(said, shared_cache).digest
    assert not any("/" in value for value in one.components.values())


def test_what_workspaces_share_is_to_be_read_only(shared_cache: Path) -> None:
    found = provided(Tools(python=("coverage",)), shared_cache)
    assert found.toolchain.folder in found.readonly
    assert Path(sys.base_prefix).resolve() in found.readonly
    assert all(folder.is_dir() for folder in found.readonly)


def test_there_is_nothing_to_fetch_without_wheels(tmp_path: Path) -> None:
    fetch(Tools(python=("pytest",)), tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
