"""Payloads as a fixture declares them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from specrun.context.payloads.check import payload_problems
from specrun.context.payloads.generate import generate
from specrun.spec.models.payload import Payload
from specrun.spec.text import parse


def declared(payloads: str | dict) -> dict[str, Payload]:
    """Payloads from YAML or from plain data, not checked."""
    data = parse(Path("payloads.yaml"), payloads) if isinstance(payloads, str) else payloads

    def text(kind, value):
        assert kind.accepts(value)
        return kind(value)

    return msgspec.convert(data, dict[str, Payload], strict=True, dec_hook=text)


def made(payloads: str | dict, name: str = "it", folder: Path = Path()) -> bytes:
    """The bytes of one payload, when there are no problems."""
    found = declared(payloads)
    assert list(payload_problems(found)) == []
    return b"".join(generate(found, name, folder))


def problems(payloads: str | dict) -> list[str]:
    """Every problem as `path: message`."""
    return [
        f"{'.'.join(map(str, path))}: {message}" for path, message in payload_problems(declared(payloads))
    ]
