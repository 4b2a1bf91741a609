from __future__ import annotations

import pytest

from specrun.measure.paths import Matcher
from specrun.spec.models.common import Paths
from specrun.spec.values import Glob


def matcher(**globs: list[str]) -> Matcher:
    return Matcher(Paths(**{name: tuple(map(Glob, values)) for name, values in globs.items()}))


PYTHON = matcher(
    source=["src/**/*.py", "/tool.py"],
    tests=["tests/", "**/test_*.py", "conftest.py"],
    ignore=["build/", "*_pb2.py"],
    protected=["conftest.py", "/pytest.ini", "sitecustomize.py"],
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/shop/cart.py", "source"),
        ("src/cart.py", "source"),
        ("tool.py", "source"),
        ("deep/tool.py", "other"),
        ("src/shop/test_cart.py", "test"),
        ("tests/data/big.json", "test"),
        ("src/tests/helpers.py", "test"),
        ("build/src/shop/cart.py", "ignored"),
        ("tests/build/x.py", "ignored"),
        ("src/shop/api_pb2.py", "ignored"),
        ("README.md", "other"),
        ("src/odd\nname.py", "source"),
        ("src/\udcff.py", "source"),
    ],
)
def test_kind(path, kind):
    assert PYTHON.kind(path) == kind


def test_protected():
    assert PYTHON.protected("conftest.py")
    assert PYTHON.protected("src/deep/conftest.py")
    assert PYTHON.protected("pytest.ini")
    assert not PYTHON.protected("docs/pytest.ini")
    assert not PYTHON.protected("src/shop/cart.py")


def test_without_globs_everything_is_other():
    assert matcher().kind("a.py") == "other"
    assert not matcher().protected("a.py")


def test_an_invalid_glob_is_an_error():
    with pytest.raises(ValueError, match="pattern"):
        matcher(source=["a\\"])


def test_hostile_globs_match_in_linear_time():
    assert matcher(source=["*a" * 30 + "b"]).kind("a" * 5000) == "other"
