"""What is wrong with a fixture beyond its schema is said once, with its place and what would be right."""

from __future__ import annotations

import pytest
from declared_fixtures import Benchmark, declared

FIXTURE = """\
specrun: 1
kind: context-fixture
id: small
prompt: What is the key?
payloads:
  it:
    lines: {count: 12, text: "line ${n}", replace: [{line: 7, text: key=found}]}
    pin: {lines: 12}
artifacts:
  - {id: out, kind: command_stdout, payload: it}
arms:
  capped: {context: capped}
  recent: {context: recency, budget: 10}
baseline: capped
policies:
  grep:
    calls:
      - {grep: out, query: key=}
    answer: {find: 'key=(.+)'}
expect:
  answer: found
  evidence: {out: [7]}
checks:
  - {id: first, lacks: key=, arms: [capped]}
mutants:
  wrong:
    of: grep
    arm: recent
    answer: {text: lost}
"""

FAULTS = [
    ("payload: it}", "payload: itt}", "10:46: no payload 'itt', did you mean 'it'?"),
    (
        "artifacts:\n",
        "  spare: {literal: x}\nartifacts:\n",
        "9:10: no artifact uses the payload 'spare'",
    ),
    (
        "payload: it}\n",
        "payload: it}\n  - {id: out, kind: tool_output, payload: it}\n",
        "11:10: two artifacts are called 'out'",
    ),
    (
        "budget: 10}",
        "segment_lines: 10}",
        "13:11: an arm with context: recency needs 'budget'",
    ),
    (
        "{context: capped}",
        "{context: capped, budget: 9}",
        "12:37: nothing reads 'budget' in an arm with context: capped",
    ),
    (
        "budget: 10}",
        "budget: 10, largest: 3}",
        "13:51: nothing reads 'largest' in an arm with context: recency",
    ),
    (
        "{context: capped}",
        "{context: full, segment_lines: 9}",
        "12:42: an arm with context: full has no segments",
    ),
    ("baseline: capped", "baseline: caped", "14:11: no arm 'caped', did you mean 'capped'?"),
    ("baseline: capped", "baseline: x", "14:11: no arm 'x'; there are: capped, recent"),
    ("grep: out, query", "grep: outt, query", "18:16: no artifact 'outt', did you mean 'out'?"),
    ("query: key=}", "query: key=, start_line: 3}", "18:46: grep has no 'start_line'"),
    ("grep: out, query: key=}", "tail: out, regex: true}", "18:28: tail has no 'regex'"),
    ("grep: out, query: key=}", "read: out, context: 3}", "18:30: read has no 'context'"),
    ("grep: out, query: key=}", "tail: out, until: x}", "18:28: tail has no 'until'"),
    (
        "query: key=}",
        "query: 'key(', regex: true}",
        "18:28: not a regular expression that RE2 can run: missing ): key(",
    ),
    (
        "answer: {find: 'key=(.+)'}",
        "answer: {find: '(?=key)'}",
        "19:20: 'find': not a regular expression that RE2 can run: invalid perl operator: (?=",
    ),
    (
        "answer: {find: 'key=(.+)'}",
        "answer: {text: found, take: last}",
        "19:33: a fixed answer has no 'take'",
    ),
    (
        "answer: {find: 'key=(.+)'}",
        "answer: {text: found, otherwise: none}",
        "19:38: a fixed answer has no 'otherwise'",
    ),
    ("evidence: {out: [7]}", "evidence: {out: [7, 13]}", "22:23: 'out' has 12 lines"),
    ("evidence: {out: [7]}", "evidence: {oot: [7]}", "22:19: no artifact 'oot', did you mean 'out'?"),
    ("evidence: {out: [7]}", "evidence: {out: []}", "22:19: it names no line"),
    ("lacks: key=", "fetched: {out: [13]}", "24:33: 'out' has 12 lines"),
    ("lacks: key=", "fetched: {}", "24:26: it names no artifact"),
    ("lacks: key=", 'lacks: "a\\nb"', "24:24: it is looked for in single lines, so it cannot have several"),
    ("arms: [capped]}", "arms: [cap]}", "24:37: no arm 'cap'"),
    (
        "arms: [capped]}",
        "policies: [grap]}",
        "24:41: no policy 'grap', did you mean 'grep'?",
    ),
    (
        "mutants:\n",
        "  - {id: first, has: x}\nmutants:\n",
        "25:10: two checks are called 'first'",
    ),
    ("of: grep", "of: grap", "27:9: no policy 'grap', did you mean 'grep'?"),
    ("arm: recent", "arm: recant", "28:10: no arm 'recant', did you mean 'recent'?"),
    ("    answer: {text: lost}\n", "", "27:5: a mutant changes 'calls' or 'answer', or both"),
    ("answer: {text: lost}", "answer: {find: 'key=(.+)'}", "27:5: it is the policy 'grep' itself"),
    ("answer: {text: lost}", "answer: {text: x, take: all}", "29:29: a fixed answer has no 'take'"),
    (
        "answer: {text: lost}",
        "calls: [{tail: oot}]",
        "29:20: no artifact 'oot', did you mean 'out'?",
    ),
    (
        "baseline: capped",
        "baseline: capped\nstore: {page_bytes: 512B}",
        "15:21: a page has at least 1024 bytes",
    ),
]


