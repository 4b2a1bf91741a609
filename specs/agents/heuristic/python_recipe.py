"""How a Python project's tests are run: rules over what the survey found and what is installed here."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import sys
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from answer import FOLDER, Finding, Recipe, measured, script
from generators import generating_steps
from python_survey import Survey, matches, survey
from tree import Tree

PLUGIN_OPTIONS = {
    "pytest_cov": re.compile(r"--(no-)?cov\S*"),
    "xdist": re.compile(r"(-n|--numprocesses|--dist)([ =]\S+)?"),
}


def look(tree: Tree) -> Finding | None:
    """The Python tests of a project; None if it has none."""
    found = survey(tree)
    if found is None or not found.tests:
        return None
    prefix = "PYTHONPATH=src " if found.src_layout else ""
    if _wants_pytest(found):
        run = _pytest(found)
        test, report = f"{run} --junitxml={FOLDER}/tests.xml", ("junit", "tests.xml")
    else:
        run = _unittest(found, tree)
        test, report = f"{run} > {FOLDER}/tests.tap", ("tap", "tests.tap")
    parallel = str(found.coverage.get("parallel")).lower() == "true"
    return Finding(
        frameworks=tuple(sorted(found.frameworks)),
        recipe=Recipe(
            setup=script(*_wheels(found), *generating_steps(tree)),
            test=script(f"mkdir -p {FOLDER}", f"{prefix}python -m {test}"),
            report=report,
            coverage=measured(
                f"{prefix}python -m coverage run {_source(found)} -m {run}",
                "python -m coverage combine" if parallel else "",
                f"python -m coverage json --fail-under=0 -o {FOLDER}/coverage.json",
            ),
            coverage_report=("coverage-json", "coverage.json"),
        ),
    )


def _wants_pytest(found: Survey) -> bool:
    """Pytest runs everything; unittest runs only its own. Of two that would do, the one that is here."""
    only_unittest = found.frameworks <= {"unittest", "doctest"}
    if only_unittest and not found.pytest_configured:
        return not _installed("tap")
    return _installed("pytest") or not only_unittest


def _pytest(found: Survey) -> str:
    options, targets = [], list(found.test_paths)
    addopts = found.addopts
    for plugin, option in PLUGIN_OPTIONS.items():
        if not _installed(plugin):
            addopts = option.sub("", addopts)
    if addopts != found.addopts:
        options.append(f"-o addopts={shlex.quote(' '.join(addopts.split()))}")
    if any(module.doctest_suite for module in found.tests):
        options.append("--doctest-modules")
        targets += found.packages
    if not found.test_paths and "--doctest" not in addopts:
        targets += _test_roots(found)
        targets += [
            module.path
            for module in found.tests
            if not matches(PurePosixPath(module.path).name, found.style.files)
        ]
    return " ".join(["pytest", *options, *dict.fromkeys(targets)])


def _unittest(found: Survey, tree: Tree) -> str:
    """Discovery where all tests are in one place; else each module by its name."""
    roots = _test_roots(found)
    pattern = (
        "" if all(PurePosixPath(module.path).match("test*.py") for module in found.tests) else "*test*.py"
    )
    words = ["tap", "discover", "-b"]
    if len(roots) > 1 and any("/" in module.path for module in found.tests):
        return " ".join(["tap", "-b", *(module.path[:-3].replace("/", ".") for module in found.tests)])
    if not roots[0].endswith(".py"):
        words += ["-s", roots[0]]
        words += ["-t", "."] if tree.has(f"{roots[0]}/__init__.py") else []
    return " ".join([*words, *(["-p", f"'{pattern}'"] if pattern else [])])


def _test_roots(found: Survey) -> list[str]:
    """The top-level folders with tests in them, and the test modules outside of any folder."""
    return sorted({module.path.split("/")[0] for module in found.tests})


def _source(found: Survey) -> str:
    if found.packages:
        return f"--source={','.join(found.packages)}"
    return "--source=src" if found.src_layout else "--source=. --omit='test*,*/test*,setup.py,conftest.py'"


def _wheels(found: Survey) -> list[str]:
    """Install what is imported, is not here, and is offered to pip as a wheel."""
    links = os.environ.get("PIP_FIND_LINKS", "")
    folder = Path(unquote(urlsplit(links).path))
    if not links or not folder.is_dir():
        return []
    offered = {_spelling(path.name.split("-")[0]): path.name.split("-")[0] for path in folder.glob("*.whl")}
    own = {
        PurePosixPath(part).stem for module in found.tests + found.others for part in module.path.split("/")
    }
    wanted = frozenset().union(*(module.imports for module in found.tests + found.others))
    missing = sorted(
        name for name in wanted - own - sys.stdlib_module_names if not _installed(name) and name.isascii()
    )
    names = [offered[_spelling(name)] for name in missing if _spelling(name) in offered]
    return [f"python -m pip install --quiet {' '.join(names)}"] if names else []


def _spelling(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
