"""Taking out of a text what belongs to one machine or must never be stored."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from specrun.gateway.cassettes.places import placeholder
from specrun.gateway.cassettes.secrets import Wanted, names, secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.gateway.cassettes.places import Places


_MOST_KEYS = 4096


class Edit(NamedTuple):
    """A stretch of a text, and what takes its place."""

    start: int
    end: int
    new: str


class Redactor:
    """Knows the folders, the names and the secrets of where it runs.

    `values` are exact secrets: the token of the trial, the keys of the providers. `user` and `host` are taken
    out as whole words, or where they are common words themselves in paths and addresses alone; what the
    project calls by the same name goes with them. What was taken out once is not touched again.
    """

    def __init__(
        self, places: Places, values: Iterable[str] = (), user: str | None = None, host: str | None = None
    ) -> None:
        self.places = places
        folders = [Wanted(form.name, form.pattern, form.spelling) for form in places.patterns]
        self.key = lru_cache(_MOST_KEYS)(self.text)
        """`text`, for what comes up again and again."""
        self._wanted = (*secrets(values), *folders, *names("user", user), *names("host", host))

    def suspects(self, text: str) -> bool:
        """Whether there could be something to take out of a text, told quickly."""
        low = text.lower()
        return any(wanted.needle in low for wanted in self._wanted)

    def edits(self, text: str) -> list[Edit]:
        """What is to be taken out of a text, from left to right and apart from each other.

        There may be more to take out of the result.
        """
        low = text.lower()
        found = sorted(
            (match.start(), order, match.end(), wanted.name)
            for order, wanted in enumerate(self._wanted)
            if wanted.needle in low
            for match in wanted.pattern.finditer(text)
        )
        edits: list[Edit] = []
        for start, _, end, name in found:
            if not edits or start >= edits[-1].end:
                edits.append(Edit(start, end, placeholder(name)))
        return edits

    def text(self, text: str) -> str:
        """A text without anything that this machine must keep for itself."""
        while edits := self.edits(text):
            text = edited(text, edits)
        return text

    def value(self, value: Any) -> Any:
        """The same for all texts of a JSON value, keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {self.key(key): self.value(each) for key, each in value.items()}
        return value


def edited(text: str, edits: list[Edit]) -> str:
    """A text after some edits."""
    pieces, place = [], 0
    for edit in edits:
        pieces += [text[place : edit.start], edit.new]
        place = edit.end
    return "".join([*pieces, text[place:]])
