"""The file-backed fixtures of roder-evals 0.1.1: their keys, and what is wrong with them.

The tool ignores keys that it does not know, so a misspelt one is never noticed there; here it is an error.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from specrun.spec.models.common import NAME, Id, Tag
from specrun.spec.problems import did_you_mean, quoted

Tool = Literal["read", "grep", "tail"]
SkipReason = Literal["prune_sufficient", "hysteresis"]

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What JSON can write and specs cannot: NUL, and halves of surrogate pairs."""
_LINE = r"^[^\r\n]+$(?!\n)"
_Line = Annotated[str, Meta(pattern=_LINE, max_length=1000)]
_A_LINE = "one line of at most 1000 characters"


class _Key(NamedTuple):
    type: Any
    meaning: str


_KEYS = {
    "id": _Key(Id, NAME),
    "title": _Key(Annotated[str, Meta(pattern=_LINE, max_length=200)], "one line of at most 200 characters"),
    "prompt": _Key(
        Annotated[str, Meta(min_length=1, max_length=100_000)], "a text without NUL that is not empty"
    ),
    "tags": _Key(tuple[Tag, ...], f"a list of names: {NAME}"),
    "expectedAnswerContains": _Key(_Line, _A_LINE),
    "expectedArtifactQuery": _Key(_Line, _A_LINE),
    "expectedTool": _Key(Tool, "read, grep or tail"),
    "maxAutoCompactionsPerTurn": _Key(Annotated[int, Meta(ge=0, le=1000)], "a number from 0 to 1000"),
    "expectedCompactionSkippedReasons": _Key(
        Annotated[tuple[SkipReason, ...], Meta(min_length=1)], "a list of prune_sufficient and hysteresis"
    ),
}
_COMMON = frozenset({"id", "title", "prompt", "tags"})
_ABOUT_COMPACTION = frozenset({"maxAutoCompactionsPerTurn", "expectedCompactionSkippedReasons"})

OWN_KEYS = frozenset(_KEYS) - _COMMON
"""The keys that no other dialect has."""


class FileBacked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One fixture. With an answer and a query it asks for a detail, otherwise for how compaction behaves."""

    id: str
    title: str
    prompt: str
    tags: tuple[str, ...] = ()
    expected_answer_contains: str | None = None
    expected_artifact_query: str | None = None
    expected_tool: Tool = "grep"
    max_auto_compactions_per_turn: int | None = None
    expected_compaction_skipped_reasons: tuple[SkipReason, ...] = ()

    @property
    def about_compaction(self) -> bool:
        """Whether it limits compactions, or says for which reasons they may be skipped."""
        return (
            self.max_auto_compactions_per_turn is not None or self.expected_compaction_skipped_reasons != ()
        )


def file_backed(data: dict[str, Any]) -> FileBacked:
    """The fixture that a JSON object is. Raises ValueError that names everything that is wrong with it."""
    faults = [f"unknown key {quoted(key)}{did_you_mean(key, _KEYS)}" for key in data.keys() - _KEYS.keys()]
    faults += [f"there is no {quoted(key)}" for key in _required(data) - data.keys()]
    for key, known in _KEYS.items():
        if key in data and not _is(data[key], known.type):
            faults.append(f"{quoted(key)} must be {known.meaning}")
    if faults:
        raise ValueError("; ".join(sorted(faults)))
    return msgspec.convert(data, FileBacked)


def _required(data: dict[str, Any]) -> frozenset[str]:
    needed = frozenset({"id", "title", "prompt"})
    if _ABOUT_COMPACTION & data.keys():
        return needed
    return needed | {"expectedAnswerContains", "expectedArtifactQuery"}


def _is(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError:
        return False
    return not isinstance(value, str) or _NO_TEXT.search(value) is None
