"""The JSON intermediate format of gcov, since GCC 9 (https://gcc.gnu.org/onlinedocs/gcc/Invoking-Gcov.html)."""

from __future__ import annotations

import posixpath
import zlib

import msgspec

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import JSON_ERRORS, checked, json_error
from specrun.measure.reports import REPORT_LIMIT, ReportError

_GZIP = b"\x1f\x8b"


class _Branch(msgspec.Struct):
    count: int
    throw: bool = False


class _Line(msgspec.Struct):
    line_number: int
    count: int
    branches: list[_Branch] = []


class _Function(msgspec.Struct):
    name: str
    start_line: int
    execution_count: int
    end_line: int | None = None


class _File(msgspec.Struct):
    file: str
    lines: list[_Line]
    functions: list[_Function] = []


class _Document(msgspec.Struct):
    files: list[_File]
    current_working_directory: str = ""


def read_gcov_json(data: bytes, tally: Tally) -> None:
    """Read what `gcov --json-format` writes: plain or gzip, one document or several. Raises ReportError."""
    for document in _decode(checked(_inflated(data))):
        for entry in document.files:
            _read_file(entry, tally.file(posixpath.join(document.current_working_directory, entry.file)))


def _read_file(entry: _File, file: FileTally) -> None:
    for line in entry.lines:
        # gcov gives line 0 to code that has no place in the source, such as implicit functions.
        if line.line_number:
            file.hit(line.line_number, line.count)
            _read_branches(line, file)
    for function in entry.functions:
        if function.start_line:
            file.function(function.name, function.start_line, function.end_line, function.execution_count)


def _read_branches(line: _Line, file: FileTally) -> None:
    """Note the branches of a line. The instances of a template have the same ones, in the same order.

    Branches that throw are left out: the compiler makes one for nearly every call, none is in the source.
    """
    for index, branch in enumerate(line.branches):
        if not branch.throw:
            file.branch(line.line_number, index, taken=branch.count > 0)


def _inflated(data: bytes) -> bytes:
    """Unpack gzip, also of several members. Raises ReportError on broken data or past REPORT_LIMIT."""
    if not data.startswith(_GZIP):
        return data
    if len(data) > REPORT_LIMIT:
        return data  # the size is refused by the next look
    parts: list[bytes] = []
    size = 0
    try:
        while data.startswith(_GZIP):
            member = zlib.decompressobj(wbits=31)
            parts.append(member.decompress(data, REPORT_LIMIT + 1 - size))
            size += len(parts[-1])
            if size > REPORT_LIMIT:
                raise ReportError(f"it is larger than {REPORT_LIMIT // 1024**2} MiB when unpacked")
            if not member.eof:
                raise ReportError("its gzip data is cut off")
            data = member.unused_data
    except zlib.error as error:
        raise ReportError("its gzip data is broken") from error
    return b"".join(parts)


def _decode(data: bytes) -> list[_Document]:
    """Decode documents that follow each other, each on one line. A file of gcov ends without a newline."""
    # Outside of strings `}{` stands only between two documents.
    lines = data.replace(b'}{"', b'}\n{"')
    try:
        return msgspec.json.Decoder(_Document).decode_lines(lines)
    except JSON_ERRORS:
        return [_decode_one(data)]


def _decode_one(data: bytes) -> _Document:
    """Decode one document, which may be laid out over several lines."""
    try:
        return msgspec.json.decode(data, type=_Document)
    except JSON_ERRORS as error:
        raise json_error(error) from error
