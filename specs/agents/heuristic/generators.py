"""Steps that a project wants done before its tests: found in its Makefile, or in what its documents say.

A target is not given to `make`, which may not be here: its recipe is, with the simple variables filled in.
"""

from __future__ import annotations

import re

from tree import Tree

MAKING = re.compile(r"gen|build|prepare|compile")
TEST_TARGETS = ("test", "tests", "check")
RULE = re.compile(r"^([\w./-]+)[ ]*:(?!=)[ ]*([^\n#=]*)[^\n]*\n((?:\t[^\n]*\n)*)", re.MULTILINE)
VARIABLE = re.compile(r"^(\w+)[ ]*[?:]?=[ ]*([^\n#]*)", re.MULTILINE)
DOCUMENTED = re.compile(r"^[ \t$>]*python3? ((?:-m )?)([\w./-]+)((?: [\w./=-]+)*)[ ]*$", re.MULTILINE)
DOCUMENTS = ("README*", "CONTRIBUTING*", "HACKING*", "DEVELOPMENT*")


def generating_steps(tree: Tree) -> list[str]:
    """Shell lines, once each: what the test target needs, what generates, or what is documented."""
    steps = _makefile(f"{tree.read('Makefile')}\n") or _documented(tree)
    return list(dict.fromkeys(steps))


def _makefile(text: str) -> list[str]:
    """The recipes of the test target's prerequisites, else of the targets that generate something."""
    variables = {name: value.strip() for name, value in VARIABLE.findall(text)}
    rules = {name: (needs.split(), recipe) for name, needs, recipe in RULE.findall(text)}
    needed = [need for name in TEST_TARGETS for need in rules.get(name, ([], ""))[0]]
    wanted = needed or [name for name in rules if MAKING.match(name) and name != "build"]
    steps = [
        _expand(line, name, rules[name][0], variables)
        for name in _in_order(wanted, rules)
        for line in rules[name][1].splitlines()
    ]
    return [step for step in steps if "$" not in step and "pip install" not in step]


def _in_order(names: list[str], rules: dict[str, tuple[list[str], str]]) -> list[str]:
    """Targets with a recipe, each after what it needs."""
    done: list[str] = []
    waiting = [(name, False) for name in reversed(names)]
    seen: set[str] = set()
    while waiting:
        name, ready = waiting.pop()
        if ready:
            done.append(name)
        elif name in rules and name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting += [(need, False) for need in reversed(rules[name][0])]
    return done


def _expand(line: str, target: str, needs: list[str], variables: dict[str, str]) -> str:
    automatic = {"@": target, "<": needs[0] if needs else "", "^": " ".join(needs)}
    line = re.sub(r"\$([@<^])", lambda match: automatic[match[1]], line.strip().lstrip("@-"))
    return re.sub(r"\$[({](\w+)[)}]", lambda match: variables.get(match[1], match[0]), line)


def _documented(tree: Tree) -> list[str]:
    """Programs of the project that its documents call, and whose name says that they make something."""
    text = "\n".join(tree.read(path) for path in tree.named(*DOCUMENTS) if "/" not in path)
    return [
        f"python {module}{name}{words}"
        for module, name, words in DOCUMENTED.findall(text)
        if MAKING.search(name) and tree.has(f"{name.replace('.', '/')}.py" if module else name)
    ]
