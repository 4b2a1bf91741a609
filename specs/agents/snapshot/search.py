"""Looks for calls that run something new. What they return is used as arguments of the calls after them.

python -m snapshot.search PLACE      prints the cases
"""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from snapshot.arguments import Arguments
from snapshot.case import Case, Recipe
from snapshot.hints import hints
from snapshot.observe import Observer, Seen, answering
from snapshot.place import Place
from snapshot.survey import ARGUMENTS, RECEIVER, Offer, Parameter, Target, survey
from snapshot.trace import Way

ROUNDS = 3
PATIENCE, PATIENCE_ELSEWHERE = 30, 10
"""After how many calls of a target that show nothing new its turn ends: in the module, and around it."""
LOST = 2
"""After how many calls that do not come to an end a target is given up."""
RECEIVERS = 8
MADE, MADE_AT_ONCE = 8, 4
"""How many ways to make an instance of one class are remembered, in all and without later changes."""
LONGEST_STATE = 3
TWINS = 2
"""Further calls of one target that are kept although they run nothing new: they return another thing."""

Values = tuple[Recipe | None, ...]


@dataclass
class Search:
    """What is known so far."""

    place: Place
    targets: list[Target]
    observer: Observer
    arguments: Arguments
    cases: list[Case] = field(default_factory=list)
    ways: set[Way] = field(default_factory=set)
    tested: set[Way] = field(default_factory=set)
    """Those ways of the module itself that a case goes."""
    tried: set[Recipe] = field(default_factory=set)
    grown: dict[Target, list[str]] = field(default_factory=dict)
    results: dict[Target, set[str]] = field(default_factory=dict)
    lost: Counter[Target] = field(default_factory=Counter)

    def run(self) -> list[Case]:
        """Every target in every round: those of the other modules first, for the objects that they make."""
        for _, target in itertools.product(range(ROUNDS), self.targets):
            self.observer.forget()
            own = target.module == self.place.module
            for receiver in self._receivers(target):
                self._try(target, receiver, PATIENCE if own else PATIENCE_ELSEWHERE)
        return self.cases

    def _receivers(self, target: Target) -> list[Recipe]:
        """What a method is called on; a function needs nothing, but its import."""
        if target.owner:
            return [_named(recipe, target.owner) for recipe in self.arguments.made.get(target.owner, [])][
                :RECEIVERS
            ]
        name = target.subject.split(".")[0]
        return [Recipe("", names=frozenset({(target.module, name)}))]

    def _try(self, target: Target, receiver: Recipe, patience: int) -> None:
        """Vary one argument after the other, from the best call so far, then several at once."""
        grown = tuple(self.grown.get(target, []))
        lists = [self.arguments.of(parameter, target.owner, grown) for parameter in target.parameters]
        if not all(lists):
            return
        best = [values[0] for values in lists]
        left = patience
        for values in _orders(lists, best):
            if left <= 0 or self.lost[target] >= LOST:
                break
            recipe = _call(target, receiver, values)
            if recipe is None or recipe in self.tried:
                continue
            left -= 1
            self.tried.add(recipe)
            seen = self.observer.see(recipe, receiver.expression)
            self.lost[target] += not seen.ended
            if self._learn(target, receiver, recipe, seen):
                left = patience
                best[:] = values
                self._grow(target, values)

    def _learn(self, target: Target, receiver: Recipe, recipe: Recipe, seen: Seen) -> bool:
        """Keep what a call shows; whether it ran something new."""
        if not seen.checks:
            return False
        new = seen.ways - self.ways
        self.ways |= seen.ways
        results = self.results.setdefault(target, set())
        another = seen.state not in results
        if new or another:
            self._remember(seen.kind, recipe, receiver)
        if seen.changed and len(recipe.lines) < LONGEST_STATE:
            after = Recipe(receiver.expression, (*recipe.lines, recipe.expression), recipe.names)
            self._remember(target.owner, after, receiver, front=True)
        untested = {way for way in seen.ways if way[0] == str(self.place.file)} - self.tested
        if target.module == self.place.module and (untested or (another and self._is_told(seen, results))):
            self.tested |= untested
            self._keep(target, receiver, recipe, seen)
        results.add(seen.state)
        return bool(new or untested)

    def _is_told(self, seen: Seen, results: set[str]) -> bool:
        """Whether a test would say more than the few before it although it runs nothing new."""
        return len(results) <= TWINS and seen.checks[0].kind in ("equal", "text", "items")

    def _keep(self, target: Target, receiver: Recipe, recipe: Recipe, seen: Seen) -> None:
        """Make a test of a call. If it returns nothing, but changes its object, that is checked."""
        if seen.changed and seen.checks[0].value == "None":
            after = Recipe(receiver.expression, (*recipe.lines, recipe.expression), recipe.names)
            before, checks = self.observer.see(receiver).checks, self.observer.see(after).checks
            if checks != before:
                self.cases.append(Case(target.subject, after, checks))
                return
        self.cases.append(Case(target.subject, recipe, seen.checks))

    def _remember(self, kind: str, recipe: Recipe, receiver: Recipe, *, front: bool = False) -> None:
        """An object of the project can be an argument and a receiver of later calls."""
        if kind not in self.arguments.classes or (
            recipe.expression == receiver.expression and not recipe.lines
        ):
            return
        made = self.arguments.made.setdefault(kind, [])
        if recipe not in made and len(made) < (MADE if front else MADE_AT_ONCE):
            made.insert(1 if front and made else len(made), recipe)

    def _grow(self, target: Target, values: Values) -> None:
        """Remember the texts that did something new, for longer ones."""
        for value in values:
            if value is not None and value.expression[:1] in "'\"":
                texts = self.grown.setdefault(target, [])
                text = ast.literal_eval(value.expression)
                if text and len(texts) < 4 and text not in texts:
                    texts.append(text)


