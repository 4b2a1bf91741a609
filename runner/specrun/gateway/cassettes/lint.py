"""Finding what must not be in a cassette, and what makes it useless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.blobs import NoBlobs
from specrun.gateway.cassettes.mending import renewed
from specrun.gateway.cassettes.model import FILE, CassetteError, Content, Note
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.rules import VERSION
from specrun.spec.digest import canonical_json
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.gateway.cassettes.model import Exchange
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.cassettes.reading import Cassette

_ANYBODY = r"(?:user|username|name|you|example)(?![\w.-])"
_HOMES = re.compile(rf"(?:/home/|/Users/|[A-Z]:\\+Users\\+)(?!⟦|{_ANYBODY})[\w.-]+")
"""Somebody's home folder, not that of examples in an agent's instructions."""

_FIELDS = {
    "request": "the request holds what is to be taken out, or is not in its normal form",
    "body": "the answer holds what is to be taken out",
    "reply": "what the answer says is not what is told of it",
    "key": "the key is not that of the request",
}
"""What it means that a field would be recorded in another way; the first that differs explains the others."""


def lint(folder: Path, normaliser: Normaliser) -> list[str]:
    """All that is wrong with a cassette, one line each. Nothing is changed."""
    try:
        cassette = read_cassette(folder)
    except CassetteError as error:
        return [str(error)]
    return [f"{folder / FILE}: {problem}" for problem in _problems(cassette, normaliser)]


def _problems(cassette: Cassette, normaliser: Normaliser) -> Iterator[str]:
    if cassette.torn:
        yield f"the last line was not written to its end; {cassette.torn} bytes do not count"
    if cassette.header.normaliser != VERSION:
        yield f"its keys are of version {cassette.header.normaliser} of the rules, and this is {VERSION}"
    header = canonical_json(cassette.header).decode()
    if normaliser.redactor.edits(header):
        yield f"the header holds what is to be taken out: {', '.join(_kinds(header, normaliser))}"
    number, needed = 0, set[str]()
    for line in cassette.lines:
        number += not isinstance(line, Note)
        where = "a note" if isinstance(line, Note) else f"exchange {number}"
        for problem in _line_problems(cassette, line, normaliser):
            yield f"{where}: {problem}"
        needed |= _files(cassette, line)
    for name in sorted(set(cassette.blobs.names()) - needed):
        yield f"nothing uses the file {quoted(name)} beside it"


def _line_problems(cassette: Cassette, line: Exchange | Note, normaliser: Normaliser) -> Iterator[str]:
    try:
        new = renewed(cassette, line, NoBlobs(cassette.folder), normaliser)
        texts = _texts(cassette, line)
    except (CassetteError, OSError) as error:
        yield str(error)
        return
    kinds = sorted({kind for text in texts for kind in _kinds(text, normaliser)})
    if new != line:
        differ = (
            meaning for name, meaning in _FIELDS.items() if getattr(line, name, "") != getattr(new, name, "")
        )
        told = next(differ, "it would be recorded in another way")
        yield f"{told}{': ' + ', '.join(kinds) if kinds else ''}"
    homes = sorted({found.group() for text in texts for found in _HOMES.finditer(text)})
    if homes:
        yield f"names a home folder: {quoted(homes[0])}"


def _texts(cassette: Cassette, line: Exchange | Note) -> list[str]:
    """All that a line holds, blobs included. Raises CassetteError."""
    blobs = (cassette.blobs.bytes_of(Content(blob=name)) for name in sorted(cassette.files(line)))
    return [canonical_json(line).decode(), *(blob.decode(errors="replace") for blob in blobs)]


def _files(cassette: Cassette, line: Exchange | Note) -> set[str]:
    """The blobs that a line needs, as far as that can be told."""
    try:
        return cassette.files(line)
    except CassetteError:
        return set()


def _kinds(text: str, normaliser: Normaliser) -> list[str]:
    """What is to be taken out of a text, by the names of the placeholders. Never the text itself."""
    return sorted({edit.new for edit in normaliser.redactor.edits(text)})