def refused(bench: Benchmark, capsys, name: str = "0.yaml") -> list[str]:
    """What `validate` says is wrong."""
    capsys.readouterr()
    assert bench.call("validate", name) == 2
    said = capsys.readouterr()
    return [line for line in (said.out + said.err).splitlines() if line.startswith(name)]


@pytest.fixture
def bench(tmp_path) -> Benchmark:
    bench = Benchmark(tmp_path, declared())
    (tmp_path / "0.yaml").write_text(FIXTURE, encoding="utf-8")
    return bench


def test_it_is_valid_as_it_is(bench):
    assert bench.call("validate", "0.yaml") == 0
    assert bench.call("validate", "it.yaml") == 0


@pytest.mark.parametrize(("old", "new", "message"), FAULTS, ids=[message for *_, message in FAULTS])
def test_a_fault_is_said_with_its_place(bench, capsys, old, new, message):
    assert FIXTURE.count(old) == 1
    (bench.root / "0.yaml").write_text(FIXTURE.replace(old, new), encoding="utf-8")
    (said,) = refused(bench, capsys)
    assert said.startswith(f"0.yaml:{message}")


@pytest.mark.parametrize(
    ("graders", "message"),
    [
        (
            ["context-answer"],
            "0.yaml:22:13: no selected grader reads it: add context-evidence",
        ),
        (
            ["context-answer", "context-evidence"],
            "0.yaml:24:3: no selected grader reads it: add context-checks to the graders",
        ),
        (
            ["context-evidence", "context-checks"],
            "0.yaml:21:3: no selected grader reads it: add context-answer to the graders",
        ),
    ],
)
def test_what_is_declared_is_read(bench, capsys, graders, message):
    Benchmark(bench.root, graders=graders, passing=graders[:1], fixtures=["0.yaml"])
    capsys.readouterr()
    assert bench.call("validate", "it.yaml") == 2
    assert message in capsys.readouterr().err


def test_a_mutant_that_no_selected_grader_can_notice(bench, capsys):
    text = FIXTURE.replace("answer: {text: lost}", "answer: {text: lost}\n    must_fail: [context-checks]")
    text = text[: text.index("checks:\n")] + text[text.index("mutants:\n") :]
    (bench.root / "0.yaml").write_text(text, encoding="utf-8")
    graders = ["context-answer", "context-evidence"]
    Benchmark(bench.root, graders=graders, fixtures=["0.yaml"])
    capsys.readouterr()
    assert bench.call("validate", "it.yaml") == 2
    assert "0.yaml:28:17: no selected grader reads it: add context-checks" in capsys.readouterr().err


def test_two_fixtures_of_one_name(bench, capsys):
    Benchmark(bench.root, declared(), declared())
    capsys.readouterr()
    assert bench.call("validate", "it.yaml") == 2
    assert "it.yaml:8:3: two fixtures have the id 'small': the other is 0.yaml" in capsys.readouterr().err


def test_too_many_artifacts(bench, capsys):
    artifacts = [{"id": f"a{number}", "kind": "tool_output", "payload": "it"} for number in range(101)]
    artifacts[0]["id"] = "out"
    bench.write("0.yaml", declared(artifacts=artifacts))
    (said,) = refused(bench, capsys)
    assert "a fixture has at most 100 artifacts" in said


def test_all_faults_are_said_in_one_pass(bench, capsys):
    text = (
        FIXTURE.replace("of: grep", "of: x").replace("baseline: capped", "baseline: y").replace("[7]", "[99]")
    )
    (bench.root / "0.yaml").write_text(text, encoding="utf-8")
    assert len(refused(bench, capsys)) == 3
