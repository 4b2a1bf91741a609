"""The benchmark that `specrun init` writes, in a folder of its own, with everything to drive it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import msgspec
import pytest

from specrun.cli.main import main
from specrun.results.codec import decode
from specrun.results.model import Results

READY = "install -D ready.{} {} && echo 3 passed"
"""A command that writes a report and takes no time."""
DATA = Path(__file__).parent / "data"


class Bench:
    """A small benchmark in a folder of its own: what `specrun init` writes, with everything to drive it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = root / "specs" / "hello.yaml"
        self.run("init", str(root))

    def run(self, *args: str | Path) -> Ran:
        """Run specrun in this process, in the benchmark's folder."""
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("SPECRUN_TMP", self._temporary)
            if self.root.exists():
                patch.chdir(self.root)
            with pytest.raises(SystemExit) as ended:
                main([str(arg) for arg in args])
        printed, told = (stream.buffer.getvalue().decode() for stream in (out, err))
        return Ran(int(ended.value.code or 0), printed, told)

    def start(self, *args: str | Path, **env: str) -> subprocess.Popen[str]:
        """Start specrun as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "specrun", *map(str, args)],
            cwd=self.root,
            env={**os.environ, "SPECRUN_TMP": self._temporary, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def _temporary(self) -> str:
        """Where its workspaces are, so that what other runs leave is not taken for its own."""
        return f"{self.root}.tmp"

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

    def hasten(self) -> None:
        """Let its tests take no time: their reports lie ready, and `integrity`, which breaks code, is off."""
        for name in ("ready.xml", "ready.json"):
            shutil.copy(DATA / name, self.root / "fixtures/projects/greeter")
        platform = "specs/platforms/python-pytest.yaml"
        self.edit(
            platform,
            "python -m pytest --junitxml=.report/tests.xml",
            READY.format("xml", ".report/tests.xml"),
        )
        self.edit(platform, "    python -m coverage run --source=. -m pytest || code=$?\n", "")
        self.edit(
            platform,
            "python -m coverage json -o .report/coverage.json",
            READY.format("json", ".report/coverage.json"),
        )
        self.edit(
            "specs/agents/guess.yaml",
            "python -m pytest --junitxml=report.xml",
            READY.format("xml", "report.xml"),
        )
        self.edit("specs/hello.yaml", "coverage, integrity, usage]", "coverage, usage]")
        self.edit("specs/hello.yaml", "coverage, integrity]", "coverage]")

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
