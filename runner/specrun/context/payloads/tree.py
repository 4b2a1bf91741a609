"""`tree`: numbered files of a workspace, as a tool would print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator
from specrun.context.payloads.form import compiled, literal
from specrun.context.payloads.variables import position_faults, template_faults, used_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import TreePayload

_FILE = "i"
"""The placeholder for the number of a file."""


class Tree(Generator["TreePayload"]):
    """The paths, one a line; or the contents, each under `==> path <==`, with an empty line between.

    A content that does not end its last line gets a line feed.
    """

    def chunks(self, declared: TreePayload, source: Source) -> Iterator[bytes]:
        """One piece for each file."""
        del source
        first, last = declared.range
        path = compiled(declared.path)
        if declared.text is None:
            listed = path + literal("\n")
            yield from (listed.filled(i=number) for number in range(first, last + 1))
            return
        head = literal("==> ") + path + literal(" <==\n")
        usual = compiled(declared.text)
        others = {each.i: compiled(each.text) for each in declared.replace}
        for number in range(first, last + 1):
            content = others.get(number, usual).filled(i=number)
            gap = b"" if number == first else b"\n"
            yield gap + head.filled(i=number) + content + (b"" if content.endswith(b"\n") else b"\n")

    def faults(self, declared: TreePayload) -> Iterator[Fault]:
        """Placeholders, the range, positions, and paths that are all the same."""
        first, last = declared.range
        found: list[tuple[DataPath, str]] = [(("path",), declared.path)]
        if declared.text is not None:
            found.append((("text",), declared.text))
        found += [(("replace", index, "text"), each.text) for index, each in enumerate(declared.replace)]
        yield from template_faults(found, {_FILE})
        if last < first:
            yield ("range",), f"a range goes from its first to its last number, not from {first} to {last}"
            return
        if last > first and _FILE not in used_names(declared.path):
            yield ("path",), "all these files have one path: write '${i}' where their number belongs"
        if "\n" in declared.path:
            yield ("path",), "a path has no line break in it"
        if declared.replace and declared.text is None:
            yield ("replace",), "without 'text' there are no contents to replace"
        yield from position_faults((each.i for each in declared.replace), "i", first, last)
