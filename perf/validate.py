"""Speed of reading specs. Run by hand: `python perf/validate.py [ROUNDS]`.

1. About 10 MB of specs to typed models, against a plain `yaml.load` with CSafeLoader of the same files.
2. 1,000 spec files validated with all they refer to, good ones and bad ones.
3. `validate` of one benchmark in a fresh process, against importing click, yaml, jsonschema and jinja2.

Both sides of a ratio take turns in one run; figures are medians of the rounds.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from specrun.spec.collect import collect, validate

WORDS = [
    "fix",
    "the",
    "parser",
    "so",
    "that",
    "nested",
    "lists",
    "keep",
    "their",
    "order",
    "when",
    "a",
    "trailing",
    "comma",
    "is",
    "present",
]
HEAD = "specrun: 1\nkind: agent\nid: {id}\nversion: '1'\n"
IMPORTS = "import click, yaml, jsonschema, jinja2"
VALIDATE = "import sys; from specrun.spec.collect import *; assert not validate(collect(sys.argv[1:]))[1]"


def big_spec(name: str, megabytes: float) -> str:
    """A scripted agent with many steps: block text, flow maps and lists, plain and quoted words."""
    text = HEAD.format(id=name) + "type: script\nsteps:\n"
    parts, size = [text], 0
    while size < megabytes * 1e6:
        lines = "\n".join("    " + " ".join(random.choices(WORDS, k=12)) for _ in range(4))
        part = (
            f"- write: src/module_{size}.py\n  content: |\n{lines}\n"
            f"- {{write: 'a/{size}.txt', content: \"{WORDS[size % 9]} {size}\"}}\n"
            f"- run: pytest -q tests/test_{size}.py\n"
        )
        parts.append(part)
        size += len(part)
    return "".join(parts)


def small_spec(number: int) -> str:
    """A command agent as people write it; every tenth is wrong."""
    wrong = "titel: typo\n" if number % 10 == 0 else ""
    return (
        HEAD.format(id=f"agent-{number}")
        + f"type: command\n{wrong}run:\n  command: [tool, --prompt, '${{prompt.file}}', --seed, '{number}']\n"
        + "env: {LANG: C.UTF-8, HOME_DIR: '${home}'}\ninstall:\n  script: make\n  timeout: 5m\n"
        + "  verify: {run: [tool, --version], matches: '^[0-9]+'}\ntags: [small, python]\n"
    )


def benchmark(root: Path) -> Path:
    """One benchmark with an agent, a project and its platform."""
    files = {
        "b.yaml": "specrun: 1\nkind: test-running\nid: b\nagents: [nop.yaml]\nprojects: [p.yaml]\n"
        "prompts: {detect: d.md, setup: d.md}\nlimits: {agent: {wall: 2m}, grade: {wall: 2m}}\n"
        "graders: [replay]\npassing: [replay]\n",
        "nop.yaml": "specrun: 1\nkind: agent\nid: nop\ntype: nop\n",
        "p.yaml": "specrun: 1\nkind: project\nid: p\nplatform: py.yaml\nsource: {path: src}\n"
        "truth: {tests_present: false}\n",
        "py.yaml": "specrun: 1\nkind: platform\nid: py\nlanguage: python\npaths: {source: ['**/*.py']}\n",
        "d.md": "Write {{ answer_file }}.\n",
    }
    (root / "src").mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text)
    return root / "b.yaml"


def timed(action: object, *arguments: object) -> float:
    start = time.perf_counter()
    action(*arguments)  # type: ignore[operator]
    return time.perf_counter() - start


def compare(title: str, ours: list[float], theirs: list[float]) -> None:
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"{title}: {a:.3f} s against {b:.3f} s = {a / b:.2f}x")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    random.seed(7)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("big", "small"):
            (root / name / "specs").mkdir(parents=True)
        big = [root / "big" / "specs" / f"b{i}.yaml" for i in range(2)]
        for index, path in enumerate(big):
            path.write_text(big_spec(f"b{index}", 5))
        for number in range(1000):
            (root / "small" / "specs" / f"a{number:04}.yaml").write_text(small_spec(number))
        bench = benchmark(root / "one")

        def load_ours() -> None:
            good, wrong = validate(big)
            assert len(good) == len(big), wrong[:3]

        def load_plain() -> None:
            for path in big:
                yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)

        def load_small() -> None:
            good, wrong = validate(collect([root / "small"]))
            assert (len(good), len(wrong)) == (900, 100)

        ours, plain, small, one, floor = [], [], [], [], []
        for _ in range(rounds):
            ours.append(timed(load_ours))
            plain.append(timed(load_plain))
            small.append(timed(load_small))
            one.append(timed(subprocess.run, [sys.executable, "-c", VALIDATE, str(bench)]))
            floor.append(timed(subprocess.run, [sys.executable, "-c", IMPORTS]))
        compare("10 MB of specs, validated, against plain CSafeLoader", ours, plain)
        compare("one benchmark in a new process, against the imports alone", one, floor)
        print(f"1,000 spec files, every tenth wrong: {statistics.median(small):.2f} s")


if __name__ == "__main__":
    main()