def _orders(lists: list[list[Recipe | None]], best: list[Recipe | None]) -> Iterator[Values]:
    """Choices of one value from each list; `best` may change meanwhile."""
    yield tuple(best)
    for _ in range(2):
        for place, values in enumerate(lists):
            for value in values[: 12 if len(lists) > 1 else None]:
                yield (*best[:place], value, *best[place + 1 :])
    ranked = itertools.product(*(enumerate(values[:5]) for values in lists[:4]))
    for choice in sorted(ranked, key=lambda choice: sum(rank for rank, _ in choice)):
        yield (*(value for _, value in choice), *best[4:])


def _call(target: Target, receiver: Recipe, values: Values) -> Recipe | None:
    """A call with these arguments; None if it cannot be written."""
    given = [
        _argument(parameter, value, late)
        for parameter, value, late in zip(target.parameters, values, _late(values), strict=True)
        if value is not None
    ]
    expression = target.template.replace(RECEIVER, receiver.expression)
    expression = expression.replace(ARGUMENTS, ", ".join(given))
    return receiver.joined([value for value in values if value is not None], expression)


def _late(values: Values) -> list[bool]:
    """For each argument: whether one before it is left out, so that it needs its name."""
    return [None in values[:place] for place in range(len(values))]


def _argument(parameter: Parameter, value: Recipe, late: bool) -> str:
    if parameter.many:
        return f"**{{'a': {value.expression}}}" if parameter.keyword else value.expression
    return f"{parameter.name}={value.expression}" if late or parameter.keyword else value.expression


def _named(recipe: Recipe, kind: str) -> Recipe:
    """The recipe with its object in a variable, which is called like the class."""
    if recipe.expression.isidentifier():
        return recipe
    name = "the_" + kind.split(":")[1].lower()
    return Recipe(name, (*recipe.lines, f"{name} = {recipe.expression}"), recipe.names)


def search(place: Place) -> list[Case]:
    """The cases for a module. Raises what its import raises."""
    source = place.file.read_text(encoding="utf-8")
    offers = [survey(importlib.import_module(place.module), source)]
    files = [place.file]
    for name in place.neighbours():
        try:
            module = importlib.import_module(name)
            file = Path(module.__file__ or "")
            offers.insert(0, survey(module, file.read_text(encoding="utf-8")))
            files.append(file)
        except BaseException:  # a module that cannot be imported here is not needed
            continue
    classes = {key: members for offer in offers for key, members in offer.classes.items()}
    arguments = Arguments(hints(source, place.project), classes)
    return Search(place, _sorted(offers), Observer(place.project, files), arguments).run()


def _sorted(offers: list[Offer]) -> list[Target]:
    """What makes objects first."""
    return sorted(
        (target for offer in offers for target in offer.targets), key=lambda target: not target.makes
    )


def main() -> None:
    """Print the cases for the module whose place is the argument."""
    with answering() as stream:
        json.dump([case.dump() for case in search(Place.load(json.loads(sys.argv[1])))], stream)


if __name__ == "__main__":
    main()
