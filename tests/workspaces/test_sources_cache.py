import multiprocessing
import stat
from pathlib import Path

import pytest

from specrun.workspaces.cache import FetchError, cache_dir, populate


def test_the_cache_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path / "a" / "cache"))
    assert cache_dir() == tmp_path / "a" / "cache"
    assert stat.S_IMODE(cache_dir().stat().st_mode) == 0o700


def test_without_a_setting_it_is_in_the_users_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECRUN_CACHE", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_dir().is_relative_to(tmp_path)
    assert "specrun" in cache_dir().name


def test_a_cache_that_cannot_be_made_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(FetchError, match=r"cannot make the cache folder .*set SPECRUN_CACHE"):
        cache_dir()


def test_a_folder_is_built_once(tmp_path: Path) -> None:
    final = tmp_path / "deep" / "final"

    def build(folder: Path) -> None:
        assert not final.exists()
        (folder / "file").write_text("content")

    def build_again(folder: Path) -> None:
        raise AssertionError(folder)

    assert populate(final, build) == final
    assert populate(final, build_again) == final
    assert (final / "file").read_text() == "content"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_build_that_fails_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def build(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise error

    with pytest.raises(error):
        populate(tmp_path / "room" / "final", build)
    assert list((tmp_path / "room").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="cannot fill the cache folder"):
        populate(tmp_path / "file" / "final", lambda folder: None)


def test_the_loser_of_a_race_takes_the_winners_folder(tmp_path: Path) -> None:
    final = tmp_path / "room" / "final"

    def build(folder: Path) -> None:
        (folder / "by").write_text("loser")
        populate(final, lambda other: (other / "by").write_text("winner") and None)

    assert (populate(final, build) / "by").read_text() == "winner"
    assert list(final.parent.iterdir()) == [final]


def _populate_many(folder: Path, who: str) -> None:
    def build(partial: Path) -> None:
        for number in range(20):
            (partial / f"{number}").write_text(who)

    for number in range(10):
        final = populate(folder / f"final{number}", build)
        assert len({(final / f"{n}").read_text() for n in range(20)}) == 1


def test_processes_may_build_the_same_folder_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_populate_many, args=(tmp_path / "room", name)) for name in ("a", "b", "c")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert sorted(path.name for path in (tmp_path / "room").iterdir()) == sorted(
        f"final{n}" for n in range(10)
    )
