"""What this machine can enforce. Found out once, by trying, when first asked."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from specrun.workspaces.namespaces import Namespaces


class Sandbox(msgspec.Struct, frozen=True):
    """What can be had: namespaces at all, and a network namespace among them. `reason` says why not."""

    namespaces: bool
    network: bool
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
        return Sandbox(False, False, "namespaces are a feature of Linux")
    refused = _refusal(network=False)
    if not refused:
        return Sandbox(True, True)
    if not _refusal(network=True):
        return Sandbox(True, False, refused)
    return Sandbox(False, False, refused)


def describe() -> list[Feature]:
    """What can be enforced here, and why not."""
    here = sandbox()

    def feature(name: str, has: bool) -> Feature:
        return Feature(name, "enforced" if has else "not enforced", "" if has else here.reason)

    return [
        feature("network off", here.network),
        feature("no process survives its command", here.namespaces),
        feature("specs hidden and tools read-only", here.namespaces),
        _memory_limit(),
    ]


def _refusal(*, network: bool) -> str:
    """Why such namespaces cannot be had; empty if they can."""
    with tempfile.TemporaryDirectory(prefix="specrun-probe-") as folder:
        secret, kept, shared = (Path(folder, name) for name in ("hidden/secret", "hidden/kept", "shared"))
        for needed in (secret, kept, shared):
            needed.mkdir(parents=True)
        space = Namespaces(network=network, hidden={secret.parent: [kept]}, readonly=[shared])
        try:
            space.start()
            check = 'test ! -e "$1" && test -e "$2" && ! touch "$3/file" 2>/dev/null'
            argv = [*space.enter, "/bin/sh", "-c", check, "sh", str(secret), str(kept), str(shared)]
            tried = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
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
