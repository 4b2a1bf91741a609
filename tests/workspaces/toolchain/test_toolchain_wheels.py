import os
from pathlib import Path

import pytest

from specrun.spec.models.common import Tools
from specrun.workspaces.toolchain import Provision, Unavailable, fetch, provide
from specrun.workspaces.wheels import WheelError, fetch_wheels, locate_wheels

pytest.importorskip("pip", reason="there is no pip beside specrun")


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wheel):
    """Make a folder of wheels all that pip on this machine knows."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())

    def publish(name: str, version: str) -> None:
        file, content = wheel(name, version)
        (folder / file).write_bytes(content)

    return publish


def test_pip_in_a_workspace_installs_the_pinned_wheels_without_the_network(
    publish, shared_cache: Path, tmp_path: Path, run_in
) -> None:
    publish("alpha", "1.0")
    publish("alpha", "2.0")
    publish("beta", "1.0")
    tools = Tools(python=("pip",), wheels=("beta==1.0", "alpha==1.0"))
    assert provide(tools, shared_cache) == Unavailable(
        "needs wheels that are not in the cache: run `specrun fetch SPEC`"
    )
    fetch(tools, shared_cache)
    found = provide(tools, shared_cache)
    assert isinstance(found, Provision)
    equipment = found.equip(tmp_path / "env")
    done = run_in(equipment, "python", "-m", "pip", "install", "alpha", "beta")
    assert done.returncode == 0, done.stderr
    done = run_in(equipment, "python", "-c", "import alpha; print(alpha.VERSION, alpha.__file__)")
    assert done.stdout.startswith(f"1.0 {tmp_path}/env/lib/")
    assert run_in(equipment, "pip", "install", "gamma").returncode == 1


def test_what_is_installed_stays_in_the_workspace_and_comes_first(
    publish, shared_cache: Path, tmp_path: Path, run_in
) -> None:
    publish("iniconfig", "99.0")
    tools = Tools(python=("pytest", "pip"), wheels=("iniconfig==99.0",))
    fetch(tools, shared_cache)
    found = provide(tools, shared_cache)
    assert isinstance(found, Provision)
    before = sorted(found.toolchain.folder.rglob("*"))
    equipment = found.equip(tmp_path / "env")
    done = run_in(equipment, "pip", "install", "iniconfig==99.0")
    assert done.returncode == 0, done.stderr
    done = run_in(equipment, "python", "-c", "import iniconfig; print(iniconfig.VERSION)")
    assert done.stdout == "99.0\n"
    assert sorted(found.toolchain.folder.rglob("*")) == before
    assert run_in(found.equip(tmp_path / "other"), "pytest", "--version").returncode == 0


def test_wheels_are_fetched_once_whatever_their_order(publish, tmp_path: Path) -> None:
    publish("alpha", "1.0")
    publish("beta", "1.0")
    folder = fetch_wheels(("alpha==1.0", "beta==1.0"), tmp_path / "cache")
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["alpha", "beta"]
    for wheel in (tmp_path / "published").iterdir():
        wheel.unlink()
    assert fetch_wheels(("beta==1.0", "alpha==1.0"), tmp_path / "cache") == folder
    assert locate_wheels(("beta==1.0", "alpha==1.0"), tmp_path / "cache") == folder


@pytest.mark.parametrize(
    ("pin", "message"),
    [
        ("alpha==3.0", "cannot fetch alpha==3.0: No matching distribution found for alpha==3.0"),
        ("sdist==1.0", "cannot fetch sdist==1.0: No matching distribution found for sdist==1.0"),
        ("--version==1", "cannot fetch --version==1: Invalid requirement: '--version==1'"),
    ],
)
def test_what_is_no_wheel_is_a_clear_error(publish, tmp_path: Path, pin: str, message: str) -> None:
    publish("alpha", "1.0")
    (tmp_path / "published" / "sdist-1.0.tar.gz").write_bytes(b"")
    with pytest.raises(WheelError) as caught:
        fetch_wheels((pin,), tmp_path / "cache")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert locate_wheels((pin,), tmp_path / "cache") is None
    assert list((tmp_path / "cache" / "wheels").iterdir()) == []


def test_a_file_named_pip_in_the_current_folder_is_not_pip(
    publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("alpha", "1.0")
    (tmp_path / "pip.py").write_text("raise SystemExit('not pip')\n")
    monkeypatch.chdir(tmp_path)
    assert list(fetch_wheels(("alpha==1.0",), tmp_path / "cache").iterdir())
