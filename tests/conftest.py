"""What all tests share: tests that need a tool are skipped where it is missing, with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest


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
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return None if probe.returncode == 0 else "this kernel does not let this user switch the network off"


PROBES = {
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
