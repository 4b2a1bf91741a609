"""Reports on disk: writing them, and checking that the committed ones are what the files give."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.reports.render import render
from specrun.results.codec import ResultsError, decode
from specrun.results.compare import mergeable, unchecked
from specrun.spec.atomic import write_file
from specrun.spec.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.results.model import Results


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found."""

    diff: str
    """Empty if every file is what it should be."""
    unchecked: tuple[str, ...] = ()
    """The names of trials that cannot run here, and so could not be checked."""


def publish(results: Results, folder: Path) -> list[Path]:
    """Write the reports of a run; returns the files."""
    files = render(results)
    for name, content in sorted(files.items()):
        write_file(folder / name, content)
    return [folder / name for name in sorted(files)]


def check(results: Results, folder: Path) -> Checked:
    """Compare the reports in `folder` with what `results` give. Nothing is written."""
    try:
        committed = decode((folder / "results.json").read_bytes())
    except FileNotFoundError:
        return Checked(diff=f"{shown(folder / 'results.json')}: there is no committed report\n")
    except ResultsError as error:
        return Checked(diff=f"{folder / 'results.json'}: {error}\n")
    files = render(mergeable(committed, results))
    return Checked(diff=_diff(files, folder), unchecked=unchecked(committed, results))


def would_lose(results: Results, folder: Path) -> tuple[str, ...]:
    """The trials of the committed report that could not run here: publishing would lose what it says."""
    try:
        return unchecked(decode((folder / "results.json").read_bytes()), results)
    except (FileNotFoundError, ResultsError):
        return ()


def render_again(folder: Path) -> list[Path]:
    """Write the reports in `folder` anew from its `results.json`. Raises ResultsError, FileNotFoundError."""
    return publish(decode((folder / "results.json").read_bytes()), folder)


def check_rendering(folder: Path) -> Checked:
    """Compare the Markdown and charts in `folder` with what the committed `results.json` beside them gives.

    Raises ResultsError or FileNotFoundError if that file cannot be used.
    """
    return Checked(diff=_diff(render(decode((folder / "results.json").read_bytes())), folder))


def _diff(files: dict[str, bytes], folder: Path) -> str:
    readable_first = sorted(files, key=lambda name: (name.endswith(".json"), name))
    found = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set[str]()
    extra = "".join(f"{shown(folder / name)}: no report has it\n" for name in sorted(found - files.keys()))
    return "".join(line for name in readable_first for line in _file_diff(folder / name, files[name])) + extra


def _file_diff(path: Path, content: bytes) -> Iterable[str]:
    committed = path.read_bytes() if path.is_file() else b""
    if committed == content:
        return ()
    lines = list(
        difflib.unified_diff(
            committed.decode("utf-8", "replace").splitlines(keepends=True),
            content.decode("utf-8", "replace").splitlines(keepends=True),
            f"{shown(path)} (committed)",
            f"{shown(path)} (what the files give)",
        )
    )
    # Equal text can still differ in its bytes: a missing file, line ends, or text that is not UTF-8.
    return lines or [f"{shown(path)}: the bytes differ\n"]
