"""What a Python project says of its tests: in its syntax, its layout and its configuration."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
import warnings
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from tree import Tree

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
TEST_FOLDERS = frozenset({"test", "tests", "testing"})
SIDE_FOLDERS = frozenset(
    {"docs", "doc", "examples", "example", "benchmark", "benchmarks", "bench", "scripts", "tools"}
)
TEST_CASES = frozenset({"TestCase", "IsolatedAsyncioTestCase", "SimpleTestCase", "TransactionTestCase"})
USUAL_FILES = ("test_*.py", "*_test.py")
SAFE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


@dataclass(frozen=True)
class Module:
    """One Python file, as far as tests are concerned."""

    path: str
    imports: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    doctest_suite: bool = False
    """Whether it makes tests of doctests."""


@dataclass(frozen=True)
class Style:
    """How pytest is told to recognise tests."""

    files: tuple[str, ...]
    classes: tuple[str, ...]
    functions: tuple[str, ...]

    @classmethod
    def of(cls, pytest: dict) -> Style:
        """The configured names; those of classes and functions are prefixes or patterns."""
        prefixes = (
            as_list(pytest.get(key)) or [usual]
            for key, usual in (("python_classes", "Test"), ("python_functions", "test"))
        )
        classes, functions = ([word if "*" in word else f"{word}*" for word in words] for words in prefixes)
        return cls(
            tuple(as_list(pytest.get("python_files")) or USUAL_FILES), tuple(classes), tuple(functions)
        )


@dataclass(frozen=True)
class Survey:
    """A Python project: its test modules, its other modules, its packages and its configuration."""

    tests: tuple[Module, ...]
    others: tuple[Module, ...]
    packages: tuple[str, ...]
    src_layout: bool
    style: Style
    pytest: dict
    coverage: dict
    pytest_configured: bool

    @property
    def frameworks(self) -> frozenset[str]:
        """The frameworks that the tests are written for."""
        found = frozenset().union(*(module.frameworks for module in self.tests))
        doctests = "--doctest-modules" in self.addopts or any(module.doctest_suite for module in self.tests)
        return found | ({"doctest"} if doctests else set())

    @property
    def addopts(self) -> str:
        """The options that the configuration always gives to pytest."""
        return " ".join(as_list(self.pytest.get("addopts")))

    @property
    def test_paths(self) -> tuple[str, ...]:
        """The configured test paths, as far as they are plain."""
        return tuple(path for path in as_list(self.pytest.get("testpaths")) if SAFE_PATH.fullmatch(path))


def survey(tree: Tree) -> Survey | None:
    """Look at a project; None if there is no Python in it."""
    files = tree.named("*.py")
    if not files:
        return None
    pytest, coverage, configured = _configuration(tree)
    style = Style.of(pytest)
    modules = [_module(tree, path, style) for path in files]
    tests = tuple(module for module in modules if _is_test(module, style))
    source_roots = {"src/"} if any(re.match(r"src/[^/]+(/__init__)?\.py$", path) for path in files) else {""}
    return Survey(
        tests=tests,
        others=tuple(module for module in modules if module not in tests),
        packages=_packages(tree, source_roots),
        src_layout=source_roots == {"src/"},
        style=style,
        pytest=pytest,
        coverage=coverage,
        pytest_configured=configured,
    )


def as_list(value: object) -> list[str]:
    """A configured value as words: ini files write them in one text, TOML in a list."""
    if isinstance(value, str):
        return value.split()
    return [str(item) for item in value] if isinstance(value, list) else []


def _is_test(module: Module, style: Style) -> bool:
    """A test module has a test's name, tests are in it, and it does not belong to an example."""
    path = PurePosixPath(module.path)
    if not module.frameworks or path.name == "conftest.py" or SIDE_FOLDERS & set(path.parts[:1]):
        return False
    return matches(path.name, (*style.files, "test*.py")) and SAFE_PATH.fullmatch(module.path) is not None


def _packages(tree: Tree, roots: set[str]) -> tuple[str, ...]:
    """The top-level packages, without those that only hold tests or helpers."""
    found = set()
    for path in tree.named("__init__.py"):
        for root in roots:
            name = path[len(root) :].split("/")[0]
            if path == f"{root}{name}/__init__.py" and name not in TEST_FOLDERS | SIDE_FOLDERS:
                found.add(f"{root}{name}")
    return tuple(sorted(path for path in found if SAFE_PATH.fullmatch(path)))


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name fits one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _module(tree: Tree, path: str, style: Style) -> Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            syntax = ast.parse(tree.read(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Module(path)
    imports = frozenset(_imports(syntax))
    nodes = list(ast.walk(syntax))
    return Module(
        path,
        imports,
        frozenset(_frameworks(syntax, imports, style)),
        any(isinstance(node, ast.Name | ast.Attribute) and _last(node) == "DocTestSuite" for node in nodes),
    )


def _imports(syntax: ast.Module) -> set[str]:
    """The top-level names of the modules that are imported outright, not as a fallback or on a condition."""
    found: set[str] = set()
    for node in syntax.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def _frameworks(syntax: ast.Module, imports: frozenset[str], style: Style) -> set[str]:
    """For which frameworks the tests in a module are written."""
    found: set[str] = set()
    for node in syntax.body:
        if isinstance(node, FUNCTIONS) and matches(node.name, style.functions):
            found.add("pytest")
        elif isinstance(node, ast.ClassDef):
            if any(_last(base) in TEST_CASES for base in node.bases):
                found.add("unittest")
            elif matches(node.name, style.classes) and _has_tests(node, style):
                found.add("pytest")
    if found and "nose" in imports:
        found = (found - {"pytest"}) | {"nose"}
    return found


def _has_tests(node: ast.ClassDef, style: Style) -> bool:
    return any(isinstance(item, FUNCTIONS) and matches(item.name, style.functions) for item in node.body)


def _last(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _configuration(tree: Tree) -> tuple[dict, dict, bool]:
    """The settings of pytest and of coverage, and whether pytest is configured at all."""
    tools = _table(_toml(tree.read("pyproject.toml")), "tool")
    ini = {name: _ini(tree.read(name)) for name in ("pytest.ini", "setup.cfg", "tox.ini", ".coveragerc")}
    pytest = _table(tools, "pytest")
    candidates = [
        ini["pytest.ini"].get("pytest"),
        _table(pytest, "ini_options")
        or {key: value for key, value in pytest.items() if key != "ini_options"},
        ini["tox.ini"].get("pytest"),
        ini["setup.cfg"].get("tool:pytest"),
    ]
    settings = next((candidate for candidate in candidates if candidate), {})
    coverage = (
        ini[".coveragerc"].get("run")
        or ini["setup.cfg"].get("coverage:run")
        or ini["tox.ini"].get("coverage:run")
        or _table(_table(tools, "coverage"), "run")
    )
    return settings, coverage or {}, bool(settings) or tree.has("pytest.ini")


def _toml(text: str) -> dict:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(parent: dict, key: str) -> dict:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _ini(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {name: dict(parser[name]) for name in parser.sections()}
