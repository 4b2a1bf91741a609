"""`records`: JSON Lines, numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator
from specrun.context.payloads.json_form import json_form, templates
from specrun.context.payloads.rows import Rows
from specrun.context.payloads.variables import ROW, position_faults, template_faults, texts, variable_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload, RecordsPayload


class Records(Generator["RecordsPayload"]):
    """Records 1 to `count`, each as compact JSON on a line of its own."""

    def chunks(self, declared: RecordsPayload, source: Source) -> Iterator[bytes]:
        """Blocks of lines."""
        values = texts(declared.vars, source)
        yield from Rows(
            count=declared.count,
            form=json_form(declared.fields, values),
            others={
                each.record: json_form({**declared.fields, **each.fields}, values)
                for each in declared.replace
            },
            final_end=declared.final_newline,
        ).chunks()

    def faults(self, declared: RecordsPayload) -> Iterator[Fault]:
        """Placeholders, variables and positions."""
        found = list(templates(declared.fields, ("fields",)))
        for index, each in enumerate(declared.replace):
            found += templates(each.fields, ("replace", index, "fields"))
        yield from template_faults(found, {ROW}, declared.vars)
        yield from variable_faults(declared.vars, found)
        yield from position_faults((each.record for each in declared.replace), "record", 1, declared.count)

    def parts(self, declared: RecordsPayload) -> Iterator[tuple[DataPath, str | Payload]]:
        """The variables."""
        for name, payload in declared.vars.items():
            yield ("vars", name), payload
