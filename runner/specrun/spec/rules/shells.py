"""No shell may read a prompt as a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specrun.spec.models.agent import NOT_FOR_SHELLS
from specrun.spec.placeholders import names
from specrun.spec.rules.base import items_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh"})
_COMMAND_OPTION = re.compile(r"-[a-z]*c")


def prompts_for_shells(data: dict[str, Any]) -> Iterator[Broken]:
    """`[bash, -c, "tool ${prompt.text}"]`: the shell would run what the prompt says."""
    words = [word if isinstance(word, str) else "" for word in items_at(data, "run", "command")]
    if not words or words[0].rpartition("/")[2] not in _SHELLS:
        return
    for number, word in enumerate(words[:-1]):
        script = words[number + 1]
        if _COMMAND_OPTION.fullmatch(word) and "prompt.text" in names(script):
            yield ("run", "command", number + 1), f"'${{prompt.text}}' {NOT_FOR_SHELLS}"
            return
