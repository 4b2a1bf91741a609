"""The event stream of `go test -json` (https://pkg.go.dev/cmd/test2json)."""

from __future__ import annotations

import io

import msgspec

from specrun.measure.raw import JSON_ERRORS, json_error, shorten
from specrun.measure.reports import ReportError, TestRun, TestStatus
from specrun.measure.tests.collect import collect, join_id

_ENDS: dict[str, TestStatus] = {"pass": "passed", "fail": "failed", "skip": "skipped"}


class _Event(msgspec.Struct):
    action: str = msgspec.field(name="Action", default="")
    package: str = msgspec.field(name="Package", default="")
    test: str = msgspec.field(name="Test", default="")
    import_path: str = msgspec.field(name="ImportPath", default="")


class _Package:
    """What became of one package. A test that began and never ended is an `error`."""

    def __init__(self) -> None:
        self.tests: list[tuple[str, TestStatus]] = []
        self.open: dict[str, int] = {}
        self.end: str | None = None

    def begin(self, test: str) -> None:
        self.open[test] = len(self.tests)
        self.tests.append((test, "error"))

    def finish(self, test: str, status: TestStatus) -> None:
        if test not in self.open:
            self.begin(test)
        self.tests[self.open.pop(test)] = (test, status)

    def broke_itself(self) -> bool:
        """Whether the package failed without a failing test: it did not build, or exited early."""
        return self.end == "fail" and all(status in ("passed", "skipped") for _, status in self.tests)


def read_go_json(data: bytes) -> TestRun:
    """Read the events of `go test -json`. The id of a test is `package::TestName/subtest`.

    A package that fails though none of its tests did gives one more test, named as the package, with status
    `error`. Lines that are no events (compilers print some) are passed over. Raises ReportError, also when
    a package has no end.
    """
    packages: dict[str, _Package] = {}
    decoder = msgspec.json.Decoder(_Event)
    for number, line in enumerate(io.BytesIO(data), 1):
        if line.startswith(b"{"):
            _apply(_decode(decoder, line, number), packages)
    if not packages:
        raise ReportError("it has no events of go test -json")
    for name, package in packages.items():
        if package.end is None:
            raise ReportError(f"it does not tell how package {shorten(name)} ended: it is cut off")
    tests = [(join_id(name, test), status) for name, p in packages.items() for test, status in p.tests]
    broken: list[tuple[str, TestStatus]] = [
        (join_id(name), "error") for name, p in packages.items() if p.broke_itself()
    ]
    return collect(tests + broken)


def _decode(decoder: msgspec.json.Decoder[_Event], line: bytes, number: int) -> _Event:
    try:
        return decoder.decode(line)
    except JSON_ERRORS as error:
        raise ReportError(f"line {number}: {json_error(error)}") from error


def _apply(event: _Event, packages: dict[str, _Package]) -> None:
    # A build event names `package` or `package [package.test]`; both mean the package under test.
    name = event.package or event.import_path.partition(" ")[0]
    if not event.action or not name or event.action == "build-output":
        return
    package = packages.setdefault(name, _Package())
    if event.action == "build-fail":
        package.end = "fail"
    elif event.test and event.action == "run":
        package.begin(event.test)
    elif event.action in _ENDS and event.test:
        package.finish(event.test, _ENDS[event.action])
    elif event.action in _ENDS:
        package.end = event.action
