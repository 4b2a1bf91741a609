"""JaCoCo's XML report (https://www.jacoco.org/jacoco/trunk/coverage/report.dtd)."""

from __future__ import annotations

import posixpath
from xml.etree.ElementTree import Element

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import whole_number
from specrun.measure.reports import ReportError
from specrun.measure.xml import parse_xml

ROOTS = ("src/main/java", "src/main/kotlin", "src", "")
"""Where sources may be in a module: the report names files by package only."""


def read_jacoco(data: bytes, tally: Tally) -> None:
    """Read JaCoCo XML. A line's hits are its covered instructions. Raises ReportError.

    Groups (the modules of a build) are taken for folders of that name.
    """
    _read_group(parse_xml(data, "report"), "", tally)


def _read_group(group: Element, folder: str, tally: Tally) -> None:
    for child in group.iterfind("group"):
        _read_group(child, posixpath.join(folder, child.get("name") or ""), tally)
    for package in group.iterfind("package"):
        places = [posixpath.join(folder, root, package.get("name") or "") for root in ROOTS]
        for entry in package.iterfind("sourcefile"):
            file = _file(tally, places, entry.get("name"))
            for line in entry.iterfind("line"):
                _read_line(line, file)
        for entry in package.iterfind("class"):
            if entry.get("sourcefilename"):
                _read_methods(entry, _file(tally, places, entry.get("sourcefilename")))


def _file(tally: Tally, places: list[str], name: str | None) -> FileTally:
    if not name:
        raise ReportError("it has a <sourcefile> without a name")
    return tally.file(*(posixpath.join(place, name) for place in places))


def _read_line(line: Element, file: FileTally) -> None:
    number = whole_number(line.get("nr"))
    file.hit(number, whole_number(line.get("ci")))
    missed, covered = whole_number(line.get("mb", "0")), whole_number(line.get("cb", "0"))
    file.branches(number, covered, missed + covered)


def _read_methods(entry: Element, file: FileTally) -> None:
    for method in entry.iterfind("method[@line]"):
        counter = method.find("counter[@type='METHOD']")
        hits = 0 if counter is None else whole_number(counter.get("covered"))
        file.function(method.get("name") or "", whole_number(method.get("line")), None, hits)
