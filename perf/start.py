"""What starting specrun costs: `python perf/start.py [ROUNDS] [PROMPTFOO]`.

`--help` and `--version` against importing click; `validate` of the main benchmark with all that it refers to,
and of one small spec, against importing click, yaml, jsonschema and jinja2. PROMPTFOO is the path of a
promptfoo program; with it, both are also compared with what it takes for the same.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from turns import SPECRUN, Cost, about, judge, ratio, run, show, take_turns

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
PROMPTFOO = sys.argv[2] if len(sys.argv) > 2 else None
QUIET = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
SMALL = "specrun: 1\nkind: agent\nid: small\ntype: command\nrun: {command: [tool, '${prompt.file}']}\n"
EVALUATION = "prompts: ['Say {{i}}']\nproviders: [echo]\ntests: [{vars: {i: 1}}]\n"


def ways(folder: Path) -> dict[str, Callable[[], Cost]]:
    (folder / "specs").mkdir()
    small = folder / "specs" / "small.yaml"
    small.write_text(SMALL)
    (folder / "promptfoo.yaml").write_text(EVALUATION)
    commands: dict[str, list[str | Path]] = {
        "import click": [sys.executable, "-c", "import click"],
        "specrun --help": [SPECRUN, "--help"],
        "specrun --version": [SPECRUN, "--version"],
        "import the four": [sys.executable, "-c", "import click, yaml, jsonschema, jinja2"],
        "specrun validate, one small spec": [SPECRUN, "validate", small],
        "specrun validate, main benchmark": [SPECRUN, "validate", ROOT / "specs" / "test-running.yaml"],
    }
    if PROMPTFOO:
        commands["promptfoo --version"] = [PROMPTFOO, "--version"]
        commands["promptfoo validate"] = [PROMPTFOO, "validate", "-c", "promptfoo.yaml"]
    env = QUIET | {"PROMPTFOO_CONFIG_DIR": str(folder / "promptfoo")}
    return {name: lambda argv=argv: run(argv, folder, env) for name, argv in commands.items()}


def main() -> None:
    print(f"{about()}, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name:
        costs = take_turns(ways(Path(name)), ROUNDS, warm_up=1)
    show(costs)
    for command in ("--help", "--version"):
        judge(f"{command} / import click", ratio(costs[f"specrun {command}"], costs["import click"]), 1.5)
    for what in ("one small spec", "main benchmark"):
        ours = costs[f"specrun validate, {what}"]
        judge(f"validate, {what} / import the four", ratio(ours, costs["import the four"]), 1.25)
        if PROMPTFOO:
            judge(f"validate, {what} / promptfoo", ratio(ours, costs["promptfoo validate"]), 1 / 8)
    if PROMPTFOO:
        ours = costs["specrun --version"]
        judge("--version / promptfoo", ratio(ours, costs["promptfoo --version"]), 1 / 20)


main()
