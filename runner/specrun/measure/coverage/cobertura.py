"""Cobertura's XML, as coverage.py, c8, gcovr and others write it (its schema is coverage-04.dtd)."""

from __future__ import annotations

import posixpath
from xml.etree.ElementTree import Element

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import whole_number
from specrun.measure.reports import ReportError
from specrun.measure.xml import parse_xml

SOURCE_LIMIT = 50
"""Most source folders that are looked at."""


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
        file.hit(whole_number(line.get("number")), whole_number(line.get("hits")))
    for method in entry.iterfind("methods/method"):
        lines = [
            (whole_number(line.get("number")), whole_number(line.get("hits")))
            for line in method.iterfind("lines/line")
        ]
        for number, hits in lines:
            file.hit(number, hits)
        if lines:
            start, hits = min(lines)
            end = max(lines)[0] if len(lines) > 1 else None
            file.function(method.get("name") or "", start, end, hits)
