"""A JSON file of somebody else, read with care."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from specrun.spec.paths import read_file
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""


def read_bytes(path: Path) -> bytes:
    """What is in the file. Raises ValueError with the reason."""
    return read_file(path, LARGEST)


def parse(raw: bytes) -> Any:
    """The value of a JSON text. Raises ValueError with the reason, also for a key that is there twice."""
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {quoted(key)} is there twice")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
