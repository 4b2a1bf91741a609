"""What all tests share: tests that need a tool are skipped where it is missing, with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import msgspec
import pytest

from specrun.cli.main import main
from specrun.results.codec import decode
from specrun.results.model import Results
from specrun.workspaces.sandbox import sandbox


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


class Bench:
    """A small benchmark in a folder of its own: what `specrun init` writes, with everything to drive it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.spec = root / "specs" / "hello.yaml"
        self._capsys = capsys
        self.run("init", str(root))

    def run(self, *args: str | Path) -> Ran:
        """Run specrun in this process, in the benchmark's folder."""
        before = Path.cwd()
        if self.root.exists():
            os.chdir(self.root)
        self._capsys.readouterr()
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            printed = self._capsys.readouterr()
            return Ran(int(ended.code or 0), printed.out, printed.err)
        finally:
            os.chdir(before)
        raise AssertionError("main always exits")

    def start(self, *args: str | Path, **env: str) -> subprocess.Popen[str]:
        """Start specrun as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "specrun", *map(str, args)],
            cwd=self.root,
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def edit(self, path: str, old: str, new: str) -> None:
        """Change one of the benchmark's files; `old` must be there."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def agent(self, name: str, *, steps: str = "", **keys: str) -> None:
        """Let the benchmark have one more agent: of type script with these steps, or with these keys."""
        body = f"type: script\nsteps:\n{steps}" if steps else "".join(f"{k}: {v}\n" for k, v in keys.items())
        head = f"specrun: 1\nkind: agent\nid: {name}\n"
        (self.root / f"specs/agents/{name}.yaml").write_text(head + body, encoding="utf-8")
        self.edit("specs/hello.yaml", "agents:\n", f"agents:\n  - agents/{name}.yaml\n")

    def only(self, *names: str) -> None:
        """Let the benchmark have only these agents."""
        text = self.spec.read_text(encoding="utf-8")
        head, rest = text.split("agents:\n", 1)
        after = rest[rest.index("\nprojects:") :]
        listed = "".join(f"  - agents/{name}.yaml\n" for name in names)
        self.spec.write_text(f"{head}agents:\n{listed}{after}", encoding="utf-8")

    @property
    def results(self) -> Results:
        """The results that the last run wrote."""
        return decode((self.root / "reports/hello/results.json").read_bytes())

    def outcomes(self) -> dict[str, str]:
        """Trial name to outcome, of the last run that wrote a report."""
        return {trial.name: trial.outcome for trial in self.results.trials}


class Ran(msgspec.Struct, frozen=True):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    """A small benchmark that runs: agents nop, oracle and guess on one Python project."""
    return Bench(tmp_path / "bench", capsys)
