from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from specrun.reports.render import render
from specrun.results.codec import decode, encode
from specrun.results.model import Results

GOLDEN = Path(__file__).parent / "golden"
REGENERATE = "SPECRUN_REGENERATE_GOLDEN"
"""Set this variable to write the golden files anew; then read their diff."""


def test_reports_are_the_golden_ones(sample: tuple[str, Results]) -> None:
    name, results = sample
    files = render(results)
    own = ["correctness.svg"] if results.benchmark.kind == "context" else []
    assert sorted(files) == sorted(["findings.md", "pass-rate.svg", "results.json", "results.md", *own])
    for file, content in files.items():
        golden = GOLDEN / name / file
        if REGENERATE in os.environ:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(content)
        assert content.decode() == golden.read_bytes().decode(), (
            f"set {REGENERATE} to write {golden.name} anew"
        )


def test_a_kind_without_a_report_of_its_own_has_the_general_one(samples: dict[str, Results]) -> None:
    typical = samples["typical"]
    other = msgspec.structs.replace(typical, benchmark=msgspec.structs.replace(typical.benchmark, kind="new"))
    files = render(other)
    assert files["pass-rate.svg"] == render(typical)["pass-rate.svg"]
    assert b"Rule pass-rate" in files["findings.md"]
    assert b"Rule integrity" not in files["findings.md"]
    assert b"Rule integrity" in render(typical)["findings.md"]


def test_a_report_is_made_of_its_results_file_alone(sample: tuple[str, Results]) -> None:
    _, results = sample
    assert render(decode(encode(results))) == render(results)


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C.UTF-8", "TZ": "America/New_York", "PYTHONHASHSEED": "2"},
    ],
)
def test_another_locale_time_zone_and_hash_seed_give_the_same_bytes(environment: dict[str, str]) -> None:
    script = (
        "import sys; from pathlib import Path; from specrun.reports.render import render;"
        "from specrun.results.codec import decode;"
        "files = render(decode(Path(sys.argv[1]).read_bytes()));"
        "report = b''.join(name.encode() + content for name, content in sorted(files.items()));"
        "sys.stdout.buffer.write(report)"
    )
    for name in ("typical", "hostile", "context", "context-partial"):
        command = [sys.executable, "-c", script, str(GOLDEN / name / "results.json")]
        printed = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        golden = b"".join(
            file.name.encode() + file.read_bytes() for file in sorted((GOLDEN / name).iterdir())
        )
        assert printed == golden
