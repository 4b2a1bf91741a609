"""Hand-written results of test-writing benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from specrun.results.model import (
    Agent,
    Benchmark,
    Case,
    Direction,
    Figure,
    Grader,
    Number,
    Outcome,
    Results,
    Score,
    ScoreStatus,
    Trial,
)
from specrun.results.summary import summarise


def _figure(
    name: str, unit: str, direction: Direction = "none", out_of: str | None = None, headline: str = ""
) -> Figure:
    return Figure(
        name=name, title=name.replace("_", " "), unit=unit, direction=direction, combine="sum",
        out_of=out_of, headline=headline == "headline",
    )  # fmt: skip


GRADERS = (
    Grader(
        name="patch", title="Leaves source alone", required=True,
        figures=(
            _figure("source_lines_touched", "lines", "lower"), _figure("refused_files", "files", "lower"),
        ),
    ),
    Grader(
        name="tests", title="Adds tests that hold", required=True,
        figures=(
            _figure("added", "tests", "higher", headline="headline"), _figure("failing", "tests", "lower"),
            _figure("flaky", "tests", "lower"), _figure("broken", "tests", "lower"),
            _figure("removed", "tests", "lower"),
        ),
    ),
    Grader(
        name="coverage-gain", title="Gains missed lines", required=True,
        figures=(
            _figure("gain", "lines", "higher", "missed", headline="headline"), _figure("missed", "lines"),
            _figure("import_gain", "lines"), _figure("branch_gain", "branches", "higher", "branches_missed"),
            _figure("branches_missed", "branches"), _figure("own_lines", "lines"),
            _figure("own_lines_hit", "lines", "higher", "own_lines"),
        ),
    ),
    Grader(
        name="diff-size", title="Stays small", required=True,
        figures=(
            _figure("files", "files", "lower"), _figure("test_lines", "lines", "lower"),
            _figure("source_lines", "lines", "lower"), _figure("other_lines", "lines", "lower"),
            _figure("added", "lines", "lower", headline="headline"), _figure("deleted", "lines", "lower"),
        ),
    ),
    Grader(
        name="mutation", title="Kills mutants", required=True,
        figures=(
            _figure("killed", "mutants", "higher", "mutants", headline="headline"),
            _figure("mutants", "mutants"), _figure("unusable", "mutants"),
        ),
    ),
    Grader(
        name="duplication", title="Is not padded", required=True,
        figures=(_figure("duplicated", "lines", "lower", "test_lines"), _figure("test_lines", "lines")),
    ),
    Grader(
        name="usage", title="Tokens", required=False,
        figures=(_figure("tokens", "tokens", "lower"),),
    ),
)  # fmt: skip
COST = _figure("cost", "dollars", "lower")
MOST_LINES, LEAST_KILLED, MOST_COPIES = 500, 0.3, 0.5


class Wrote(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wrote in a case. None: not measured."""

    added: Number = 4
    failing: Number = 0
    flaky: Number = 0
    broken: Number = 0
    removed: Number = 0
    gain: Number = 30
    missed: Number = 40
    imported: Number = 2
    branches: Number = 6
    claim: str = ""
    """What the grader says of coverage that cannot be."""
    tests: Number = 40
    deleted: int = 0
    """How many of the lines that were changed in tests were deleted."""
    source: Number = 0
    other: Number = 0
    refused: Number = 0
    protected: str = ""
    """What the grader says of files that it refused."""
    killed: Number = 8
    mutants: Number = 10
    lived: Sequence[str] | None = None
    """As many as there are, unless given."""
    copies: Number = 0
    tokens: Number = None
    cost: Number = None
    outcome: Outcome | None = None
    """What the graders say, unless given."""


class Ended(msgspec.Struct, frozen=True):
    """A trial that was not graded."""

    outcome: Outcome
    reason: str | None = None


Row = Sequence[Wrote | Ended | Sequence[Wrote | Ended]]
"""By case; several are repetitions."""


