"""Texts that were made to keep the rules busy: what a megabyte of any takes is bounded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from specrun.gateway.cassettes.rules import RULES

ENOUGH = 20
"""Seconds of the processor for all texts of one kind: many times what they take, and a part of a minute."""

KNOTS = {
    "uuid": ("0f8fad5b-d9cb-469f-a165-", "0f8fad5b-"),
    "time": ("2026-11-21 ", "Sat Nov 21 ", "2026-11-21T15:59:07.1", "Nov "),
    "date": ("2026-11-2", "Saturday, November 1, ", "day, ", "Sat Nov 21 "),
    "clock": ("15:59:", "15:59:07."),
    "epoch": ("1400000000.", "14"),
    "pid": ("pid ", "PID: "),
    "chunk": ("Chunk ID: ", "Chunk ID: abcde"),
    "agent": ("agentId: ", "agentId: abcdefabcdef"),
    "seconds": ("Wall time: ", "Wall time: 1."),
    "duration": (" in ", " in 1.", "duration_ms: 1", " in 1111111.11111 "),
    "temp": ("/tmp.", "/tmp", "/tmp.aaaaaaaaaaaaaaaaa", "/tmpaaaaaaaaaaaaaaaa_"),
    "commit": ("abcdef\n", "commit ", "commit abcdefabcdef"),
    "kernel": (
        "Linux 1.1 #1 ",
        "Linux 1.1 #1",
        "Linux-1",
        "Linux-1-with-",
        "Linux 1.1 #1 x86_64",
        "Linux 1.1-1",
        "Linux 1.1 #" + "1" * 60,
    ),
    "port": ("127.0.0.1:", "localhost:1"),
}
"""By the name of a rule: what begins again and again to look like its noise, and never ends."""

ENDLESS = ("1", "f", " ", "-1", ".1")
"""What may go on for ever behind a knot."""

SECRETS = (
    *("sk-", "ghp_", "github_pat_", "xoxb-1", "glpat-", "hf_", "pypi-", "npm_", "eyJaaaaaaaa.", "eyJ"),
    *("-----BEGIN PRIVATE KEY-----", "-----BEGIN A", "://a:", "://", "a:", "bearer ", "bearer aaaaaaaaaaaa"),
    *("api_key=", "api-key: aaaaaaaaaaaaaaaa", "aws_secret_access_key = ", "AKIA", "annabel", "calc-17"),
)

CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({enough}, {enough}))
sys.path[:0] = {path!r}
from cassette_world import Machine
from specrun.gateway.cassettes.rules import RULES
rules = [rule.apply for rule in RULES if rule.name == {name!r}] or [Machine().normaliser().redactor.text]
for knot in {knots!r}:
    for text in (knot * (1_000_000 // len(knot)), *(knot + each * 500_000 for each in {endless!r})):
        for rule in rules:
            rule("-with- day, in commit " + text)
print("done")
"""


def worked(name: str, knots: tuple[str, ...]) -> str:
    """What a process says that has only so much time for it."""
    code = CHILD.format(enough=ENOUGH, path=sys.path, name=name, knots=knots, endless=ENDLESS)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout


def test_every_rule_has_its_knots():
    assert {rule.name for rule in RULES} == set(KNOTS)


@pytest.mark.parametrize("name", sorted(KNOTS))
def test_no_rule_takes_long_for_a_long_text(name):
    assert worked(name, KNOTS[name]) == "done\n"


def test_no_secret_takes_long_to_look_for():
    assert worked("secrets", SECRETS) == "done\n"
