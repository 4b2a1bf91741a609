"""The first look at a report file, before any parser sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec

from specrun.measure.reports import REPORT_LIMIT, ReportError


def checked(data: bytes) -> bytes:
    """Return `data` if a parser may see it. Raises ReportError if it is empty, huge or holds NUL bytes."""
    if len(data) > REPORT_LIMIT:
        raise ReportError(f"it is larger than {REPORT_LIMIT // 1024**2} MiB")
    if not data.strip():
        raise ReportError("it is empty")
    if b"\0" in data[:4] and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ReportError("it is UTF-16; expected UTF-8")
    if b"\0" in data:
        raise ReportError("it has NUL bytes")
    return data


def text_lines(data: bytes) -> Iterator[str]:
    """Give the lines of a report that is made of lines, with their ends.

    Programs under test print into some of them, so bytes that are not UTF-8 are replaced.
    """
    return iter(io.StringIO(data.decode("utf-8-sig", "replace")))


def whole_number(text: str | None) -> int:
    """Read a count or a line number. Raises ReportError unless it is up to 18 ASCII digits."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ReportError(f"expected a number, got {shorten(text)}")
    return int(text)


def shorten(text: str | None) -> str:
    """Quote a piece of a report for an error message, on one line and not too long."""
    if text is None:
        return "nothing"
    return ascii(text if len(text) <= 60 else text[:57] + "...")


def json_error(error: Exception) -> ReportError:
    """Say what msgspec found wrong with a JSON document."""
    if isinstance(error, RecursionError):
        return ReportError("its JSON is nested too deeply")
    if isinstance(error, msgspec.ValidationError):
        return ReportError(f"its JSON has another shape: {error}")
    if isinstance(error, UnicodeDecodeError):
        return ReportError("its JSON is not UTF-8")
    return ReportError(f"it is not JSON: {error}")


JSON_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What msgspec raises on hostile input."""
