"""Cobertura's XML, as coverage.py, c8, gcovr and others write it (its schema is coverage-04.dtd)."""

from __future__ import annotations

import posixpath
import re
from xml.etree.ElementTree import Element

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import whole_number
from specrun.measure.reports import ReportError
from specrun.measure.xml import parse_xml

SOURCE_LIMIT = 50
"""Most source folders that are looked at."""

_CONDITIONS = re.compile(r"[0-9.]{1,9}% \(([0-9]{1,9})/([0-9]{1,9})\)", re.ASCII)


def read_cobertura(data: bytes, tally: Tally) -> None:
    """Read Cobertura XML. File names are relative to one of its `source` folders. Raises ReportError."""
    root = parse_xml(data, "coverage")
    sources = [(source.text or "").strip() for source in root.iterfind("sources/source")][:SOURCE_LIMIT]
    for entry in root.iterfind("packages/package/classes/class"):
        name = entry.get("filename")
        if not name:
            raise ReportError("it has a <class> without a filename")
        _read_class(entry, tally.file(*(posixpath.join(source, name) for source in sources or [""])))


def _read_class(entry: Element, file: FileTally) -> None:
    for line in entry.iterfind("lines/line"):
        _read_line(line, file)
    for method in entry.iterfind("methods/method"):
        lines = [_read_line(line, file) for line in method.iterfind("lines/line")]
        if lines:
            start, hits = min(lines)
            end = max(lines)[0] if len(lines) > 1 else None
            file.function(method.get("name") or "", start, end, hits)


def _read_line(line: Element, file: FileTally) -> tuple[int, int]:
    """Note a line, with its branches if it tells their number; return it with its hits."""
    number, hits = whole_number(line.get("number")), whole_number(line.get("hits"))
    file.hit(number, hits)
    conditions = _CONDITIONS.fullmatch(line.get("condition-coverage", ""))
    if conditions:
        file.branches(number, int(conditions[1]), int(conditions[2]))
    return number, hits