def scores(did: Wrote, path: str = "lib/parser.py") -> tuple[Score, ...]:
    """Grade what was written, in a way that is a little like the graders' own."""
    bad = [name for name in ("failing", "flaky", "broken", "removed") if getattr(did, name)]
    lost = [f"tests/test_{name}.py::test_one is {name}" for name in bad]
    lines = [one for one in (did.tests, did.source, did.other) if one is not None]
    lived = did.lived
    if lived is None:
        survivors = range(int(did.mutants or 0) - int(did.killed or 0))
        lived = [f"{path}:{line + 10}: a < {line} -> a <= {line}" for line in survivors]
    weak = did.mutants and did.killed is not None and did.killed < LEAST_KILLED * did.mutants
    padded = did.tests and did.copies is not None and did.copies > MOST_COPIES * did.tests
    gained = f"{path}: {did.gain} of {did.missed} missed lines gained"
    verdicts: dict[str, tuple[object, dict[str, Number], Sequence[str]]] = {
        "patch": (
            not did.source and not did.refused,
            {"source_lines_touched": did.source, "refused_files": did.refused},
            [did.protected] if did.protected else [],
        ),
        "tests": (
            bool(did.added) and not bad,
            {name: getattr(did, name) for name in ("added", "failing", "flaky", "broken", "removed")},
            lost,
        ),
        "coverage-gain": (
            bool(did.gain) and did.gain != did.imported,
            {"gain": did.gain, "missed": did.missed, "import_gain": did.imported,
             "branch_gain": did.branches, "branches_missed": 10, "own_lines": 20, "own_lines_hit": 20},
            [gained, *([did.claim] if did.claim else [])],
        ),
        "diff-size": (
            sum(lines) <= MOST_LINES,
            {"files": 1, "test_lines": did.tests, "source_lines": did.source, "other_lines": did.other,
             "added": sum(lines) - did.deleted if len(lines) == 3 else None, "deleted": did.deleted},
            [],
        ),
        "mutation": (
            not weak, {"killed": did.killed, "mutants": did.mutants, "unusable": 0}, lived,
        ),
        "duplication": (not padded, {"duplicated": did.copies, "test_lines": did.tests}, []),
        "usage": (True, {"tokens": did.tokens, "cost": did.cost}, []),
    }  # fmt: skip
    if did.mutants is None and lived is not did.lived:
        verdicts["mutation"] = (None, {}, ["no test was added that covers a line more"])
    return tuple(
        Score(grader=name, status=_status(good), figures=figures, evidence=tuple(evidence))
        for name, (good, figures, evidence) in verdicts.items()
    )


def _status(good: object) -> ScoreStatus:
    return "not_applicable" if good is None else "passed" if good else "failed"


def writing_results(
    rows: Mapping[str, Row], cases: Sequence[str] = ("inikit.parser", "inikit.edit", "slotbook"),
    title: str = "Test writing", graders: Sequence[Grader] = GRADERS,
) -> Results:  # fmt: skip
    """Make results from what each agent did in each case; the agents nop and oracle are of that type."""
    agents = tuple(
        Agent(id=name, title="", type=name if name in ("nop", "oracle") else "script", version="1")
        for name in rows
    )
    made = tuple(
        Case(id=name, title=f"Tests for {name}", facets={"project": name.split(".")[0], "platform": "python"})
        for name in cases[: max(map(len, rows.values()))]
    )
    trials = [
        _trial(agent, case.id, repetition, one)
        for place, case in enumerate(made)
        for agent, row in rows.items()
        for done in row[place : place + 1]
        for repetition, one in enumerate(done if isinstance(done, Sequence) else [done], start=1)
    ]
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(
            id="test-writing", kind="test-writing", title=title, spec="specs/w.yaml", digest="5eed" * 16
        ),
        seed=0,
        repeats=max((trial.repetition for trial in trials), default=1),
        graders=tuple(graders),
        agents=agents,
        cases=made,
        trials=tuple(trials),
        summaries=summarise(agents, made, graders, trials),
    )


