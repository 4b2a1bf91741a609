"""What this machine can enforce. Found out once, by trying, when first asked."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from specrun.workspaces.base import SEEN
from specrun.workspaces.namespaces import Namespaces
from specrun.workspaces.view import View


class Sandbox(msgspec.Struct, frozen=True):
    """What can be had: namespaces at all, a network namespace among them, and a root of listed files.

    `reason` says why not.
    """

    namespaces: bool
    network: bool
    files: bool = False
    reason: str = ""


class Feature(msgspec.Struct, frozen=True):
    """One line for `specrun doctor`."""

    name: str
    state: Literal["enforced", "not enforced"]
    reason: str = ""


@functools.cache
def sandbox() -> Sandbox:
    """What this machine can enforce. Starts a few processes the first time, for some 20 milliseconds."""
    if not sys.platform.startswith("linux"):
        return Sandbox(False, False, reason="namespaces are a feature of Linux")
    reasons: list[str] = []
    for network, files in ((True, True), (False, True), (True, False), (False, False)):
        refused = _refusal(network=not network, files=files)
        if not refused:
            return Sandbox(True, network, files, reasons[0] if reasons else "")
        reasons.append(refused)
    return Sandbox(False, False, reason=reasons[0])


def describe() -> list[Feature]:
    """What can be enforced here, and why not."""
    here = sandbox()

    def feature(name: str, has: bool) -> Feature:
        return Feature(name, "enforced" if has else "not enforced", "" if has else here.reason)

    return [
        feature("network off", here.network),
        feature("no process survives its command", here.namespaces),
        feature("specs hidden and tools read-only", here.files),
        _memory_limit(),
    ]


def _refusal(*, network: bool, files: bool) -> str:
    """Why such namespaces cannot be had; empty if they can."""
    with tempfile.TemporaryDirectory(prefix="specrun-probe-") as folder:
        place, workspace, secret = (Path(folder, name).resolve() for name in ("view", "workspace", "secret"))
        for needed in (place, workspace, secret):
            needed.mkdir()
        space = Namespaces(network=network, view=View(place, workspace) if files else None)
        try:
            space.start()
            check = 'test ! -e "$1" && touch "$2/file" && ! touch /usr/file' if files else ":"
            argv = [*space.enter, "/bin/sh", "-c", f"{check} 2>/dev/null", "sh", str(secret), str(SEEN)]
            tried = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=False)
        except OSError as error:
            return str(error)
        finally:
            space.close()
    if tried.returncode:
        return tried.stderr.decode(errors="replace").strip() or "mounts do not hide folders here"
    return ""


def _memory_limit() -> Feature:
    tried = subprocess.run(["sh", "-c", "ulimit -v 1000000"], capture_output=True, check=False)
    if tried.returncode == 0:
        return Feature("memory limit", "enforced")
    return Feature("memory limit", "not enforced", "the shell has no `ulimit -v` here")
