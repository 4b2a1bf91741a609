"""A payload with its pin, found by generating it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from specrun.context.payloads.generate import generate
from specrun.context.payloads.pin import Tally
from specrun.spec.models.payload import Payload


def pinned(payload: dict[str, Any]) -> dict[str, Any]:
    """The data of a payload, and of its pin."""
    tally = Tally()
    # It names no other payload and no file, so neither the others nor a folder are needed.
    for chunk in generate({"it": msgspec.convert(payload, Payload)}, "it", Path()):
        tally.add(chunk)
    return {**payload, "pin": {"bytes": tally.bytes, "lines": tally.lines, "sha256": tally.sha256}}
