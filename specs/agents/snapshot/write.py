"""Cases to a test file that both unittest and pytest run."""

from __future__ import annotations

import ast
import pprint
import re
from collections import Counter

from snapshot.case import Case, Check

WIDTH = 100
HEAD = '''"""Characterisation tests of {module}: they assert what it does now, be it right or wrong."""

'''
SETTLED = ("equal", "text", "items", "raises")
"""Checks that say enough by themselves."""


def render(module: str, cases: list[Case]) -> str:
    """The text of a test file, in the order of the cases' subjects."""
    order = list(dict.fromkeys(case.subject for case in cases))
    numbers: Counter[str] = Counter()
    tests = []
    for case in sorted(cases, key=lambda case: order.index(case.subject)):
        name = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", case.subject)).strip("_").lower()
        numbers[name] += 1
        tests.append(f"    def test_{name}_{numbers[name]}(self):\n" + _indented(_body(case)))
    title = "".join(part.title() for part in re.split(r"[._]", module))
    head = HEAD.format(module=module) + _imports(cases)
    return f"{head}\n\nclass {title}Snapshot(unittest.TestCase):\n" + "\n".join(tests)


def _imports(cases: list[Case]) -> str:
    names = {name for case in cases for name in case.recipe.names}
    for case in cases:
        module, _, error = case.checks[0].name.partition(":")
        if error and module != "builtins":
            names.add((module, error))
    used = {
        module: sorted(name for origin, name in names if origin == module) for module in sorted(dict(names))
    }
    lines = [f"from {module} import {', '.join(used[module])}\n" for module in used]
    return "\n".join(["import unittest\n", "".join(lines)])


def _body(case: Case) -> list[str]:
    recipe, first = case.recipe, case.checks[0]
    if first.kind == "raises":
        error = first.name.partition(":")[2]
        caught = " as caught" if first.value else ""
        lines = [*recipe.lines, f"with self.assertRaises({error}){caught}:", f"    {recipe.expression}"]
        return [*lines, *_equal("str(caught.exception)", first.value)] if first.value else lines
    if first.kind in SETTLED or len(case.checks) == 1:
        return [*recipe.lines, *_assertion(first, recipe.expression)]
    name = recipe.expression if recipe.expression.isidentifier() else "result"
    made = [] if name == recipe.expression else [f"{name} = {recipe.expression}"]
    checks = [line for check in case.checks if check.kind != "type" for line in _assertion(check, name)]
    return [*recipe.lines, *made, *checks]


def _assertion(check: Check, expression: str) -> list[str]:
    if check.kind == "attribute":
        return _equal(f"{expression}.{check.name}", check.value)
    if check.kind == "items":
        return _equal(f"list({expression})", check.value)
    if check.kind == "text":
        return _equal(f"repr({expression})", check.value)
    if check.kind == "type":
        return _equal(f"type({expression}).__name__", repr(check.value))
    if check.value in ("None", "True", "False"):
        return [f"self.assertIs({expression}, {check.value})"]
    return _equal(expression, check.value)


def _equal(expression: str, value: str) -> list[str]:
    line = f"self.assertEqual({expression}, {value})"
    if len(line) <= WIDTH:
        return [line]
    shown = pprint.pformat(ast.literal_eval(value), width=WIDTH, sort_dicts=False).splitlines()
    shown[-1] += ","
    return ["self.assertEqual(", f"    {expression},", *(f"    {part}" for part in shown), ")"]


def _indented(lines: list[str]) -> str:
    return "".join(f"        {line}\n" for line in lines)
