"""`results.json`: the canonical, timing-free summary of a run. Every report is rendered from it alone.

Keys of cases, trials, scores and figures that have their default are left out.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from specrun.spec.models.benchmark import FindingRule

SCHEMA = "specrun/results/v2"

Outcome = Literal[
    "passed",
    "failed",
    "agent_error",
    "agent_timeout",
    "budget_exceeded",
    "invalid_case",
    "infra_error",
    "unavailable",
    "cancelled",
]
"""How a trial ended.

`passed`, `failed`: graded. `agent_error`: the agent itself failed. `agent_timeout`: a limit ended the agent.
`budget_exceeded`: it spent more than it may. These five count in every rate. The others never do:
`invalid_case`: the case is broken (nop passes or the oracle fails). `infra_error`: the machine failed, after
retries. `unavailable`: a tool that the case needs is not here. `cancelled`: somebody stopped the run.
"""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
COUNTED: frozenset[Outcome] = frozenset(OUTCOMES[:5])
"""The outcomes that count in rates."""

ScoreStatus = Literal["passed", "failed", "not_applicable", "error"]
Direction = Literal["higher", "lower", "none"]
Number = int | float | None


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one grader says of one trial. A grader's own failure is `error`, and has no value."""

    grader: str
    status: ScoreStatus
    value: Number = None
    figures: dict[str, Number] = {}
    """Measured numbers by name, finite; None was not measured. The grader's `figures` says what they mean."""
    evidence: tuple[str, ...] = ()
    """Sentences that say why, without times, absolute paths or anything else of this machine."""


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a number means. Its full name is `<grader>.<name>`."""

    name: str
    title: str
    unit: str
    """`lines`, `tests`, `tokens`, `share` (0 to 1, shown in percent), ..."""
    direction: Direction
    """Whether more is better."""
    combine: Literal["sum", "mean"]
    """How trials are put together for an agent."""
    out_of: str | None = None
    """The figure of the same grader that this one is a part of: it is shown as `of N`."""
    headline: bool = False
    """Whether the report's first table shows it."""


class Grader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A grader of this run. `required`: a trial passes only if it does."""

    name: str
    title: str
    required: bool
    figures: tuple[Figure, ...] = ()


class Benchmark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which benchmark was run. `digest` is over all that its files say; `spec` is relative to the root."""

    id: str
    kind: str
    title: str
    spec: str
    digest: str


class Agent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An agent of this run."""

    id: str
    title: str
    type: str
    version: str
    model: str | None = None
    """The id of the model that it talks to."""


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure that somebody else states. It is shown as a claim, never as a result."""

    name: str
    value: int | float
    source: str


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A case of this run. A `broken` case says why nothing of it counts."""

    id: str
    title: str
    facets: dict[str, str] = {}
    """What it is made of: `project`, `platform`, `fixture`, `arm`, ..."""
    tags: tuple[str, ...] = ()
    baseline: str | None = None
    """The case that it is compared with, if any."""
    claims: tuple[Claim, ...] = ()
    broken: str | None = None


class StageUsage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one model used in one stage. None was not measured; a stage without a model measured nothing.

    Tokens are those of answered requests, each in one count only, but for `reasoning_tokens`, which are part
    of `output_tokens`, and `cache_write_long_tokens`, part of `cache_write_tokens`. Estimates stand in a row
    of their own, with their requests.
    """

    stage: str
    model: str | None = None
    """As it was asked for, by the provider's name."""
    estimated: bool = False
    """The provider gave no usage, so tokens are counted as characters / 4."""
    requests: int | None = None
    """Those that were answered."""
    failed: int = 0
    """Those that got no whole answer. What they may have cost is not in the other numbers."""
    unfinished: int = 0
    """Those of the failed ones on which the model may have worked, so that it is not known what it used."""
    refused: int = 0
    """The one that reached a limit, or that no recording has. It was not sent, and nothing is after it."""
    retries: int = 0
    """Requests that repeat one that had failed."""
    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_long_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: str | None = None
    """Exact, in the currency of the prices; None if they do not have the model, or a count is missing, and
    where no request was answered."""


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One answer of a model, as results show it: texts are one line each, and cut where they are long."""

    stage: str
    conversation: int
    """From 1: an agent may hold several at once."""
    says: str = ""
    calls: tuple[str, ...] = ()
    """The tools that it calls, each with the beginning of its arguments."""
    input_tokens: int | None = None
    """The whole prompt, cached or not."""
    output_tokens: int | None = None


class TokenClaim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent itself says that it has used. None: it does not say."""

    input_tokens: int | None
    output_tokens: int | None


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that agents of this run talk to. One that is `scripted` measures nothing."""

    id: str
    name: str
    """As providers and prices call it."""
    type: Literal["provider", "scripted"]


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table that costs come from."""

    id: str
    currency: str
    as_of: str


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One agent on one case, once. Its name is `agent/case/repetition`; repetitions count from 1."""

    agent: str
    case: str
    repetition: int
    seed: int
    outcome: Outcome
    reason: str | None = None
    """Why the outcome is what it is, where that is not plain from the scores."""
    scores: tuple[Score, ...] = ()
    usage: tuple[StageUsage, ...] = ()
    claim: TokenClaim | None = None
    """None: the agent makes no claim, or none that can be read."""
    turns: tuple[Turn, ...] = ()

    @property
    def name(self) -> str:
        """`agent/case/repetition`."""
        return f"{self.agent}/{self.case}/{self.repetition}"

    def score(self, grader: str) -> Score | None:
        """The score of one grader, if it graded this trial."""
        for score in self.scores:  # A report of many trials asks this more often than anything else.
            if score.grader == grader:
                return score
        return None


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share with its counts and its Wilson 95 % interval; all None where nothing counts."""

    passed: int
    counted: int
    value: float | None
    low: float | None
    high: float | None


class Combined(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure over an agent's counted trials: `value` is over the `measured` ones; `missing` have none.

    Trials to which the grader did not apply are neither.
    """

    value: Number
    measured: int
    missing: int


class AgentSummary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agent over all cases."""

    agent: str
    outcomes: dict[Outcome, int]
    pass_rate: Rate
    pass_at_k: dict[str, float | None]
    """By k, unbiased, mean over the cases that have k counted trials. k goes up to the number of repetitions
    in the steps 1 to 5, 10, 20, 50, 100, ..."""
    pass_hat_k: dict[str, float | None]
    """By k: the chance that k trials of a case all pass, mean over the same cases."""
    stability_variance: float | None
    """Mean over the cases of the sample variance of the verdict (passed 1, else 0) over the counted
    repetitions; None where no case has two."""
    graders: dict[str, Rate]
    """By grader: how many of the trials that it applied to passed it."""
    figures: dict[str, Combined]
    """By full figure name."""


class Results(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole run. Agents, cases and trials are in plan order."""

    schema: str = SCHEMA
    specrun: str
    benchmark: Benchmark
    seed: int
    repeats: int
    overrides: dict[str, int] = {}
    """What the command line set over the spec."""
    offline: bool = True
    """Whether nothing left the machine; only such a run can be repeated to the byte."""
    graders: tuple[Grader, ...]
    agents: tuple[Agent, ...]
    cases: tuple[Case, ...]
    trials: tuple[Trial, ...]
    summaries: tuple[AgentSummary, ...]
    models: tuple[Model, ...] = ()
    prices: Prices | None = None
    """None where no model is used."""
    rules: tuple[FindingRule, ...] = ()
    """The benchmark's own rules for findings, so that the report needs nothing but this."""
