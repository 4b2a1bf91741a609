"""Every example in the documents is run. This file finds them and gives them a place to run in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NOT_RUN = re.compile(r"# Not run by the tests: (.+)\n")
"""The first line of a block that cannot be run, with the reason, for the reader to see."""
NAMED = re.compile(r"`([^`\s]+/[^`\s]+)`:\n\n\Z")
"""How the text before a block ends that is the content of a file: with its path."""


class Block(msgspec.Struct, frozen=True):
    """A fenced block. `line` is the one of its opening fence."""

    document: Path
    line: int
    language: str
    text: str
    file: str | None = None
    """The path of the file that it shows, as a reader would save it."""

    @property
    def why_not_run(self) -> str | None:
        match = NOT_RUN.match(self.text)
        return match[1] if match else None

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"


def fenced(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = []
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        named = NAMED.search(text, 0, match.start())
        line = text.count("\n", 0, match.start()) + 1
        blocks.append(Block(document, line, match[1], match[2], named[1] if named else None))
    return blocks


class Place(msgspec.Struct, frozen=True):
    """A folder to run examples in, with specrun and the grader of docs/graders.md installed."""

    folder: Path
    plugin: Path

    def run(self, *argv: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command; its errors are part of its output, as on a terminal."""
        programs = [str(Path(sys.executable).parent), os.environ["PATH"]]
        env = {
            "PATH": os.pathsep.join(programs),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "SPECRUN_CACHE": str(self.plugin.parent / "cache"),
            "PYTHONPATH": str(self.plugin),
            "SPECRUN_TRACEBACK": "1",
        }
        return subprocess.run(
            argv, cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of a `document` run once for each, those of a `spec_block` or `sh_block` for each such block."""
    if "document" in metafunc.fixturenames:
        metafunc.parametrize("document", DOCUMENTS, ids=str)
    blocks = [block for document in DOCUMENTS for block in fenced(document)]
    for name, chosen in (
        ("spec_block", [b for b in blocks if b.language == "yaml" and "specrun: 1" in b.text]),
        ("sh_block", [b for b in blocks if b.language == "sh"]),
    ):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, chosen, ids=[block.place for block in chosen])


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def readme() -> list[Block]:
    """The blocks of the README."""
    return fenced(Path("README.md"))


@pytest.fixture
def writing() -> list[Block]:
    """The blocks of docs/test-writing.md."""
    return fenced(Path("docs/test-writing.md"))


@pytest.fixture
def gateway() -> list[Block]:
    """The blocks of docs/gateway.md."""
    return fenced(Path("docs/gateway.md"))


@pytest.fixture
def neighbours(spec_block: Block) -> list[Block]:
    """The blocks of the document that the spec stands in."""
    return fenced(spec_block.document)


@pytest.fixture
def blocks(document: Path) -> list[Block]:
    """The blocks of a document."""
    return fenced(document)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty folder to run examples in."""
    folder = tmp_path / "place"
    folder.mkdir()
    return Place(folder, _plugin(tmp_path / "plugin"))


@pytest.fixture
def demo(place: Place) -> Place:
    """A place with what `specrun init` writes."""
    assert place.run("specrun", "init", ".").returncode == 0
    return place


def _plugin(folder: Path) -> Path:
    """Install the package of docs/graders.md as pip would: its module, and its entry points beside it."""
    toml, python = (
        next(block for block in fenced(Path("docs/graders.md")) if block.language == language)
        for language in ("toml", "python")
    )
    package = tomllib.loads(toml.text)
    name, version = package["project"]["name"].replace("-", "_"), package["project"]["version"]
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    groups = package["project"]["entry-points"].items()
    lines = [
        line
        for group, entries in groups
        for line in (f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    (module,) = package["tool"]["setuptools"]["py-modules"]
    (folder / f"{module}.py").write_text(python.text, encoding="utf-8")
    return folder
