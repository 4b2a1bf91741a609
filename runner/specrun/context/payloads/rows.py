"""Numbered rows, most of them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.context.payloads.base import CHUNK
from specrun.context.payloads.form import Form, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Rows(msgspec.Struct, frozen=True):
    """`count` rows, numbered from 1. `others` are the rows that are not like `form`."""

    count: int
    form: Form
    others: Mapping[int, Form]
    end: bytes = b"\n"
    final_end: bool = True

    def chunks(self) -> Iterator[bytes]:
        """The rows with their ends."""
        end = literal(self.end)
        usual = self.form + end
        others = {row: form + end for row, form in self.others.items()}
        if not self.final_end:
            others[self.count] = self.others.get(self.count, self.form)
        start = 1
        for row in sorted(others):
            yield from _alike(usual, start, row)
            yield others[row].rows(row, row + 1)
            start = row + 1
        yield from _alike(usual, start, self.count + 1)


def _alike(form: Form, first: int, stop: int) -> Iterator[bytes]:
    step = max(1, CHUNK // max(1, len(form.format)))
    for start in range(first, stop, step):
        yield form.rows(start, min(start + step, stop))
