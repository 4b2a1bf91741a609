"""Which values are tried for a parameter, the most promising first."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from snapshot.case import Recipe
from snapshot.hints import Hints
from snapshot.survey import Parameter

TEXT = set(dir(str)) - set(dir(list)) - set(dir(dict)) - set(dir(bytes)) | {"strip", "split", "startswith"}
MAPPING = {"items", "keys", "values", "setdefault"}
BY_CALL = {"int": "str", "float": "str", "len": "str", "abs": "int", "range": "int", "sorted": "list"}
BY_CALL |= {
    "sum": "numbers",
    "min": "numbers",
    "max": "numbers",
    "set": "list",
    "dict": "dict",
    "iter": "list",
}
BY_NAME = (
    ("list", r".*(s|list|items|rows|args|argv|iterable|seq|sequence)"),
    (
        "str",
        r".*(text|string|name|key|word|line|path|title|value|pattern|char|sep|code|message|prefix|suffix).*|s",
    ),
    (
        "int",
        r".*(count|size|width|number|index|limit|minutes|seconds|days|start|end|step|serial|level|length|ttl).*",
    ),
    ("int", r"n|i|k|x|y|a|b|depth|base|column"),
    ("called", r"func|function|fn|f|predicate|pred|callback|factory|decorate"),
)
BY_ANNOTATION = (
    ("str", r"\b(str|AnyStr|Text)\b"),
    ("int", r"\bint\b"),
    ("numbers", r"\b(list|List|Sequence|Iterable|tuple|Tuple)\[(int|float)"),
    ("float", r"\bfloat\b"),
    ("bool", r"\bbool\b"),
    ("bytes", r"\bbytes\b"),
    ("dict", r"\b(dict|Dict|Mapping|MutableMapping)\b"),
    ("list", r"\b(list|List|tuple|Tuple|set|Iterable|Iterator|Sequence|Collection)\b"),
    ("called", r"\bCallable\b"),
)
PLAIN = {
    "str": ("'a'", "''", "'Hello, World'", "'a b'", "'12'", "'x'"),
    "int": ("1", "0", "2", "-1", "3", "10"),
    "float": ("1.5", "0.0", "-2.0", "100.0"),
    "bool": ("True", "False"),
    "bytes": ("b'a'", "b''", "b'abc def'"),
    "numbers": ("[1, 2, 3]", "[]", "[3, 1, 1]", "[0]", "(2, 5)"),
    "list": (
        "['b', 'a', 'b']",
        "[]",
        "['a']",
        "[1, 2, 3]",
        "[('a', 1), ('b', 2)]",
        "[['a', 'bb'], ['c', 'd']]",
    ),
    "pairs": ("[('a', 1), ('b', 2)]", "[]", "[('a', None), ('b', 2)]", "{'a': 1}"),
    "dict": ("{'a': 1, 'b': 2}", "{}", "{'a': 'x', 'b': 'y'}", "{1: 'a'}", "{'a': {'b': 1}}"),
    "called": ("str", "len", "abs", "bool"),
}
ANYTHING = ("'a'", "1", "[]", "['b', 'a']", "{'a': 1}", "None", "0", "[('a', 1)]", "str")
MOST = 14
MOST_GROWN = 12


@dataclass
class Arguments:
    """Knows the hints of a module and the objects that were made so far."""

    hints: Hints
    classes: dict[str, frozenset[str]]
    made: dict[str, list[Recipe]] = field(default_factory=dict)
    """By class, as module:name: how instances are made."""

    def of(self, parameter: Parameter, owner: str, grown: tuple[str, ...] = ()) -> list[Recipe | None]:
        """The values for a parameter; None leaves it out. `grown` are texts that did something new before."""
        kinds = self._kinds(parameter, owner)
        found: list[Recipe | None] = [] if parameter.required else [None]
        found += [Recipe(repr(value)) for value in self.hints.compared.get(parameter.name, ())]
        found += self._objects(kinds)
        lists = [self._plain(kind) for kind in kinds if kind in PLAIN]
        lists += [self._texts(grown)] if "str" in kinds else []
        found += [Recipe(text) for text in _alternating(lists)]
        if not any(kind in PLAIN for kind in kinds):
            found += [Recipe(text) for text in ANYTHING]
        if parameter.default is not None:
            found += [Recipe(text) for text in _other_than(parameter.default)]
        return list(dict.fromkeys(found))[: MOST + (MOST_GROWN if grown else 0)]

    def _kinds(self, parameter: Parameter, owner: str) -> list[str]:
        """What a parameter may be: by annotation, by what is done with it, by its default, by its name."""
        name, annotation, uses = parameter.name.lower(), parameter.annotation, parameter.uses
        known = [key for key in self.classes if re.search(rf"\b{key.split(':')[1]}\b", annotation)]
        known += [kind for kind, pattern in BY_ANNOTATION if re.search(pattern, annotation)]
        if not annotation:
            known += [key for key in self.classes if key.split(":")[1].lower() in (name, name.rstrip("s"))]
            known += [owner] if name == "other" and owner else []
            methods = {use for use in uses if ":" not in use} - {"loop", "index", "number", "pairs", "called"}
            own = methods - set(dir(str)) - set(dir(list)) - set(dir(dict))
            known += [key for key, members in self.classes.items() if own and own <= members]
            known += ["str"] if methods & TEXT else []
            known += ["dict"] if methods & MAPPING else []
            known += [kind for kind in ("pairs", "called") if kind in uses]
            known += ["int"] if "number" in uses else []
            known += [BY_CALL[use[5:]] for use in sorted(uses) if use[5:] in BY_CALL]
            known += ["list"] if "loop" in uses else []
            known += [type(parameter.default).__name__] if parameter.default is not None else []
        if not known or known == ["list"]:
            known += [kind for kind, pattern in BY_NAME if re.fullmatch(pattern, name)]
        return list(dict.fromkeys(known))

    def _objects(self, kinds: list[str]) -> list[Recipe]:
        """Instances of the project's classes, and lists of them where a list is wanted."""
        found: list[Recipe] = []
        for kind in kinds:
            made = self.made.get(kind, [])
            single = [recipe for recipe in made if not recipe.lines]
            listed = [Recipe(f"[{recipe.expression}]", recipe.lines, recipe.names) for recipe in made[:2]]
            for first, second in itertools.pairwise(single):
                both = first.joined([second], f"[{second.expression}, {first.expression}]")
                listed += [both] if both else []
            found += [*listed[:5], *made[:3]] if "list" in kinds or "loop" in kinds else made[:6]
        return found

    def _texts(self, grown: tuple[str, ...]) -> list[str]:
        """The strings of the module; from those that did something new, longer ones are made."""
        pairs = [
            first + joint + second for first in grown for second in grown for joint in ("\n", "\n  ", " ", "")
        ]
        return [repr(text) for text in (*pairs[:MOST_GROWN], *self.hints.strings)]

    def _plain(self, kind: str) -> list[str]:
        """The usual values, and the numbers of the module where a number is wanted."""
        numbers = [str(number) for number in self.hints.numbers] if kind == "int" else []
        return [*PLAIN[kind][:3], *numbers, *PLAIN[kind][3:]]


def _alternating(lists: list[list[str]]) -> list[str]:
    """The first of each, then the second of each."""
    longest = max(map(len, lists), default=0)
    return [items[index] for index in range(longest) for items in lists if index < len(items)]


def _other_than(default: object) -> list[str]:
    """Values beside a default."""
    if isinstance(default, bool):
        return [repr(not default)]
    if isinstance(default, int | float):
        return [repr(default + 1), "0"]
    return ["'x'", "''"]
