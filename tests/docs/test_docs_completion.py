from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specrun.cli.main import COMMANDS

if TYPE_CHECKING:
    from tests.docs.conftest import Place

# compopt works only while readline is really completing; offering files is all that it is called for.
COMPLETE = """
compopt() {{ :; }}
eval "$(_SPECRUN_COMPLETE=bash_source specrun)"
COMP_WORDS=({words}) COMP_CWORD={last}
_specrun_completion specrun
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("specrun", "vali"), {"validate"}),
        (("specrun", ""), set(COMMANDS)),
        (("specrun", "run", "--of"), {"--offline"}),
        (("specrun", "validate", "--format", "s"), {"sarif"}),
    ],
)
def test_bash_completes_commands_and_options(place: Place, words: tuple[str, ...], wanted: set[str]) -> None:
    quoted = " ".join(f"'{word}'" for word in words)
    ran = place.run("bash", "-c", COMPLETE.format(words=quoted, last=len(words) - 1))
    assert set(ran.stdout.split()) == wanted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script_and_its_answers(shell: str) -> None:
    def ask(what: str, **env: str) -> str:
        return subprocess.run(
            [Path(sys.executable).with_name("specrun")],
            env={**os.environ, "_SPECRUN_COMPLETE": f"{shell}_{what}", **env},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert "_specrun_completion" in ask("source")
    # fish says which word is completed, the other two say its number.
    word = "exp" if shell == "fish" else "1"
    assert "explain" in ask("complete", COMP_WORDS="specrun exp", COMP_CWORD=word)
