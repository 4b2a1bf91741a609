"""Placeholders of a template: the number of the row, and texts that are generated once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import PayloadError
from specrun.spec import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload

ROW = "n"
"""The placeholder for the number of a line or record."""
LONGEST_TEXT = 1024 * 1024
"""Bytes of a generated text that goes into a template."""


def texts(vars_: Mapping[str, Payload], source: Source) -> dict[str, str]:
    """Generate the texts of `vars`. Raises PayloadError if one is too long, or is not UTF-8."""
    return {name: _text(name, payload, source) for name, payload in vars_.items()}


def _text(name: str, payload: Payload, source: Source) -> str:
    path = (*source.path, "vars", name)
    found = b""
    for chunk in source.chunks(payload, "vars", name):
        found += chunk
        if len(found) > LONGEST_TEXT:
            raise PayloadError(path, f"the variable '{name}' is longer than {LONGEST_TEXT // 1024} KiB")
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise PayloadError(path, f"the variable '{name}' is not UTF-8 text") from None


def template_faults(
    templates: Iterable[tuple[DataPath, str]], numbers: Iterable[str], texts: Iterable[str] = ()
) -> Iterator[Fault]:
    """Templates with placeholders that they may not use."""
    numbers = set(numbers)
    known = numbers | set(texts)
    for path, text in templates:
        try:
            placeholders.check(text, known, numbers)
        except ValueError as error:
            yield path, str(error)


def variable_faults(
    vars_: Mapping[str, Payload], templates: Iterable[tuple[DataPath, str]]
) -> Iterator[Fault]:
    """What is wrong with the names of `vars`: taken, or not used by any of the templates."""
    used = {name for _, text in templates for name in used_names(text)}
    for name in vars_:
        if name == ROW:
            yield ("vars", name), f"'{ROW}' is the number of the row and cannot be a variable"
        elif name not in used:
            yield ("vars", name), f"no text uses this variable: write '${{{name}}}' where it belongs"


def used_names(text: str) -> set[str]:
    """The names in a template, without their widths."""
    return {name.partition(":")[0] for name in placeholders.names(text)}


def position_faults(positions: Iterable[int], key: str, first: int, last: int) -> Iterator[Fault]:
    """Replacements out of range, or two of one position. `key` is what a position is called."""
    seen: set[int] = set()
    for index, position in enumerate(positions):
        if not first <= position <= last:
            yield ("replace", index, key), f"there is no {key} {position}: they go from {first} to {last}"
        elif position in seen:
            yield ("replace", index, key), f"{key} {position} is replaced twice"
        seen.add(position)
