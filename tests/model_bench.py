"""The example's project, and agents on it that talk to models."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from example_bench import DATA, Bench
from model_provider import VARIABLE
from specrun.results.codec import decode
from specrun.results.model import Results

SPEC = "specs/llm.yaml"
AGENT = "specs/agents/tiny.yaml"
SCRIPT = "specs/models/scripted.yaml"
RIGHT = "printf 'detect: {tests_present: true, frameworks: [pytest]}\\n' > specrun-answer.yaml"
"""A command that writes the right answer."""
SILENT = [{"prompt": "nobody says this", "turns": [{"say": "nothing"}]}]
"""The conversations of a model that answers nothing."""


def says(*commands: str, **keys: Any) -> dict[str, Any]:
    """An answer of a scripted model that calls commands."""
    return {"calls": [{"tool": "bash", "arguments": {"command": command}} for command in commands], **keys}


def script(*turns: dict[str, Any]) -> list[dict[str, Any]]:
    """Conversations: these turns in the first stage, and a word in the second."""
    return [{"prompt": "framework", "turns": list(turns)}, {"turns": [{"say": "Fine."}]}]


class ModelBench(Bench):
    """A benchmark whose agent `tiny` talks to a scripted model. It grades in no time, and has two stages."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.model = "scripted"
        """The id of the model."""
        shutil.copytree(DATA / "models", root, dirs_exist_ok=True)
        for line in ("  expected_tests: 3\n", "  covered_lines: 5\n"):
            self.edit("specs/projects/greeter.yaml", line, "")

    def change(self, path: str, **keys: Any) -> None:
        """Give keys of one of the specs other values; None takes a key away."""
        file = self.root / path
        data = yaml.safe_load(file.read_text(encoding="utf-8")) | keys
        kept = {key: value for key, value in data.items() if value is not None}
        file.write_text(json.dumps(kept, indent=1), encoding="utf-8")  # JSON is YAML

    def tell(self, *turns: dict[str, Any]) -> None:
        """Let the model say this in the first stage."""
        self.change(SCRIPT, conversations=script(*turns))

    def speak(self, protocol: str, *, stream: bool = False, lanes: str = "") -> None:
        """Let the agent speak a protocol."""
        env = {"URL": "${llm.url}", "KEY": "${llm.key}", "MODEL": "${llm.model}", "PROTOCOL": protocol}
        self.change(AGENT, env=env | {"STREAM": "1" if stream else "", "LANES": lanes})

    def program(self, name: str, **keys: Any) -> None:
        """Let the agent be another one of the programs beside it."""
        self.change(
            AGENT,
            files=[{"path": "${home}/agent.py", "source": name}],
            run={"command": ["python3", "${home}/agent.py"], "prompt": {"via": "stdin"}},
            **keys,
        )

    def ask(self, base_url: str, **keys: Any) -> None:
        """Let the agent talk to a model of a provider, by Chat."""
        self.model = "real"
        head = {"specrun": 1, "kind": "model", "type": "provider", "id": "real", "name": "real-model"}
        endpoints = {"chat": {"base_url": base_url, "key_env": VARIABLE}}
        file = self.root / "specs/models/real.yaml"
        file.write_text(json.dumps(head | {"endpoints": endpoints} | keys), encoding="utf-8")
        self.change(AGENT, model="../models/real.yaml")
        self.change(SPEC, prices=None)

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a process that runs specrun here in another way than `start` does."""
        return {**os.environ, "SPECRUN_TMP": self._temporary, **more}

    def record(self) -> None:
        """Record the agent's cassette."""
        ran = self.run(SPEC, "--offline", "-q", "--cassettes", "record")
        assert (ran.code, ran.err) == (0, "")

    def silence(self) -> None:
        """Let the model answer nothing any more."""
        self.change(SCRIPT, conversations=SILENT)

    @property
    def results(self) -> Results:
        """The results that the last run wrote."""
        return decode((self.root / "reports/llm/results.json").read_bytes())

    @property
    def cassettes(self) -> Path:
        """The folder of the agent's cassettes, one folder below it for each repetition."""
        return self.root / "fixtures/cassettes/llm/tiny/greeter"

    @property
    def cassette(self) -> Path:
        """What is recorded of the agent's first repetition."""
        return self.cassettes / f"{self.model}-1/cassette.jsonl"

    def exchanges(self) -> list[dict[str, Any]]:
        """What is recorded of it."""
        lines = self.cassette.read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["line"] == "exchange"]

    def folder(self, trial: str = "tiny/greeter/1") -> Path:
        """The record of a trial, as the latest run left it."""
        return Path(json.loads(self.run("trial", trial, "--format", "json").out)["folder"])

    def reports(self) -> dict[str, bytes]:
        """The reports, by the names of their files."""
        return {file.name: file.read_bytes() for file in sorted((self.root / "reports/llm").iterdir())}


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path; what is no file is not read."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
