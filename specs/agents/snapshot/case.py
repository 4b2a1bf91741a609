"""What one test is made of: statements, a call, and what is seen of its result."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Recipe:
    """How a value comes to be, in Python's own words."""

    expression: str
    lines: tuple[str, ...] = ()
    """Statements that go before."""
    names: frozenset[tuple[str, str]] = frozenset()
    """What has to be imported, as (module, name)."""

    def joined(self, others: list[Recipe], expression: str) -> Recipe | None:
        """An expression over this value and others; None if they would use one variable for two things."""
        lines = list(self.lines)
        for other in others:
            if set(_assigned(other.lines)) & set(_assigned(tuple(lines))):
                return None
            lines += other.lines
        names = self.names.union(*(other.names for other in others))
        if len({name for _, name in names}) < len(names):
            return None
        return Recipe(expression, tuple(lines), names)


def _assigned(lines: tuple[str, ...]) -> list[str]:
    return [line.split(" = ")[0] for line in lines if line.split(" = ")[0].isidentifier()]


@dataclass(frozen=True)
class Check:
    """One thing that is true of a result.

    kind: `equal` (the text is a literal), `text` (repr gives the literal), `items` (listing it gives
    the literal), `attribute` (of this name, gives the literal), `type` (its class has this name) or
    `raises` (of this class, as module:name, with this literal as message or with any).
    """

    kind: str
    value: str
    name: str = ""


@dataclass(frozen=True)
class Case:
    """A call, and what is checked of its result, the strongest check first."""

    subject: str
    """What is called, for the name of the test."""
    recipe: Recipe
    checks: tuple[Check, ...] = ()

    def dump(self) -> dict:
        """For another process, as JSON."""
        return {
            "subject": self.subject,
            "expression": self.recipe.expression,
            "lines": list(self.recipe.lines),
            "names": sorted(map(list, self.recipe.names)),
            "checks": [[check.kind, check.value, check.name] for check in self.checks],
        }

    @classmethod
    def load(cls, value: dict) -> Case:
        """What `dump` wrote."""
        names = frozenset((module, name) for module, name in value["names"])
        recipe = Recipe(value["expression"], tuple(value["lines"]), names)
        return cls(value["subject"], recipe, tuple(Check(*check) for check in value["checks"]))


def stable(first: list[Case], *others: list[Case]) -> list[Case]:
    """The cases with those checks that every run saw; a case without any is dropped."""
    kept = []
    if any(len(run) != len(first) for run in others):
        return []
    for case, *again in zip(first, *others, strict=True):
        checks = tuple(check for check in case.checks if all(check in other.checks for other in again))
        if checks:
            kept.append(replace(case, checks=checks))
    return kept
