"""The record store: `records/<key>/`, content-addressed, with the scores beside each record.

    record.json  events.jsonl  patch.diff  answer.yaml  trajectory.json  logs/
                                                                    written once, renamed into place whole
    scores.json  grade/events.jsonl  grade/logs/                    replaced by each grading

Beside it `preflight/<digest>` says that a case is valid, where that takes no trials to find out.
A folder whose name begins with `.` is being written, or was when a run was killed.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.record import Record
from specrun.agents.trajectory import Trajectory
from specrun.results.model import Score
from specrun.spec.atomic import read_json, replace_file, write, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.workspaces.base import Step


_record_decoder = msgspec.json.Decoder(Record)
_trajectory_decoder = msgspec.json.Decoder(Trajectory)
_scores_decoder = msgspec.json.Decoder(dict[str, Score])
_numbers = itertools.count()


class Store:
    """Records and scores below one folder."""

    def __init__(self, folder: Path) -> None:
        self.records = folder / "records"
        self._preflight = folder / "preflight"

    def folder(self, key: str) -> Path:
        """Where the record with this key is, or would be."""
        return self.records / key

    def load(self, key: str) -> Record | None:
        """The record with this key; None if there is none, or one that is damaged or belongs elsewhere."""
        record = read_json(self.records.joinpath(key, "record.json"), _record_decoder)
        if record is None or record.key != key:
            return None
        folder, run = self.records / key, record.run
        try:
            answer = _beside(folder / "answer.yaml", record.answer)
            diff = _beside(folder / "patch.diff", record.patch)
            told = _beside(folder / "trajectory.json", record.trajectory)
            trajectory = None if told is None else _trajectory_decoder.decode(told)
        except (OSError, ValueError):
            return None
        patch = msgspec.structs.replace(run.patch, diff=diff or b"")
        run = msgspec.structs.replace(run, answer=answer, patch=patch, trajectory=trajectory)
        return msgspec.structs.replace(record, run=run)

    def begin(self) -> Path:
        """A new folder for a record that is being made."""
        while True:
            folder = self.records / f".{os.getpid()}-{next(_numbers)}"
            try:
                folder.mkdir()
            except FileNotFoundError:
                self.records.mkdir(parents=True, exist_ok=True)
            except FileExistsError:  # Left by, or still of, a process that has the same id.
                continue
            else:
                return folder

    def save(self, folder: Path, record: Record, *, replace: bool) -> None:
        """Write a record into the folder that was begun for it, and put it in its place.

        Unless it is to `replace` what is there, a good record that another run has put there meanwhile stays.
        A record of an agent that ran nothing costs nothing to make again, so it does not wait for the disk.
        """
        run = record.run
        write_logs(folder / "logs", run.steps)
        if run.patch.diff:
            write(folder / "patch.diff", run.patch.diff)
        if run.answer is not None:
            write(folder / "answer.yaml", run.answer)
        told = None if run.trajectory is None else encode(run.trajectory)
        if told is not None:
            write(folder / "trajectory.json", told)
        slim = msgspec.structs.replace(
            run,
            steps=tuple(without_output(step) for step in run.steps),
            patch=msgspec.structs.replace(run.patch, diff=b""),
            answer=None,
            trajectory=None,
        )
        beside = {"answer": run.answer, "patch": run.patch.diff or None, "trajectory": told}
        digests = {
            name: sha256(content).hexdigest() for name, content in beside.items() if content is not None
        }
        write(
            folder / "record.json",
            encode(msgspec.structs.replace(record, run=slim, **digests)),
            durable=bool(run.steps),
        )
        target = self.folder(record.key)
        if replace or not self._placed(folder, target):
            if not replace and self.load(record.key) is not None:
                shutil.rmtree(folder)
                return
            self.place(folder, target)

    def place(self, folder: Path, target: Path) -> None:
        """Rename a folder to its place. What was there goes first: a kill in between loses one record.

        Several runs may do this at once: each puts a whole folder there, and the last one stays.
        """
        while not self._placed(folder, target):
            old = self.begin()
            with suppress(FileNotFoundError):
                target.rename(old / "old")
            shutil.rmtree(old, ignore_errors=True)

    def _placed(self, folder: Path, target: Path) -> bool:
        """Rename a folder to its place unless something is there."""
        try:
            folder.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            return False
        return True

    def keep_failed(self, folder: Path, key: str) -> None:
        """Keep what there is of a trial that the machine could not finish, under `failed/`."""
        target = self.records.parent / "failed" / key
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)

    def scores(self, key: str) -> dict[str, Score]:
        """The stored scores of a record, by grader digest; empty if there are none that can be read."""
        return read_json(self.records.joinpath(key, "scores.json"), _scores_decoder) or {}

    def save_scores(self, key: str, scores: dict[str, Score], *, durable: bool) -> None:
        """Replace the scores of a record. Another run that is just replacing the record saves its own."""
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            replace_file(self.records.joinpath(key, "scores.json"), encode(scores), durable=durable)

    def is_valid(self, key: str) -> bool:
        """Whether a case was found to be valid."""
        return (self._preflight / key).exists()

    def save_valid(self, key: str) -> None:
        """Keep that a case is valid; what is broken is looked at again. It costs little to find out again."""
        write_file(self._preflight / key, b"valid\n", durable=False)

    def stored_keys(self) -> list[str]:
        """The keys of all stored records, sorted."""
        if not self.records.is_dir():
            return []
        return sorted(entry.name for entry in os.scandir(self.records) if not entry.name.startswith("."))

    def remains(self) -> list[Path]:
        """Folders of records that were being made by runs that are gone."""
        if not self.records.is_dir():
            return []
        return [Path(entry) for entry in os.scandir(self.records) if _is_remains(entry.name)]


def _beside(file: Path, digest: str | None) -> bytes | None:
    """A file of a record; None if it has none. Raises OSError if it is gone, ValueError if it was changed."""
    if digest is None:
        return None
    content = file.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise ValueError(f"{file.name} is not the record's")
    return content


def _is_remains(name: str) -> bool:
    if not name.startswith("."):
        return False
    try:
        os.kill(int(name[1:].split("-")[0]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


def encode(value: object) -> bytes:
    """JSON with sorted keys and LF at the end."""
    return msgspec.json.encode(value, order="sorted") + b"\n"


def without_output(step: Step) -> Step:
    """The step as `record.json` has it: what it printed is in `logs/`."""
    return msgspec.structs.replace(step, stdout="", stderr="")


def write_logs(folder: Path, steps: Iterable[Step]) -> None:
    """Write what each step printed, in two files that are left out where they would be empty."""
    for number, step in enumerate(steps, 1):
        for stream, text in (("stdout", step.stdout), ("stderr", step.stderr)):
            if text:
                folder.mkdir(parents=True, exist_ok=True)
                name = f"{number:02}-{step.name.replace(' ', '-')}.{stream}"
                write(folder / name, text.encode("utf-8", "replace"))
