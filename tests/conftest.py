"""What all tests share: skips with their reason, and nothing that depends on chance, load or the caller."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from example_bench import Bench
from specrun.workspaces.sandbox import sandbox

# The same examples every time, however slow the machine. `--hypothesis-profile=default` looks for others.
settings.register_profile(
    "certain", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("certain")


def pytest_configure() -> None:
    """Let what tests start hear the signals that are sent to it, also where the suite itself ignores them.

    A shell without job control starts what it puts in the background with SIGINT ignored, nohup with SIGHUP
    ignored, and programs inherit that. They inherit no handler, so one that does nothing takes its place.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def _missing_node() -> str | None:
    if shutil.which("node") is None:
        return "node is not installed"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    major = int(version.lstrip("v").split(".")[0])
    return None if major >= 20 else f"node is too old: {version.strip()}"


def _missing_gcc() -> str | None:
    missing = [tool for tool in ("gcc", "gcov") if shutil.which(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def _missing_network_namespace() -> str | None:
    return None if sandbox().network else f"the network cannot be switched off: {sandbox().reason}"


@cache
def _ordinary_user() -> tuple[list[str], dict[str, str]]:
    """How to run this Python as a user who is not root: the words before a script, and the environment.

    Root becomes another user by setpriv. Raises OSError with the reason where that does not work.
    """
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if os.geteuid() != 0:
        return [sys.executable], env
    if shutil.which("setpriv") is None:
        raise OSError("setpriv is not installed")
    become = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    probe = "from specrun.workspaces.sandbox import sandbox; raise SystemExit(not sandbox().files)"
    said = ""
    # The suite's own Python may be in root's home, where nobody else may look.
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        if shutil.which(python):
            tried = subprocess.run([*become, python, "-c", probe], env=env, capture_output=True, cwd="/")
            if tried.returncode == 0:
                return [*become, python], env
            said = tried.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "no namespaces"
    raise OSError(f"another user cannot run specrun here: {said}")


def _missing_ordinary_user() -> str | None:
    if not sandbox().files:
        return f"this machine cannot give commands a root of their own: {sandbox().reason}"
    try:
        _ordinary_user()
    except OSError as error:
        return str(error)
    return None


PROBES = {
    "needs_ordinary_user": cache(_missing_ordinary_user),
    "needs_node": cache(_missing_node),
    "needs_gcc": cache(_missing_gcc),
    "needs_network_namespace": cache(_missing_network_namespace),
}
"""Marker to what says why the test cannot run here, or None if it can."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here. With SPECRUN_REQUIRE_ALL=1 (in CI) it fails instead."""
    for marker in item.iter_markers():
        reason = PROBES[marker.name]() if marker.name in PROBES else None
        if reason and os.environ.get("SPECRUN_REQUIRE_ALL") == "1":
            pytest.fail(f"{marker.name}: {reason}, and SPECRUN_REQUIRE_ALL=1 allows no skips", pytrace=False)
        if reason:
            pytest.skip(reason)


@pytest.fixture
def ordinary_user() -> tuple[list[str], dict[str, str]]:
    """How to run this Python as a user who is not root: the words before a script, and the environment."""
    return _ordinary_user()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A small benchmark that runs: agents nop, oracle and guess on one Python project."""
    return Bench(tmp_path / "bench")


@pytest.fixture
def quick(bench: Bench) -> Bench:
    """The same benchmark with tests that take no time, for whatever is not about tests."""
    bench.hasten()
    return bench
