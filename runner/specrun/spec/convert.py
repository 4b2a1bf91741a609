"""Plain data to typed models.

A valid spec takes one fast pass. Only when that fails is the data looked at again, slowly, to name everything
that is wrong with it at its place.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from specrun.spec import wording
from specrun.spec.layers import COMMAND_LINE
from specrun.spec.leaves import walk
from specrun.spec.problems import Problem, SpecError
from specrun.spec.schema import model_schema
from specrun.spec.text import MORE_PROBLEMS, MOST_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.layers import Layered
    from specrun.spec.leaves import Leaves
    from specrun.spec.models.common import Spec
    from specrun.spec.values import Text

Model = TypeVar("Model", bound="Spec")


def convert(layered: Layered, model: type[Model], leaves: Leaves) -> Model:
    """The data as a typed model. Raises SpecError with everything that is wrong, each at its place."""

    def check(kind: type[Text], value: Any) -> Text:
        text = value if isinstance(value, str) else kind.spelled(value)
        if text is None or not kind.accepts(text):
            raise ValueError(f"expected {kind.meaning} such as {kind.example}")
        leaves.check(kind, text)
        return kind(text)

    try:
        converted = msgspec.convert(layered.data, model, strict=True, dec_hook=check)
    except (msgspec.ValidationError, SpecError) as error:
        found = _first(chain(_problems(layered, model, leaves), _broken(layered, model)))
        raise SpecError(found or [_as_told(layered, error)]) from None
    if found := _first(_broken(layered, model)):
        raise SpecError(found)
    return converted


def salvage(layered: Layered, model: type[Model]) -> Model | None:
    """The model of what is right: without the keys in which something is wrong, if the others make one.

    Files and patterns that values name are not looked at.
    """
    wrong = {fault.path[0] for fault in wording.faults(layered.data, model_schema(model)) if fault.path}
    data = {key: value for key, value in layered.data.items() if key not in wrong}
    try:
        return msgspec.convert(data, model, strict=True, dec_hook=lambda kind, value: kind(value))
    except (msgspec.ValidationError, TypeError):
        return None


def _first(problems: Iterator[Problem]) -> list[Problem]:
    """As many problems as are told of one file."""
    found = list(islice(problems, MOST_PROBLEMS + 1))
    if len(found) > MOST_PROBLEMS:
        found[-1] = msgspec.structs.replace(found[-1], message=MORE_PROBLEMS)
    return found


def _broken(layered: Layered, model: type[Spec]) -> Iterator[Problem]:
    """What cannot work, although each value is right."""
    from specrun.spec.rules import broken

    for path, message in broken(model, layered.data):
        yield layered.place(path).problem(message)


def _problems(layered: Layered, model: type[Spec], leaves: Leaves) -> Iterator[Problem]:
    """Everything that is wrong: with the values first, then with the structure."""
    values: set[Any] = set()
    for path, kind, data in walk(model, layered.data):
        text, checks = data, leaves
        if layered.overridden and (file := layered.file(path)) != COMMAND_LINE:
            checks, text = leaves.as_written(kind, data, file)
        values.add(path)
        if not kind.fits(text):
            continue  # the schema says so
        if not kind.accepts(text):
            message = f"{wording.label(path)} must be {kind.meaning} such as {kind.example}"
            yield layered.place(path).problem(message)
            continue
        try:
            for message in checks.faults(kind, text):
                yield layered.place(path).problem(f"{wording.label(path)}: {message}")
        except SpecError as error:
            yield from error.problems
    for fault in wording.faults(layered.data, model_schema(model)):
        if fault.path not in values or not fault.is_syntax:
            yield layered.place(fault.path, key=fault.key).problem(fault.message)


def _as_told(layered: Layered, error: Exception) -> Problem:
    """What msgspec says, where no schema can: ` - at `$.steps[0].run`` becomes a place."""
    if isinstance(error, SpecError):
        return error.problems[0]
    message, _, where = str(error).partition(" - at `$")
    steps = re.findall(r"\.([^.\[\]`]+)|\[([0-9]+)\]", where)
    path = tuple(name or int(index) for name, index in steps)
    return layered.place(path).problem(message)
