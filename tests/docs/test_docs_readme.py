from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.cli.main import COMMANDS

if TYPE_CHECKING:
    from tests.docs.conftest import Block

MAKE = "python3 -m venv .venv && .venv/bin/pip install -q "
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([\w-]+))?\)")


def test_the_readme_opens_with_the_two_commands(readme: list[Block], root: Path) -> None:
    """Exactly two, of one line each: the first two blocks. CI takes the second one and runs it.

    `awk '/^```/ {inside = /^```sh$/ && ++n == 2; next} inside' README.md` prints it.
    """
    job, tests = (block.text for block in readme[:2])
    assert [block.language for block in readme[:2]] == ["sh", "sh"]
    assert job == f"{MAKE}. && .venv/bin/specrun specs/test-running.yaml --offline\n"
    assert tests == f"{MAKE}-e '.[test]' && .venv/bin/pytest\n"
    assert (root / "specs/test-running.yaml").is_file()
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert 'specrun = "specrun.__main__:main"' in pyproject
    assert "\ntest = [" in pyproject


def test_before_the_commands_stand_a_few_sentences_and_a_picture(root: Path) -> None:
    opening = (root / "README.md").read_text(encoding="utf-8").split("```sh")[0]
    title, prose, picture, commands = (part.strip() for part in opening.strip().split("\n\n"))
    assert title == "# specrun"
    assert 2 <= len(re.findall(r"\.(?:\s|$)", prose)) <= 3, "two or three sentences"
    assert re.fullmatch(r"!\[[^]]+\]\(docs/images/run\.svg\)", picture)
    assert commands.startswith("Two commands")


def test_every_command_stands_in_the_table(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `specrun ([a-z]+)\b", text, re.MULTILINE)) == set(COMMANDS)


def test_links_lead_to_files_and_headings_that_are_there(document: Path, root: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", (root / document).read_text(encoding="utf-8"), flags=re.M | re.S)
    for path, heading in LINK.findall(text):
        if path.startswith("https://"):
            continue
        target = (root / document).parent / path if path else root / document
        assert target.exists(), f"{document}: {path}"
        if heading:
            assert heading in _anchors(target), f"{document}: {path}#{heading}"


def test_the_schemas_of_the_repository_are_named_as_documented(root: Path) -> None:
    assert {file.name for file in (root / "schemas/v1").iterdir()} >= {
        f"{kind}.schema.json" for kind in ("agent", "platform", "project", "test-running")
    }


def _anchors(markdown: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", markdown.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
