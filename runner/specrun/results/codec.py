"""`results.json` as bytes: canonical, so that equal results are equal files that differ line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from specrun.results.model import SCHEMA, Results
from specrun.results.summary import summarise
from specrun.spec.digest import pretty_json

_AMOUNT = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")


class ResultsError(ValueError):
    """Results that cannot be read or written. The message is one line and does not name the file."""


class _Head(msgspec.Struct):
    schema: str


def encode(results: Results) -> bytes:
    """Write results as canonical JSON, indented.

    Raises ResultsError for what JSON cannot hold: a figure that is not finite, text that is not Unicode.
    """
    try:
        return pretty_json(results)
    except ValueError as error:
        raise ResultsError(f"the results hold what JSON cannot: {error}") from None


def decode(data: bytes) -> Results:
    """Read results, strictly: every key is known, every name refers to something, the summaries are true.

    Raises ResultsError with the line and column, or with the path to the value that is wrong.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.schema != SCHEMA:
            raise ResultsError(f"the schema is {head.schema!a}; this specrun reads {SCHEMA!r}")
        results = msgspec.json.decode(data, type=Results)
    except msgspec.ValidationError as error:
        raise ResultsError(_one_line(str(error))) from None
    except msgspec.DecodeError as error:
        raise ResultsError(f"{_place(data, error)}: not JSON") from None
    except (UnicodeDecodeError, RecursionError):
        raise ResultsError("not JSON that can be read: not UTF-8, or nested too deeply") from None
    for problem in _contradictions(results):
        raise ResultsError(problem)
    return results


def _place(data: bytes, error: msgspec.DecodeError) -> str:
    """Find `line N, column N` of a syntax error, from the byte that its message names."""
    digits = "".join(filter(str.isdigit, str(error).rpartition("(byte ")[2]))
    *whole, last = (data[: int(digits)] if digits else data).split(b"\n")
    return f"line {len(whole) + 1}, column {len(last.decode(errors='replace')) + 1}"


def _one_line(text: str) -> str:
    return text if text.isprintable() else ascii(text)


def _contradictions(results: Results) -> Iterator[str]:
    """Say what does not fit together. A report can be made of results without any."""
    lists = {
        "agent": [agent.id for agent in results.agents],
        "case": [case.id for case in results.cases],
        "grader": [grader.name for grader in results.graders],
        "trial": [trial.name for trial in results.trials],
        "model": [model.id for model in results.models],
    }
    for what, names in lists.items():
        if len(set(names)) != len(names):
            yield f"two {what}s have the same name"
    known = {what: set(names) for what, names in lists.items()}
    for trial in results.trials:
        if trial.agent not in known["agent"] or trial.case not in known["case"]:
            yield f"trial {trial.name!a} names an agent or a case that is not listed"
        if not known["grader"].issuperset(score.grader for score in trial.scores):
            yield f"trial {trial.name!a} has a score of a grader that is not listed"
    for grader in results.graders:
        names = [figure.name for figure in grader.figures]
        if any(figure.out_of not in (None, *names) for figure in grader.figures):
            yield f"grader {grader.name!a} has a figure out of one that it does not have"
    yield from _about_models(results)
    if summarise(results.agents, results.cases, results.graders, results.trials) != results.summaries:
        yield "the summaries are not what the trials give"


def _about_models(results: Results) -> Iterator[str]:
    known = {None, *(model.id for model in results.models)}
    for agent in results.agents:
        if agent.model not in known:
            yield f"agent {agent.id!a} talks to a model that is not listed"
    for trial in results.trials:
        if any(row.cost is not None and not _AMOUNT.fullmatch(row.cost) for row in trial.usage):
            yield f"trial {trial.name!a} has a cost that is no amount"
