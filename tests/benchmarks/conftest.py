"""What the tests of whole benchmarks share: one cache, so that what is delivered is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from writing_bench import Writing


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The cache of all benchmarks here: not the user's, in which a baseline might be kept already."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("SPECRUN_CACHE", str(folder))
        yield folder


@pytest.fixture
def writing(tmp_path: Path) -> Writing:
    """A benchmark with the agent `nop` on one project."""
    return Writing(tmp_path / "bench")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Writing]:
    """Makes a benchmark whose run all tests of a module share."""
    return lambda: Writing(tmp_path_factory.mktemp("shared") / "bench")
