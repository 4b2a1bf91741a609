"""Tests in other languages than Python: one function for each build system."""

from __future__ import annotations

import json
import re

from answer import FOLDER, Finding, Recipe, measured, script
from tree import Tree

NODE_FRAMEWORKS = ("jest", "mocha", "vitest", "tap")
NODE_TESTS = (
    "*.test.js",
    "*.test.mjs",
    "*.test.cjs",
    "*-test.js",
    "test-*.js",
    "*.spec.js",
    "*.test.ts",
    "*_test.js",
)
TAP_OUTPUT = re.compile(r"not ok |1\.\.%|\"ok %")


def node(tree: Tree) -> Finding | None:
    """Node.js: node's own runner, or a framework that package.json names."""
    package = _package(tree)
    files = [path for path in tree.files if path.endswith((".js", ".mjs", ".cjs", ".ts"))]
    if not package and not files:
        return None
    scripts = package.get("scripts") if isinstance(package.get("scripts"), dict) else {}
    command = str(scripts.get("test", ""))
    needs = {**_mapping(package, "dependencies"), **_mapping(package, "devDependencies")}
    own = any(re.search(r"['\"]node:test['\"]", tree.read(path)) for path in files)
    frameworks = {name for name in NODE_FRAMEWORKS if name in needs or re.search(rf"\b{name}\b", command)}
    if own or re.search(r"\bnode\b.*--test\b", command):
        build = next(
            (f"npm run --silent {name}" for name in ("build", "generate", "pretest") if name in scripts), ""
        )
        return Finding(("node-test",), _node_test(build, command))
    if frameworks:
        return Finding(tuple(sorted(frameworks)))
    return Finding(("custom",)) if _is_real_test(command) or tree.named(*NODE_TESTS) else None


def _node_test(build: str, command: str) -> Recipe:
    """`node --test`, with the files that package.json gives to it, if any."""
    given = re.search(r"--test\s+([\w./*-]+(?:\s+[\w./*-]+)*)\s*$", command)
    files = f" {given[1]}" if given and not given[1].startswith("-") else ""
    to = f"--test-reporter-destination={FOLDER}"
    covered = "node --test --experimental-test-coverage --test-reporter=lcov"
    return Recipe(
        setup=script(build),
        test=script(f"mkdir -p {FOLDER}", f"node --test --test-reporter=junit {to}/tests.xml{files}"),
        report=("junit", "tests.xml"),
        coverage=script(f"mkdir -p {FOLDER}", f"{covered} {to}/coverage.lcov{files}"),
        coverage_report=("lcov", "coverage.lcov"),
    )


def go(tree: Tree) -> Finding | None:
    """Go: tests are files named *_test.go."""
    if not tree.named("go.mod") or not tree.named("*_test.go"):
        return None
    profile = f"go test -coverprofile={FOLDER}/cover.out ./..."
    recipe = Recipe(
        setup="",
        test=script(f"mkdir -p {FOLDER}", f"go test -json ./... > {FOLDER}/tests.json"),
        report=("go-json", "tests.json"),
        coverage=script(f"mkdir -p {FOLDER}", profile),
        coverage_report=("go-cover", "cover.out"),
    )
    return Finding(("go-test",), recipe)


def cargo(tree: Tree) -> Finding | None:
    """Rust: functions marked as tests. Cargo itself writes no report that could be given."""
    if not tree.has("Cargo.toml"):
        return None
    marked = any("#[test]" in tree.read(path) for path in tree.named("*.rs"))
    return Finding(("cargo-test",)) if marked else None


def c(tree: Tree) -> Finding | None:
    """C and C++: CTest, GoogleTest, or a test target in the Makefile."""
    sources = tree.named("*.c", "*.cc", "*.cpp", "*.cxx")
    if not sources:
        return None
    lists = "\n".join(tree.read(path) for path in tree.named("CMakeLists.txt"))
    texts = [tree.read(path) for path in sources]
    frameworks = {"gtest"} if any("gtest/gtest.h" in text for text in texts) else set()
    if re.search(r"\badd_test\s*\(|\bgtest_discover_tests\b", lists, re.IGNORECASE):
        return Finding(tuple(sorted(frameworks | {"ctest"})))
    target = re.search(r"^(test|check)\s*:", tree.read("Makefile"), re.MULTILINE)
    if not target:
        return Finding(tuple(frameworks)) if frameworks else None
    tap = any(TAP_OUTPUT.search(text) for text in [*texts, *(tree.read(path) for path in tree.named("*.h"))])
    frameworks = frameworks or {"tap" if tap else "custom"}
    return Finding(tuple(frameworks), _make(target[1]) if tap else None)


def _make(target: str) -> Recipe:
    """A test target whose programs speak TAP. Coverage is gcov's, on a build of its own."""
    flags = "CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage"
    gcov = f"gcov --json-format --stdout $(find . -name '*.gcda') > {FOLDER}/coverage.json"
    return Recipe(
        setup="",
        test=script(f"mkdir -p {FOLDER}", f"make -s {target} | tee {FOLDER}/tests.tap"),
        report=("tap", "tests.tap"),
        coverage=measured(f"make -s -B {target} {flags}", gcov),
        coverage_report=("gcov-json", "coverage.json"),
    )


def _package(tree: Tree) -> dict:
    try:
        package = json.loads(tree.read("package.json"))
    except (ValueError, RecursionError):
        return {}
    return package if isinstance(package, dict) else {}


def _mapping(package: dict, key: str) -> dict:
    value = package.get(key)
    return value if isinstance(value, dict) else {}


def _is_real_test(command: str) -> bool:
    """Whether this is more than the line that `npm init` writes."""
    return bool(command) and "no test specified" not in command
