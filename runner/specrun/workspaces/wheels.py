"""Pinned wheels that `specrun fetch` brings, so that pip in a workspace can install without the network."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from pathlib import Path

import msgspec

from specrun.workspaces.cache import FetchError, populate
from specrun.workspaces.host_tools import run

_SECONDS = 1800.0


class WheelError(FetchError):
    """Wheels that cannot be had. The message is one line."""


def locate_wheels(pins: tuple[str, ...], cache: Path) -> Path | None:
    """The folder with the wheels of these pins for this Python; None if they must be fetched first."""
    folder = _folder(pins, cache)
    return folder if folder.is_dir() else None


def fetch_wheels(pins: tuple[str, ...], cache: Path) -> Path:
    """The folder with the wheels of these pins, downloaded by pip from the user's own index if need be.

    `pins` (`name==version`) are the whole list: dependencies that are not named are not brought. Source
    distributions are refused, because building one would run its code here. Raises WheelError.
    """
    return populate(_folder(pins, cache), lambda folder: _download(pins, folder))


def _folder(pins: tuple[str, ...], cache: Path) -> Path:
    tag = (sys.implementation.cache_tag, sysconfig.get_platform())
    digest = hashlib.sha256(msgspec.json.encode((tag, sorted(set(pins))))).hexdigest()
    return cache / "wheels" / digest


def _download(pins: tuple[str, ...], folder: Path) -> None:
    # -P: a file pip.py in the current folder must not be taken for pip. --: a pin is never an option.
    pip = (sys.executable, "-P", "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--no-deps")
    argv = (*pip, "--dest", str(folder), "--", *sorted(set(pins)))
    try:
        done = run(argv, dict(os.environ), folder, _SECONDS)
    except TimeoutError as error:
        raise WheelError(f"pip gave up on {', '.join(pins)}: {error}") from error
    if done.code != 0:
        raise WheelError(f"cannot fetch {', '.join(pins)}: {_reason(done.output)}")


def _reason(output: str) -> str:
    """The last complaint of pip that says what was wanted."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    if any("No module named pip" in line for line in lines):
        return "there is no pip beside specrun; install it there"
    return (errors or lines or ["pip gave no reason"])[-1]
