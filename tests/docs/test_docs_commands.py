from __future__ import annotations

import itertools
import shlex
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.docs.conftest import Block, Place

OPENING = 2
"""How many commands open the README: they set up an environment over the network, and CI runs them."""

MARK = "@@ block"


def test_commands_run_as_they_stand_and_print_what_is_shown(blocks: list[Block], place: Place) -> None:
    """All of a document, in one shell, from the top, as a reader would do it who saves the files it shows."""
    scripts = _to_run(blocks)
    steps = [f"echo '{MARK}' {b.line}\n{b.text}" if b in scripts else _saved(b) for b in blocks]
    script = "set -euo pipefail\n" + "".join(steps)
    ran = place.run("bash", "-c", script)
    printed = {
        int(number): text
        for number, _, text in (part.partition("\n") for part in ran.stdout.split(f"{MARK} ")[1:])
    }
    assert ran.returncode == 0, f"{scripts[len(printed) - 1].place}: {ran.stdout}"
    for block, shown in itertools.pairwise(blocks):
        if block in scripts and shown.language == "text":
            assert printed[block.line] == shown.text, block.place


def test_a_block_that_is_not_run_is_sound_bash(sh_block: Block) -> None:
    checked = subprocess.run(["bash", "-n"], input=sh_block.text, text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


def _saved(block: Block) -> str:
    """The commands that save the file that a block shows, unless it is there already."""
    if block.file is None:
        return ""
    file = shlex.quote(block.file)
    text = shlex.quote(block.text)
    return f"test -e {file} || {{ mkdir -p $(dirname {file}); printf %s {text} > {file}; }}\n"


def _to_run(blocks: list[Block]) -> list[Block]:
    scripts = [block for block in blocks if block.language == "sh"]
    if scripts and str(scripts[0].document) == "README.md":
        scripts = scripts[OPENING:]
    return [block for block in scripts if block.why_not_run is None]
