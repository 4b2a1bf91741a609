"""`lines`: numbered lines from one template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator, PayloadError
from specrun.context.payloads.form import compiled
from specrun.context.payloads.rows import Rows
from specrun.context.payloads.variables import ROW, position_faults, template_faults, texts, variable_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import LinesPayload, Payload

_ENDS = {"lf": b"\n", "crlf": b"\r\n"}


class Lines(Generator["LinesPayload"]):
    """Lines 1 to `count`, each with its end."""

    def chunks(self, declared: LinesPayload, source: Source) -> Iterator[bytes]:
        """Blocks of lines. Raises PayloadError if a variable has a line break in it."""
        values = texts(declared.vars, source)
        for name, value in values.items():
            if "\n" in value:
                path = (*source.path, "vars", name)
                raise PayloadError(
                    path, f"the variable '{name}' has a line break in it, which no line can hold"
                )
        yield from Rows(
            count=declared.count,
            form=compiled(declared.text, values),
            others={each.line: compiled(each.text, values) for each in declared.replace},
            end=_ENDS[declared.end],
            final_end=declared.final_newline,
        ).chunks()

    def faults(self, declared: LinesPayload) -> Iterator[Fault]:
        """Placeholders, variables, positions, and texts of more than one line."""
        templates: list[tuple[DataPath, str]] = [(("text",), declared.text)]
        templates += [(("replace", index, "text"), each.text) for index, each in enumerate(declared.replace)]
        yield from template_faults(templates, {ROW}, declared.vars)
        yield from variable_faults(declared.vars, templates)
        yield from position_faults((each.line for each in declared.replace), "line", 1, declared.count)
        for path, text in templates:
            if "\n" in text:
                yield path, "a line has no line break in it"

    def parts(self, declared: LinesPayload) -> Iterator[tuple[DataPath, str | Payload]]:
        """The variables."""
        for name, payload in declared.vars.items():
            yield ("vars", name), payload
