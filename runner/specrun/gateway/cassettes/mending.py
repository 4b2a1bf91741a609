"""Cassettes made new from what they hold, as if it had been recorded here and now."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.cassettes.exchanges import Answered, asked, exchange
from specrun.gateway.cassettes.model import FILE, CassetteError, Exchange, Header, Note
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.rules import VERSION
from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.registry import WIRES
from specrun.spec.atomic import replace_file
from specrun.spec.digest import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from specrun.gateway.cassettes.blobs import Blobs
    from specrun.gateway.cassettes.model import Line
    from specrun.gateway.cassettes.reading import Cassette

_SECRET_NAMES = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)


def normaliser_here() -> Normaliser:
    """A normaliser that knows this machine: the home, the user, the host, and all that the environment hides.

    A variable hides its value if its name says so: `..._KEY`, `..._TOKEN` and the like.
    """
    hidden = [value for name, value in os.environ.items() if _SECRET_NAMES.search(name)]
    places = Places({"home": os.path.expanduser("~")})  # noqa: PTH111  # never fails
    return Normaliser(Redactor(places, hidden, _user(), socket.gethostname()))


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


def renewed(
    cassette: Cassette, line: Exchange | Note, blobs: Blobs, normaliser: Normaliser
) -> Exchange | Note:
    """A line as it would be recorded from what it holds. Raises CassetteError."""
    if isinstance(line, Note):
        return msgspec.structs.replace(line, notes=tuple(map(normaliser.text, line.notes)))
    body = canonical_json(cassette.request(line))
    answered = Answered(
        status=line.status, content_type=line.content_type, stream=line.stream, body=cassette.body(line)
    )
    try:
        known = asked(WIRES[line.protocol].read_ask(body), body, normaliser)
        return exchange(known, answered, blobs, normaliser, again=line.again)
    except WireError as error:
        raise CassetteError(f"{cassette.folder / FILE}: {error}") from None


def redact(folder: Path, normaliser: Normaliser) -> bool:
    """Take out of a cassette what must not be in it, and bring its keys up to date; whether it changed.

    Blobs that it had of what was taken out are removed. Raises CassetteError.
    """
    cassette = read_cassette(folder)
    told = normaliser.redactor.value(msgspec.to_builtins(cassette.header))
    header = msgspec.convert(told | {"normaliser": VERSION}, Header)
    lines = [renewed(cassette, line, cassette.blobs, normaliser) for line in cassette.lines]
    changed = [cassette.header, *cassette.lines] != [header, *lines] or cassette.torn > 0
    _write(folder, [header, *lines])
    return _sweep(cassette, lines) > 0 or changed


def prune(folder: Path) -> tuple[int, int]:
    """Remove the exchanges that are of no use, and files that no exchange names. Returns the numbers of both.

    Exchanges go that repeat the last answer to the same request, which a player repeats anyway. Raises
    CassetteError.
    """
    cassette = read_cassette(folder)
    needed = set(_different(cassette.exchanges))
    numbers = count(1)
    kept = [line for line in cassette.lines if isinstance(line, Note) or next(numbers) in needed]
    gone = len(cassette.lines) - len(kept)
    if gone or cassette.torn:
        _write(folder, [cassette.header, *kept])
    return gone, _sweep(cassette, kept)


def _different(exchanges: tuple[Exchange, ...]) -> list[int]:
    """The numbers of the exchanges that are not the same as the one before with that key, and the last."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(exchanges, 1):
        by_key[each.key].append(number)
    for numbers in by_key.values():
        while len(numbers) > 1 and _same(exchanges[numbers[-1] - 1], exchanges[numbers[-2] - 1]):
            numbers.pop()
    return [number for numbers in by_key.values() for number in numbers]


def _same(one: Exchange, other: Exchange) -> bool:
    return msgspec.structs.replace(one, again=other.again) == other


def _write(folder: Path, lines: Iterable[Line]) -> None:
    replace_file(folder / FILE, b"".join(canonical_json(line) + b"\n" for line in lines))


def _sweep(cassette: Cassette, lines: Iterable[Exchange | Note]) -> int:
    """Remove the files that no line needs, and return how many they were."""
    needed = {name for line in lines for name in cassette.files(line)}
    unused = sorted(set(cassette.blobs.names()) - needed)
    for name in unused:
        cassette.blobs.remove(name)
    return len(unused)
