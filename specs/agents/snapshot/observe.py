"""Makes calls, apart from this process, and tells what they did.

python -m snapshot.observe PLACE < CASES      the same cases, as this process saw them
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snapshot import describe
from snapshot.apart import Apart
from snapshot.case import Case, Check, Recipe
from snapshot.place import Place
from snapshot.trace import TooLongError, Tracer, Way

LATER = 40_000_000
"""By how many seconds the clock of a repetition is ahead: what depends on the time is then another value."""


@dataclass(frozen=True)
class Seen:
    """What a call did."""

    checks: tuple[Check, ...] = ()
    ways: frozenset[Way] = frozenset()
    kind: str = ""
    """The class of the result, as module:name."""
    changed: bool = False
    """Whether the object whose method was called is another one now."""
    state: str = ""
    """The result, as far as it can be seen."""
    ended: bool = True
    """Whether the call came to an end. It did not if it took too long, or took its process down."""


class Observer:
    """Makes calls that pass through the files of a project."""

    def __init__(self, project: Path, files: list[Path]) -> None:
        self._project = project
        self._tracer = Tracer(files)
        self._apart = Apart(self._answer)

    def forget(self) -> None:
        """Undo what the calls so far did to the modules that they passed through."""
        self._apart.restart()

    def see(self, recipe: Recipe, receiver: str = "") -> Seen:
        """Make a call. `receiver` is the variable that the call may change."""
        question = Case("", recipe).dump()
        answer = self._apart.ask(json.dumps([question, receiver]))
        told = json.loads(answer) if answer else {}
        if not told:
            return Seen(ended=answer is not None)
        return Seen(
            tuple(Check(*check) for check in told["checks"]),
            frozenset((file, before, after) for file, before, after in told["ways"]),
            told["kind"],
            told["changed"],
            told["state"],
        )

    def _answer(self, question: str) -> str:
        case, receiver = json.loads(question)
        self._tracer.restart()
        files = sorted(Path().iterdir())
        try:
            told = self._call(Case.load(case).recipe, receiver)
        except BaseException:  # no call may end this process
            told = {}
        tidy = files == sorted(Path().iterdir())  # a test must not leave files in the project
        return json.dumps({**told, "ways": sorted(self._tracer.ways)} if told and tidy else {})

    def _call(self, recipe: Recipe, receiver: str) -> dict:
        """Raises what the statements before the call raise, and TooLongError."""
        space: dict = {}
        for module, name in sorted(recipe.names):
            space[name] = getattr(importlib.import_module(module), name)
        with self._tracer:
            exec("\n".join(recipe.lines), space)
        before = describe.state(space[receiver]) if receiver else ""
        result = None
        try:
            with self._tracer:
                result = eval(recipe.expression, space)
                checks = describe.of_result(result)
        except TooLongError:
            raise
        except BaseException as error:
            checks = describe.of_error(error, self._project)
        return {
            "checks": [[check.kind, check.value, check.name] for check in checks],
            "kind": f"{type(result).__module__}:{type(result).__qualname__}",
            "changed": bool(receiver) and describe.state(space[receiver]) != before,
            "state": describe.state(result),
        }


@contextlib.contextmanager
def answering() -> Iterator[io.TextIOBase]:
    """Where this process answers, while nothing that is imported can print to it."""
    with os.fdopen(os.dup(1), "w") as stream, Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        yield stream


def _advance_the_clock() -> None:
    for name in ("time", "monotonic"):
        original = getattr(time, name)
        setattr(time, name, lambda original=original: original() + LATER)


def main() -> None:
    """Repeat the cases that stand in stdin, in the same order, each in a process that knows no other."""
    place = Place.load(json.loads(sys.argv[1]))
    cases = [Case.load(case) for case in json.load(sys.stdin)]
    with answering() as stream:
        _advance_the_clock()
        importlib.import_module(place.module)
        observer = Observer(place.project, [place.file])
        again = []
        for case in cases:
            observer.forget()
            again.append(Case(case.subject, case.recipe, observer.see(case.recipe).checks).dump())
        json.dump(again, stream)


if __name__ == "__main__":
    main()
