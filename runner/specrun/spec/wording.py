"""What is wrong with data, in words: the errors of jsonschema as sentences about keys."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from specrun.spec.models.common import spell_alternatives
from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specrun.spec.document import DataPath

TYPE_NAMES = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


Error = Any
"""A ValidationError of jsonschema; its own annotations are wider than what iter_errors gives."""


class Fault(NamedTuple):
    """A sentence about the value at `path`, or about its key."""

    path: DataPath
    message: str
    key: bool = False
    is_syntax: bool = False
    """It is about the syntax of a text."""


def faults(data: Any, schema: dict[str, Any]) -> Iterator[Fault]:
    """Everything in which the data does not meet the schema."""
    for error in _validator()(schema).iter_errors(data):
        yield from _explain(error)


@cache
def _validator() -> Any:
    """The validator, which does not look into what is too long: it could be busy for minutes."""
    from jsonschema import Draft202012Validator, validators

    def unless_too_long(keyword: str, most: str) -> Any:
        plain = Draft202012Validator.VALIDATORS[keyword]

        def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if not isinstance(instance, list | dict | str) or len(instance) <= schema.get(most, math.inf):
                yield from plain(validator, value, instance, schema) or ()

        return check

    guarded = {
        "pattern": unless_too_long("pattern", "maxLength"),
        "items": unless_too_long("items", "maxItems"),
        "additionalProperties": unless_too_long("additionalProperties", "maxProperties"),
        "propertyNames": unless_too_long("propertyNames", "maxProperties"),
    }
    return validators.extend(Draft202012Validator, guarded)  # type: ignore[no-untyped-call]


def label(path: DataPath) -> str:
    """A value as it is called in a message: `'agents[2]'`."""
    names = [index for index, step in enumerate(path) if isinstance(step, str)]
    if not names:
        return "the spec" if not path else f"item {path[-1]}"
    indexes = "".join(f"[{step}]" for step in path[names[-1] + 1 :])
    return quoted(f"{path[names[-1]]}{indexes}")


def type_name(value: Any) -> str:
    """The type of plain data, in words."""
    if value is None:
        return "null"
    for kinds, name in (
        (bool, "true or false"),
        (int | float, "a number"),
        (str, "text"),
        (dict, "a mapping"),
    ):
        if isinstance(value, kinds):
            return name
    return "a list"


def _explain(error: Error) -> Iterator[Fault]:
    """One error of jsonschema as one or more faults."""
    explain = _EXPLAIN.get(str(error.validator))
    if explain is None:
        yield Fault(tuple(error.absolute_path), error.message)
    else:
        yield from explain(error)


def _additional_properties(error: Error) -> Iterator[Fault]:
    path, known = tuple(error.absolute_path), error.schema.get("properties", {})
    for name in error.instance:
        if name not in known:
            hint = did_you_mean(name, set(known) - set(error.instance)) or did_you_mean(name, known)
            yield Fault((*path, name), f"unknown key {quoted(name)}{hint}", key=True)


def _required(error: Error) -> Iterator[Fault]:
    # jsonschema gives one error for each missing key, and names it only in its message.
    name = error.message.split("'")[1]
    yield Fault(tuple(error.absolute_path), f"missing key {quoted(name)}")


def _type(error: Error) -> Iterator[Fault]:
    yield _type_fault(error, [error])


def _type_fault(error: Error, wrong_type: list[Error]) -> Fault:
    """`wrong_type` are the errors of all types that the value might have had."""
    path, value = tuple(error.absolute_path), error.instance
    wanted = [name for detail in wrong_type for name in _listed(detail.validator_value)]
    titles = [str(detail.schema.get("title", "")) for detail in wrong_type]
    meanings = [title for title in titles if " such as " in title]
    names = [TYPE_NAMES.get(name, _word(name)) for name in wanted if name != "null"]
    if meanings and not isinstance(value, dict | list):
        return Fault(path, f"{label(path)} must be {' or '.join(meanings)}")
    if "string" in wanted and isinstance(value, int | float) and not isinstance(value, dict):
        return Fault(path, f"{label(path)} must be text: put it in quotes")
    return Fault(path, f"{label(path)} must be {' or '.join(names)}, not {type_name(value)}")


def _listed(allowed: Any) -> list[Any]:
    """What a `type`, a `const` or an `enum` of a schema allows: it is one, or a list."""
    return allowed if isinstance(allowed, list) else [allowed]


def _word(allowed: Any) -> str:
    """A value that a schema allows, as it is written in a spec."""
    return str(allowed).lower() if isinstance(allowed, bool) else str(allowed)


def _any_of(error: Error) -> Iterator[Fault]:
    """Explain the one branch that is meant: the branch for this type of data."""
    branches: dict[Any, list[Error]] = {}
    for detail in error.context or ():
        branches.setdefault(detail.schema_path[0], []).append(detail)
    wrong_type = [
        detail for details in branches.values() for detail in details if _is_wrong_type(detail, error)
    ]
    meant = [details for details in branches.values() if not any(d in wrong_type for d in details)]
    if not meant:
        yield _type_fault(error, wrong_type)
        return
    for detail in meant[0]:
        yield from _explain(detail)


def _is_wrong_type(detail: Error, error: Error) -> bool:
    """Whether the value has another type than a branch; the values to choose from have types too."""
    if detail.absolute_path != error.absolute_path:
        return False
    if detail.validator in ("enum", "const"):
        return type(error.instance) not in {type(allowed) for allowed in _listed(detail.validator_value)}
    return bool(detail.validator == "type")


def _one_of(error: Error) -> Iterator[Fault]:
    """Only the alternatives of a mapping are written as `oneOf`."""
    groups = tuple(tuple(branch["required"]) for branch in error.validator_value)
    yield Fault(tuple(error.absolute_path), f"expected exactly one of: {spell_alternatives(groups)}")


def _enum(error: Error) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    allowed = _listed(error.validator_value)
    hint = did_you_mean(error.instance, [value for value in allowed if isinstance(value, str)])
    names = ", ".join(map(_word, allowed))
    yield Fault(path, f"{label(path)} must be {'one of: ' if len(allowed) > 1 else ''}{names}{hint}")


def _pattern(error: Error) -> Iterator[Fault]:
    meaning = error.schema.get("title", f"text that matches {error.validator_value}")
    yield _demand(error, f"be {meaning}", is_syntax=True)


def _demand(error: Error, text: str, *, is_syntax: bool = False) -> Fault:
    """What a value, or the key of one, must be."""
    path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        name = error.instance
        return Fault((*path, name), f"the key {quoted(name)} must {text}", key=True)
    return Fault(path, f"{label(path)} must {text}", is_syntax=is_syntax)


def _sentence(text: Callable[[Any], str]) -> Callable[[Error], Iterator[Fault]]:
    def explain(error: Error) -> Iterator[Fault]:
        yield _demand(error, text(error.validator_value))

    return explain


def _not_shorter(least: int) -> str:
    return "not be empty" if least == 1 else f"have at least {least} items"


_EXPLAIN: dict[str, Callable[[Error], Iterator[Fault]]] = {
    "additionalProperties": _additional_properties,
    "required": _required,
    "type": _type,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "enum": _enum,
    "const": _enum,
    "pattern": _pattern,
    "minimum": _sentence(lambda least: f"be at least {least}"),
    "maximum": _sentence(lambda most: f"be at most {most}"),
    "minLength": _sentence(_not_shorter),
    "minItems": _sentence(_not_shorter),
    "minProperties": _sentence(_not_shorter),
    "maxItems": _sentence(lambda most: f"have at most {most:,} items"),
    "maxProperties": _sentence(lambda most: f"have at most {most:,} keys"),
    "maxLength": _sentence(lambda most: f"be at most {most} characters long"),
}
