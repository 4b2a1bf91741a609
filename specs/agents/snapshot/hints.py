"""Values that a module itself suggests: its strings and numbers, what its patterns match, its examples."""

from __future__ import annotations

import ast
import doctest
import re
from dataclasses import dataclass, field
from pathlib import Path
from re import _constants as codes  # the one parser of patterns that the library has
from re import _parser as patterns

LONGEST = 300
MOST = 24
TICKED = re.compile(r"`([^`\n]{1,60})`")
FENCED = re.compile(r"^```(?!py|sh|console|bash)\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
CATEGORIES = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


@dataclass(frozen=True)
class Hints:
    """Strings and whole numbers, the most promising first."""

    strings: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    compared: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """By parameter name: the constants that it is compared with."""


def hints(source: str, project: Path) -> Hints:
    """The hints of a module's source, and of the project's README."""
    tree = ast.parse(source)
    documented = [text for node in ast.walk(tree) if (text := _docstring(node))]
    texts = [sample for text in documented for sample in (*_examples(text), *TICKED.findall(text))]
    constants = _constants(tree)
    matched = [sample for text in constants if isinstance(text, str) for sample in samples(text)]
    words = [text for text in constants if isinstance(text, str)]
    strings = [text for text in (*texts, *matched, *_readme(project), *words) if len(text) <= LONGEST]
    limits = [number for number in constants if type(number) is int and abs(number) < 10**6]
    numbers = [near for number in limits for near in (number, number + 1, number - 1)]
    return Hints(tuple(dict.fromkeys(strings))[:MOST], tuple(dict.fromkeys(numbers))[:MOST], _compared(tree))


def samples(pattern: str) -> list[str]:
    """Two texts that a pattern matches, a long and a short one; none for text that is no pattern."""
    if not re.search(r"[\\\[(^$]", pattern):
        return []
    try:
        parsed = patterns.parse(pattern)
        made = [_matching(parsed, least) for least in (1, 0)]
        return [text for text in made if text and re.match(pattern, text)]
    except (re.error, OverflowError, RecursionError):
        return []


def _matching(parsed: object, least: int) -> str:
    """A text for a parsed pattern; what may be left out is there `least` times."""
    text = ""
    for code, value in parsed:
        if code is codes.LITERAL:
            text += chr(value)
        elif code in (codes.NOT_LITERAL, codes.ANY):
            text += "x"
        elif code is codes.IN:
            text += _member(value)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            text += _matching(value[2], least) * max(value[0], min(least, value[1]))
        elif code is codes.SUBPATTERN:
            text += _matching(value[-1], least)
        elif code is codes.BRANCH:
            text += _matching(value[1][0], least)
    return text


def _member(choices: list) -> str:
    """A character of a set."""
    if choices[0][0] is codes.NEGATE:
        taken = {chr(value) for code, value in choices[1:] if code is codes.LITERAL}
        return next((character for character in "ax1 -" if character not in taken), "a")
    code, value = choices[0]
    if code is codes.LITERAL:
        return chr(value)
    return chr(value[0]) if code is codes.RANGE else CATEGORIES.get(value, "a")


def _docstring(node: ast.AST) -> str | None:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return ast.get_docstring(node) if isinstance(node, kinds) else None


def _examples(docstring: str) -> list[str]:
    """The strings that the examples of a docstring are about."""
    try:
        examples = doctest.DocTestParser().get_examples(docstring)
        trees = [ast.parse(example.source) for example in examples]
    except (ValueError, SyntaxError):
        return []
    return [node.value for tree in trees for node in ast.walk(tree) if _is_text(node)]


def _readme(project: Path) -> list[str]:
    """The blocks and the words in typewriter letters of the README, blocks of code left out."""
    text = ""
    for path in sorted(project.glob("README*"))[:1]:
        text = path.read_text(encoding="utf-8", errors="replace")[:20_000]
    return [*FENCED.findall(text), *TICKED.findall(text)]


def _constants(tree: ast.Module) -> list[object]:
    """Strings and numbers in the order of the source, without docstrings and the pieces of f-strings."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and _is_text(node.value)):
            skipped |= {id(child) for child in ast.walk(node)}
    nodes = (node for node in ast.walk(tree) if id(node) not in skipped and _is_text(node, int))
    return [node.value for node in nodes]


def _is_text(node: ast.AST, *more: type) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (str, *more)


def _compared(tree: ast.Module) -> dict[str, tuple[object, ...]]:
    """By the name of a variable: the constants that it is compared with, or looked for among."""
    found: dict[str, list[object]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            for other in node.comparators:
                items = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
                constants = [item.value for item in items if _is_text(item, int)]
                found.setdefault(node.left.id, []).extend(constants)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items() if values}
