"""What lines and matches are, said again in the slowest and plainest way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import re2

from specrun.artifacts.page import Call, Page

Ask = Callable[..., Page]


def lines_of(data: bytes) -> list[str]:
    pieces = data.decode("utf-8", "replace").split("\n")
    if pieces[-1] == "":
        pieces.pop()
    return [piece[:-1] if piece.endswith("\r") else piece for piece in pieces]


def matching(data: bytes, query: str, regex: bool = False) -> dict[int, str]:
    def is_match(line: str) -> bool:
        return re2.search(query, line) is not None if regex else query in line

    return {number: line for number, line in enumerate(lines_of(data), 1) if is_match(line)}


def read_rows(page: Page) -> dict[int, str]:
    """The lines of a page of read, grep or tail, by their numbers; all rows must have one but the footer."""
    rows, footer = page.text.split("\n"), []
    if rows[-1].startswith("["):
        footer = [rows.pop()]
    found = {}
    for row in rows:
        if row == "--":
            continue
        number, text = re.fullmatch(r" *([0-9]+)[:-] (.*)", row, re.DOTALL).groups()
        assert int(number) not in found
        found[int(number)] = text
    assert list(found) == list(page.lines)
    assert bool(footer) or page.next is None or "column" in page.next.args
    return found


def follow(ask: Ask, call: Call) -> Iterator[Page]:
    """All pages from a call on, by doing what each footer says; `next` must say the same."""
    while True:
        page = ask(call.tool, **{name: value for name, value in call.args.items() if name != "artifact"})
        yield page
        cut = re.search(r"; [0-9]+ left: read start_line=([0-9]+) column=([0-9]+)\]$", page.text)
        if cut is not None and call.tool == "read":
            going_on = {"start_line": int(cut[1]), "column": int(cut[2])}
            call = Call("read", {**call.args, **going_on})
            assert page.next == call
            continue
        named = re.search(r" \| next: (start_line|offset)=([0-9]+)\]", page.text.rsplit("\n", 1)[-1])
        assert (named is None) == (page.next is None)
        if named is None:
            return
        args = {name: value for name, value in call.args.items() if name != "column"}
        call = Call(call.tool, {**args, named[1]: int(named[2])})
        assert page.next == call
