"""The head of a spec: which version of the language it is in, and which model describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec import wording
from specrun.spec.layers import Layer, Layered
from specrun.spec.models import KINDS
from specrun.spec.problems import did_you_mean, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from specrun.spec.models.common import Spec
    from specrun.spec.problems import Problem

VERSION = 1
"""The version of the spec language that this specrun reads."""


def read_head(layered: Layered) -> tuple[Layered, type[Spec] | None, list[Problem]]:
    """The model that the head of a spec asks for, and what is wrong with the head.

    A head that is wrong but can be guessed is taken as it is meant, so that the rest can be looked at: the
    layers that come back have it right. There is no model where nothing can be guessed.
    """
    problems = _version_problems(layered)
    if problems and "kind" not in layered.data:
        return layered, None, problems  # it is most likely no spec at all
    head: dict[str, Any] = {"specrun": VERSION}
    kind = _choose(
        layered, "kind", {kind: tuple(models.values()) for kind, models in KINDS.items()}, problems
    )
    if kind is None:
        return layered, None, problems
    head["kind"] = kind
    types = {name: (model,) for name, model in KINDS[kind].items() if name is not None}
    if types:
        head["type"] = _choose(layered, "type", types, problems)
        if head["type"] is None:
            return layered, None, problems
    if problems:
        layered = Layered((*layered.layers, Layer(head, layered)))
    return layered, KINDS[kind][head.get("type")], problems


def _version_problems(layered: Layered) -> list[Problem]:
    version = layered.data.get("specrun")
    if "specrun" not in layered.data:
        return [layered.place(()).problem("missing key 'specrun': a spec starts with 'specrun: 1'")]
    if version != VERSION or type(version) is not int:
        message = f"this specrun reads version {VERSION} of the spec language, not {quoted(version)}"
        return [layered.place(("specrun",)).problem(message)]
    return []


def _choose(
    layered: Layered, key: str, known: Mapping[str, tuple[type[Spec], ...]], problems: list[Problem]
) -> str | None:
    """The known name that a key of the head has, or means; None if that cannot be guessed."""
    value = layered.data.get(key)
    if isinstance(value, str) and value in known:
        return value
    one_of = f"one of: {', '.join(known)}"
    if key not in layered.data:
        problems.append(layered.place(()).problem(f"missing key '{key}': {one_of}"))
    elif not isinstance(value, str):
        message = f"'{key}' must be text, not {wording.type_name(value)} ({one_of})"
        problems.append(layered.place((key,)).problem(message))
    else:
        hint = did_you_mean(value, known) or f" ({one_of})"
        problems.append(layered.place((key,)).problem(f"unknown {key} {quoted(value)}{hint}"))
    return next(iter(nearest(value, known)), None) or _best_fit(layered.data.keys(), known)


def _best_fit(keys: Set[str], known: Mapping[str, tuple[type[Spec], ...]]) -> str | None:
    """The name whose specs have more of these keys than those of every other name."""
    fits = sorted(
        (max(len(keys & set(model.__struct_encode_fields__)) for model in models), name)
        for name, models in known.items()
    )
    return fits[-1][1] if fits[-1][0] > fits[-2][0] else None
