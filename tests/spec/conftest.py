"""A small, valid set of specs that a test can bend."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

FILES = {
    "specs/bench.yaml": """\
specrun: 1
kind: test-running
id: bench
agents: [agents/tool.yaml]
projects: [projects/tables.yaml]
prompts: {detect: prompts/detect.md, setup: prompts/setup.md}
limits: {agent: {wall: 2m}, grade: {wall: 90s}}
graders: [replay]
passing: [replay]
""",
    "specs/agents/tool.yaml": """\
specrun: 1
kind: agent
id: tool
version: "1.0"
type: command
run: {command: [tool, "${prompt.file}"]}
""",
    "specs/platforms/python.yaml": """\
specrun: 1
kind: platform
id: python
language: python
env: {LEVEL: "1", SHARED: platform}
commands:
  test: python -m unittest
  report: {format: junit, path: report.xml}
paths: {source: ["**/*.py"], tests: [tests/**]}
""",
    "specs/projects/tables.yaml": """\
specrun: 1
kind: project
id: tables
platform: ../platforms/python.yaml
source: {path: ../../fixtures/tables}
env: {SHARED: project}
paths: {source: [src/**]}
truth: {tests_present: true, expected_tests: 3}
""",
    "specs/prompts/detect.md": "Case {{ case_id }}: write {{ answer_file }}.\n",
    "specs/prompts/setup.md": "Stage {{ stage }}.\n",
    "fixtures/tables/src/tables.py": "ROWS = 3\n",
}


class Shelf:
    """A folder of specs. `root` is its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, making folders."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, name: str, old: str, new: str) -> Path:
        """Replace text of a file."""
        text = (self.root / name).read_text()
        assert old in text
        return self.write(name, text.replace(old, new))

    def path(self, name: str) -> Path:
        """A file of this shelf."""
        return self.root / name


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Valid specs in a new folder, which is the current one."""
    root = tmp_path.resolve() / "shelf"
    root.mkdir()
    monkeypatch.chdir(root)
    return Shelf(root)


@pytest.fixture
def somebody(tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Be somebody who may not read everything, in a folder that everybody may enter."""

    import jinja2  # noqa: F401  somebody may not be allowed to look into Python's own folders

    @contextmanager
    def become() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        for folder in (tmp_path, *tmp_path.parents):
            if folder.stat().st_uid == 0 and folder.is_relative_to(tempfile.gettempdir()):
                folder.chmod(folder.stat().st_mode | 0o011)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return become
