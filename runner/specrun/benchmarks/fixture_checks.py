"""What is wrong with a context fixture beyond its schema: names of nothing, arms that cannot work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from specrun.context.mutants import mutated
from specrun.context.payloads.check import named_parts, payload_problems
from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from specrun.benchmarks.base import DataPath
    from specrun.context.payloads.base import Fault
    from specrun.spec.models.context_fixture import AnswerRule, Arm, Call, ContextFixture

NEEDED = {
    "recency": frozenset({"budget"}),
    "relevance": frozenset({"budget"}),
    "size-threshold": frozenset({"largest"}),
    "compaction": frozenset({"budget", "hysteresis"}),
}
"""What an arm needs by its `context`; the others need nothing."""

SEGMENTED = frozenset(NEEDED)
"""The arms that choose among segments."""

LEAST_PAGE = 1024
"""Bytes."""

MOST_ARTIFACTS = 100
"""Artifacts of one fixture: each is an open file while it is worked on."""


def fixture_faults(fixture: ContextFixture) -> Iterator[Fault]:
    """Everything that is wrong, each with its place in the data."""
    for path, message in payload_problems(fixture.payloads):
        yield ("payloads", *path), message
    yield from _artifact_faults(fixture)
    for name, arm in fixture.arms.items():
        yield from _arm_faults(("arms", name), arm)
    yield from _unknown(("baseline",), fixture.baseline, fixture.arms, "arm")
    if fixture.store.page_bytes.bytes < LEAST_PAGE:
        yield ("store", "page_bytes"), f"a page has at least {LEAST_PAGE} bytes"
    for name, policy in fixture.policies.items():
        yield from _call_faults(("policies", name, "calls"), policy.calls, fixture)
        yield from _answer_faults(("policies", name, "answer"), policy.answer)
    yield from _leak_faults(fixture)
    yield from _line_faults(("expect", "evidence"), fixture.expect.evidence, fixture)
    yield from _check_faults(fixture)
    yield from _mutant_faults(fixture)


def _leak_faults(fixture: ContextFixture) -> Iterator[Fault]:
    """An answer that stands in the question can be said without looking."""
    expect = fixture.expect
    texts = (expect.answer or "", *(expect.contains or ()), *(expect.lines or ()))
    told = [text for text in texts if text and text in fixture.prompt]
    if told and not expect.offered:
        choice = "if that is one of the choices it offers, say 'offered: true' in 'expect'"
        yield ("prompt",), f"it gives away the expected {quoted(told[0])}; {choice}"
    if expect.offered and not told:
        yield ("expect", "offered"), "the prompt does not name the answer"


def _artifact_faults(fixture: ContextFixture) -> Iterator[Fault]:
    if len(fixture.artifacts) > MOST_ARTIFACTS:
        yield ("artifacts",), f"a fixture has at most {MOST_ARTIFACTS} artifacts"
    names: set[str] = set()
    used = {artifact.payload for artifact in fixture.artifacts} | named_parts(fixture.payloads)
    for number, artifact in enumerate(fixture.artifacts):
        if artifact.id in names:
            yield ("artifacts", number, "id"), f"two artifacts are called {quoted(artifact.id)}"
        names.add(artifact.id)
        yield from _unknown(("artifacts", number, "payload"), artifact.payload, fixture.payloads, "payload")
    # A name that is misspelt leaves the payload that it means unused: that is one fault.
    for name in fixture.payloads if used <= fixture.payloads.keys() else ():
        if name not in used:
            yield ("payloads", name), f"no artifact uses the payload {quoted(name)}"


def _arm_faults(path: DataPath, arm: Arm) -> Iterator[Fault]:
    needed = NEEDED.get(arm.context, frozenset())
    for key in ("budget", "largest", "hysteresis"):
        given = getattr(arm, key) is not None
        if key in needed and not given:
            yield path, f"an arm with context: {arm.context} needs {quoted(key)}"
        if given and key not in needed:
            yield (*path, key), f"nothing reads {quoted(key)} in an arm with context: {arm.context}"
    if arm.segment_lines is not None and arm.context not in SEGMENTED:
        yield (*path, "segment_lines"), f"an arm with context: {arm.context} has no segments"


def _call_faults(path: DataPath, calls: tuple[Call, ...], fixture: ContextFixture) -> Iterator[Fault]:
    names = {artifact.id for artifact in fixture.artifacts}
    for number, call in enumerate(calls):
        key = "read" if call.read else "grep" if call.grep else "tail"
        yield from _unknown((*path, number, key), getattr(call, key), names, "artifact")
        unread = {"start_line": call.start_line != 1 and key != "read", "regex": call.regex and key != "grep"}
        unread["context"] = bool(call.context) and key != "grep"
        unread["until"] = call.until is not None and key == "tail"
        for option, wrong in unread.items():
            if wrong:
                yield (*path, number, option), f"{key} has no {quoted(option)}"
        if call.regex and (message := _regex_fault(call.query or "")):
            yield (*path, number, "query"), message


def _answer_faults(path: DataPath, answer: AnswerRule) -> Iterator[Fault]:
    if answer.find is None:
        for key, default in (("take", "first"), ("otherwise", "")):
            if getattr(answer, key) != default:
                yield (*path, key), f"a fixed answer has no {quoted(key)}"


def _regex_fault(text: str) -> str | None:
    from specrun.spec.leaves import check_regex

    try:
        check_regex(text)
    except ValueError as error:
        return str(error)
    return None


def _line_faults(
    path: DataPath, lines: dict[str, tuple[int, ...]], fixture: ContextFixture
) -> Iterator[Fault]:
    counts = {artifact.id: _pinned_lines(fixture, artifact.payload) for artifact in fixture.artifacts}
    for name, wanted in lines.items():
        yield from _unknown((*path, name), name, counts, "artifact")
        if not wanted:
            yield (*path, name), "it names no line"
        most = counts.get(name)
        for number, line in enumerate(wanted):
            if most is not None and line > most:
                yield (*path, name, number), f"{quoted(name)} has {most} lines"


def _pinned_lines(fixture: ContextFixture, payload: str) -> int | None:
    found = fixture.payloads.get(payload)
    return found.pin.lines if found is not None and found.pin is not None else None


def _check_faults(fixture: ContextFixture) -> Iterator[Fault]:
    names: set[str] = set()
    for number, check in enumerate(fixture.checks):
        path: DataPath = ("checks", number)
        if check.id in names:
            yield (*path, "id"), f"two checks are called {quoted(check.id)}"
        names.add(check.id)
        for place, arm in enumerate(check.arms):
            yield from _unknown((*path, "arms", place), arm, fixture.arms, "arm")
        for place, policy in enumerate(check.policies):
            yield from _unknown((*path, "policies", place), policy, fixture.policies, "policy")
        for key in ("has", "lacks"):
            if "\n" in (getattr(check, key) or ""):
                yield (*path, key), "it is looked for in single lines, so it cannot have several"
        if check.fetched is not None:
            if not check.fetched:
                yield (*path, "fetched"), "it names no artifact"
            yield from _line_faults((*path, "fetched"), check.fetched, fixture)


def _mutant_faults(fixture: ContextFixture) -> Iterator[Fault]:
    for name, mutant in fixture.mutants.items():
        path: DataPath = ("mutants", name)
        yield from _unknown((*path, "of"), mutant.of, fixture.policies, "policy")
        yield from _unknown((*path, "arm"), mutant.arm, fixture.arms, "arm")
        policy = fixture.policies.get(mutant.of)
        if mutant.calls is None and mutant.answer is None:
            yield path, "a mutant changes 'calls' or 'answer', or both"
        elif policy is not None and mutated(policy, mutant) == policy:
            yield path, f"it is the policy {quoted(mutant.of)} itself"
        if mutant.answer is not None:
            yield from _answer_faults((*path, "answer"), mutant.answer)
        yield from _call_faults((*path, "calls"), mutant.calls or (), fixture)


def _unknown(path: DataPath, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    names = list(known)
    if name not in names:
        hint = did_you_mean(name, names) or f"; there are: {', '.join(sorted(names))}"
        yield path, f"no {what} {quoted(name)}{hint}"
