"""LCOV tracefiles (the FILES section of geninfo(1), up to lcov 2.3)."""

from __future__ import annotations

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import text_lines, whole_number
from specrun.measure.reports import ReportError


class _Section:
    """The records of one file, from `SF` to `end_of_record`."""

    def __init__(self, file: FileTally) -> None:
        self._file = file
        # A name may stand for several functions: the nth FNDA of a name belongs to its nth FN.
        self._starts: dict[str, list[tuple[int, int | None]]] = {}
        self._hits: dict[str, list[int]] = {}
        self._spans: dict[str, tuple[int, int | None]] = {}

    def read(self, record: str, text: str) -> None:
        """Take one record in; kinds that are not used are passed over."""
        if record == "DA":
            line, hits, *_ = [*text.split(",", 2), ""]
            self._file.hit(whole_number(line), _hits(hits))
        elif record == "BRDA":
            self._read_branch(text)
        elif record == "FN":
            start, end, name = _span(text)
            self._starts.setdefault(name, []).append((start, end))
        elif record == "FNDA":
            hits, _, name = text.partition(",")
            self._hits.setdefault(name, []).append(_hits(hits))
        elif record == "FNL":
            index, _, span = text.partition(",")
            self._spans[index] = _span(span + ",")[:2]
        elif record == "FNA":
            self._read_alias(*[*text.split(",", 2), "", ""][:3])

    def finish(self) -> None:
        """Join the functions with their hits; a function without a count was not hit."""
        for name, spans in self._starts.items():
            hits = self._hits.get(name, [])
            for (start, end), count in zip(spans, hits + [0] * len(spans), strict=False):
                self._file.function(name, start, end, count)

    def _read_branch(self, text: str) -> None:
        """Read `line,block,branch,taken`. Since lcov 2.0 a branch may be an expression, with commas.

        Branches of exceptions, whose block begins with `e`, are left out like those of gcov that throw.
        """
        line, block, rest = [*text.split(",", 2), "", ""][:3]
        branch, _, taken = rest.rpartition(",")
        if not block.startswith("e"):
            # `-` is a line that was never reached.
            self._file.branch(whole_number(line), (block, branch), taken != "-" and _hits(taken) > 0)

    def _read_alias(self, index: str, hits: str, name: str) -> None:
        if index not in self._spans:
            raise ReportError("it has an FNA without its FNL")
        start, end = self._spans[index]
        self._file.function(name, start, end, _hits(hits))


def read_lcov(data: bytes, tally: Tally) -> None:
    """Read an LCOV tracefile. Sections of the same file are put together. Raises ReportError."""
    section: _Section | None = None
    sections = 0
    for number, line in enumerate(text_lines(data), 1):
        record, _, text = line.strip().partition(":")
        if record == "SF":
            section, sections = _begin(section, tally.file(text), number), sections + 1
        elif record == "end_of_record" and section is not None:
            section.finish()
            section = None
        elif section is not None:
            _read(section, record, text, number)
    if section is not None:
        raise ReportError("its last file has no end_of_record: it is cut off")
    if not sections:
        raise ReportError("it has no SF records: it is not LCOV, or covers nothing")


def _begin(before: _Section | None, file: FileTally, number: int) -> _Section:
    if before is not None:
        raise ReportError(f"line {number}: SF inside the records of another file")
    return _Section(file)


def _read(section: _Section, record: str, text: str, number: int) -> None:
    try:
        section.read(record, text)
    except ReportError as error:
        raise ReportError(f"line {number}: {error}") from error


def _hits(text: str) -> int:
    """Read a count. Old versions of gcov let counters run over into negative ones, which mean nothing."""
    return -whole_number(text[1:]) if text.startswith("-") else whole_number(text)


def _span(text: str) -> tuple[int, int | None, str]:
    """Read `start,name` or, since lcov 2.0, `start,end,name`. A name may have commas."""
    start, _, rest = text.partition(",")
    end, comma, name = rest.partition(",")
    if not (comma and end.isascii() and end.isdigit()):
        return whole_number(start), None, rest
    return whole_number(start), whole_number(end), name
