"""What an agent itself says that it has used, read where its spec says that it says it.

It is compared with what the gateway counted, and decides nothing. An agent may have written anything there:
what cannot be read says nothing, and nothing is ever guessed.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire import loose
from specrun.gateway.wire.base import WireError
from specrun.results.model import TokenClaim
from specrun.spec.models.agent import CLAIMED
from specrun.spec.placeholders import fill
from specrun.workspaces.files import read_contained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from specrun.spec.models.agent import UsageClaim

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is read."""

_CUT = re.compile(r"\n\[\.\.\. [0-9]+ bytes cut \.\.\.\]\n")
"""How `workspaces.output` writes that the middle of an output is not there."""
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class ClaimReader:
    """Adds up what an agent says over the stages of one trial. Each stage starts the agent anew."""

    def __init__(self, claim: UsageClaim) -> None:
        self._claim = claim
        self._lines = claim.format == "jsonl"
        self._files: dict[str, _Seen] = {}
        self._input: list[int | None] = []
        self._output: list[int | None] = []

    def after_stage(self, stdout: str, home: Path, values: Mapping[str, str]) -> None:
        """Read what the stage says that has just ended. `values` are what its placeholders stood for.

        Of a file only what the stage has written counts: nothing of one that it has not touched, only the
        new lines of one that it has added lines to, else all of it. It may read 64 MiB; it never raises.
        """
        if self._claim.read == CLAIMED:
            said = self._said_on(stdout)
        else:
            said = self._said_in(self._written(home, fill(self._claim.read.below_home, values)))
        self._input.append(_total(said, self._claim.input))
        self._output.append(_total(said, self._claim.output))

    def total(self) -> TokenClaim | None:
        """The sums over all stages; None if nothing can be read.

        A side is unknown if one of the stages does not say it: a sum of the others would be too small.
        """
        claim = TokenClaim(input_tokens=_sum(self._input), output_tokens=_sum(self._output))
        return None if claim == TokenClaim(input_tokens=None, output_tokens=None) else claim

    def _said_on(self, stdout: str) -> list[Any]:
        """What counts of an output. Of one that is cut, lines that are not whole do not.

        Neither do several lines of it: there may have been more in the part that is not there.
        """
        parts = _CUT.split(stdout)
        if len(parts) == 1:
            return self._said_in(stdout.encode(errors="replace"))
        said = self._said_in(b"".join(_whole_lines(parts))) if self._lines else []
        return said if len(said) == 1 else []

    def _said_in(self, content: bytes) -> list[Any]:
        """The values that are asked for their tokens."""
        texts = content.split(b"\n") if self._lines else [content]
        said = []
        for text in texts:
            if self._lines and not text.lstrip().startswith(b"{"):
                continue
            try:
                value = loose.decode(text, _DECODER)
            except WireError:
                continue
            if all(wanted in _texts(value, where) for where, wanted in self._claim.where.items()):
                said.append(value)
        return said

    def _written(self, home: Path, path: str) -> bytes:
        """What the last stage has written into a file below the home; nothing if it cannot be read."""
        try:
            content = read_contained(home, path, LARGEST)
            status = (home / path).lstat()
        except (OSError, ValueError):
            return b""
        if content is None:
            return b""
        before = self._files.get(path)
        self._files[path] = now = _Seen(content, (status.st_ino, status.st_mtime_ns))
        if before is None:
            return content
        if before.touch == now.touch:
            return b""
        return content[before.size :] if self._lines and before.grew_to(content) else content


class _Seen:
    """A file as it was after a stage."""

    def __init__(self, content: bytes, touch: tuple[int, int]) -> None:
        self.size = len(content)
        self.touch = touch
        """Another one when it has been written again, be it with the same content."""
        self._digest = hashlib.sha256(content).digest()

    def grew_to(self, content: bytes) -> bool:
        """Whether this content is the file's with more behind it."""
        begin = memoryview(content)[: self.size]
        return len(content) > self.size and hashlib.sha256(begin).digest() == self._digest


def _whole_lines(parts: Sequence[str]) -> Iterator[bytes]:
    """The parts of an output that was cut, without the lines that the cuts may have gone through."""
    last = len(parts) - 1
    for number, part in enumerate(parts):
        begin = (part.find("\n") + 1 or len(part)) if number > 0 else 0
        end = part.rfind("\n") + 1 if number < last else len(part)
        yield part[begin : max(begin, end)].encode(errors="replace")


def _total(said: Sequence[Any], selectors: Sequence[str]) -> int | None:
    """The sum of all that the selectors find; None unless each finds something, and only counts."""
    counts: list[int | None] = []
    for selector in selectors:
        found = [each for value in said for each in _find(value, selector) if each is not None]
        counts += map(loose.count, found) if found else [None]
    return _sum(counts)


def _sum(counts: Sequence[int | None]) -> int | None:
    """The sum if all of them are known, and there is one, and it is no absurd number."""
    known = [each for each in counts if each is not None]
    return loose.count(sum(known)) if known and len(known) == len(counts) else None


def _texts(value: Any, selector: str) -> list[str]:
    """The texts of what a selector finds: `true`, `12`, `null` as JSON writes them."""
    found = (each for each in _find(value, selector) if not isinstance(each, list | dict))
    return [each if isinstance(each, str) else msgspec.json.encode(each).decode() for each in found]


def _find(value: Any, selector: str) -> list[Any]:
    """Everything that a selector leads to: keys with `.` between them, `*` for every element."""
    found = [value]
    for key in selector.split("."):
        found = [inner for each in found for inner in _below(each, key)]
    return found


def _below(value: Any, key: str) -> Iterator[Any]:
    if key == "*":
        yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    elif isinstance(value, dict) and key in value:
        yield value[key]