def _trial(agent: str, case: str, repetition: int, done: Wrote | Ended) -> Trial:
    if isinstance(done, Ended):
        return Trial(
            agent=agent, case=case, repetition=repetition, seed=7, outcome=done.outcome, reason=done.reason
        )
    graded = scores(done)
    good = all(score.status in ("passed", "not_applicable") for score in graded)
    outcome: Outcome = done.outcome or ("passed" if good else "failed")
    return Trial(agent=agent, case=case, repetition=repetition, seed=7, outcome=outcome, scores=graded)


NOTHING = Wrote(added=0, gain=0, imported=0, branches=0, tests=0, killed=None, mutants=None)
ORACLE = Wrote(added=8, gain=38, branches=9, tests=60, killed=10)
SNAPSHOT = Wrote(tokens=2000, lived=["lib/parser.py:14: a < b -> a <= b", "lib/parser.py:20: a | b -> a & b"])
UNCHECKED = Wrote(added=1, gain=34, tests=30, killed=0, mutants=12)
IMPORTS = Wrote(added=1, gain=12, imported=12, branches=0, tests=5, killed=0, mutants=3)
SOURCE = Wrote(
    added=1, gain=2, imported=2, tests=5, source=14, refused=1, killed=1, mutants=1,
    protected="lib/parser.py: it is source, which a test writer leaves alone.",
)  # fmt: skip
COPIES = Wrote(added=30, gain=6, imported=2, tests=300, copies=290, killed=2, mutants=4)
FLAKY = Wrote(added=1, flaky=2, gain=10, tests=20, killed=3, mutants=5)
DELETES = Wrote(added=1, removed=7, gain=3, tests=90, deleted=75, killed=1, mutants=2)
HUGE = Wrote(added=4, gain=30, tests=2040, other=3000)
FAKES = Wrote(
    added=1, gain=0, imported=0, branches=None, tests=20, killed=None, mutants=None,
    claim="coverage is made up: f in lib/parser.py was ended before its first statement, and 12 lines ran",
)  # fmt: skip


def typical() -> Results:
    """Every agent that ships, on two cases of one project and one of another."""
    done = {
        "nop": NOTHING, "oracle": ORACLE, "snapshot": SNAPSHOT, "asserts-nothing": UNCHECKED,
        "imports-only": IMPORTS, "edits-source": SOURCE, "duplicates": COPIES, "flaky": FLAKY,
        "deletes-tests": DELETES, "huge-diff": HUGE, "fakes-coverage": FAKES,
    }  # fmt: skip
    return writing_results({agent: [one, one, one] for agent, one in done.items()})


def partial() -> Results:
    """Two repetitions, in which much was not measured, and money was."""
    unknown = Wrote(gain=None, imported=None, branches=None, killed=None, mutants=None, tokens=5, cost=0.5)
    paid = Wrote(tokens=1500, cost=0.25)
    rows: dict[str, Row] = {
        "oracle": [[ORACLE, ORACLE], [ORACLE, Ended("infra_error", "the disk is full")]],
        "careful": [[paid, paid], [paid, unknown]],
        "slow": [[Ended("agent_timeout", "it took over 60s"), paid], [UNCHECKED, FLAKY]],
        "gone": [[Ended("unavailable"), Ended("unavailable")], [Ended("cancelled"), Ended("cancelled")]],
    }
    graders = [
        msgspec.structs.replace(one, figures=(*one.figures, COST)) if one.name == "usage" else one
        for one in GRADERS
    ]
    return writing_results(rows, graders=graders)


def nothing() -> Results:
    """One agent, one case, and nothing that counts."""
    return writing_results({"only": [Ended("unavailable", "not here")]})


def hostile(names: Sequence[str]) -> Results:
    """Make results in which every name, title and sentence of evidence is one of `names`."""
    did = Wrote(
        source=1, refused=1, protected=names[0], flaky=1, killed=0,
        lived=[f"{name}:1: {name} -> {name}" for name in names],
    )  # fmt: skip
    claims = msgspec.structs.replace(FAKES, claim=f"coverage is made up: {names[1]}")
    return writing_results(
        {names[0]: [did] * 3, names[1]: [claims] * 3, names[2]: [UNCHECKED] * 3},
        cases=names[:3],
        title=names[0],
    )
