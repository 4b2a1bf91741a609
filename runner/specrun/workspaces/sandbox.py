"""What this machine can enforce. Found out once, by trying, when first asked."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from specrun.workspaces.base import SEEN
from specrun.workspaces.namespaces import PROCESSES, Namespaces
from specrun.workspaces.view import View


class Sandbox(msgspec.Struct, frozen=True):
    """What can be had: namespaces, a network namespace among them, a root of listed files, few processes.

    `reason` says why not.
    """

    namespaces: bool
    network: bool
    files: bool = False
    process_limit: bool = False
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
        refused, limited = _try(network=not network, files=files)
        if not refused:
            return Sandbox(True, network, files, limited, reasons[0] if reasons else "")
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
        _process_limit(here),
        _memory_limit(),
    ]


_HIDES = 'test ! -e "$1" && touch "$2/file" && test -e "$3" && ! touch "$3/file" && ! touch /usr/file'

_LIMITED = f"""\
test "$(cat /proc/sys/kernel/pid_max)" -le {PROCESSES} && echo limited && exit
test "$(id -u)" = 0 || (ulimit -u 1 || ulimit -p 1; : | :; exit 0) || echo limited
"""
# No second process where only one is allowed: then the kernel counts.


def _try(*, network: bool, files: bool) -> tuple[str, bool]:
    """Why such namespaces cannot be had, empty if they can; and whether processes are limited there."""
    with tempfile.TemporaryDirectory(prefix="specrun-probe-") as folder:
        names = ("view", "workspace", "secret", "tools")
        place, workspace, secret, tools = (Path(folder, name).resolve() for name in names)
        for needed in (place, workspace, secret, tools):
            needed.mkdir()
        view = View(place, workspace, shown=(tools,)) if files else None
        space = Namespaces(network=network, view=view)
        try:
            space.start()
            check = f"exec 2>/dev/null; {{ {_HIDES if files else ':'}; }} || exit 1\n{_LIMITED}"
            argv = [*space.enter, "/bin/sh", "-c", check, "sh", str(secret), str(SEEN), str(tools)]
            tried = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=False)
        except OSError as error:
            return str(error), False
        finally:
            space.close()
    if tried.returncode == 1:
        return tried.stderr.decode(errors="replace").strip() or "mounts do not hide folders here", False
    return "", tried.stdout == b"limited\n"


def _process_limit(here: Sandbox) -> Feature:
    if here.process_limit:
        return Feature("process limit", "enforced")
    who = "root is above the limit before Linux 6.14" if os.geteuid() == 0 else "it needs Linux 5.14"
    return Feature("process limit", "not enforced", who if here.namespaces else here.reason)


def _memory_limit() -> Feature:
    tried = subprocess.run(["sh", "-c", "ulimit -d 1000000"], capture_output=True, check=False)
    if tried.returncode == 0:
        return Feature("memory limit", "enforced")
    return Feature("memory limit", "not enforced", "the shell has no `ulimit -d` here")
