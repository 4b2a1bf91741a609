"""A file-backed fixture that asks for a detail, as a spec of kind `context-fixture`.

roder-evals chooses the payload by the fixture's id, in code. Two ids are known; all others get three lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from specrun.imports.pins import pinned
from specrun.imports.templates import as_is, expression, record_line

if TYPE_CHECKING:
    from specrun.imports.file_backed import FileBacked

_ARMS = {
    "capped": {"context": "capped"},
    "full": {"context": "full"},
    "reference": {"context": "reference"},
    "excerpt": {"context": "reference+excerpt"},
}


_PAGE = 200
"""Lines of a page."""
_STUB_NOTE = "# roder-evals has no output for this id, and stores prompt, answer and query instead.\n"


class _Detail(NamedTuple):
    """A payload, and the line of it that has the answer."""

    payload: dict[str, Any]
    line: int
    text: str
    """That line."""
    lines: int
    """How many there are."""

    def is_shown_by(self, tool: str) -> bool:
        """Whether one call of the tool shows the line: `read` gives the first page, `tail` the last."""
        if tool == "read":
            return self.line <= _PAGE
        return tool == "grep" or self.line > self.lines - _PAGE


def detail_spec(fixture: FileBacked) -> dict[str, Any]:
    """The data of the spec. Raises ValueError where the query does not lead to the answer."""
    answer, query = fixture.expected_answer_contains or "", fixture.expected_artifact_query or ""
    known = _KNOWN.get(fixture.id)
    detail = (known or _three_lines)(fixture, answer)
    if answer not in detail.text:
        raise ValueError(
            "'expectedAnswerContains' has characters that JSON escapes, and a JSON record holds it"
        )
    if query not in detail.text:
        raise ValueError(
            "'expectedArtifactQuery' does not stand in the line of the answer, so nothing finds it"
        )
    kind = "chat_history" if "compaction" in fixture.tags else "command_stdout"
    # Three lines are no long output, but roder-evals stores them: so they are stored, and nothing caps them.
    small: dict[str, Any] = {} if known else {"store": {"spill": {"lines": 0}}}
    arms = _ARMS if known else {name: arm for name, arm in _ARMS.items() if name != "capped"}
    return {
        "payloads": {"output": pinned(detail.payload)},
        "artifacts": [{"id": "output", "kind": kind, "payload": "output"}],
        **small,
        "arms": arms,
        "baseline": next(iter(arms)),
        "policies": {fixture.expected_tool: _policy(fixture.expected_tool, query)},
        "expect": {"contains": [answer], "evidence": {"output": [detail.line]}},
        "mutants": _mutants(fixture.expected_tool, answer, detail.is_shown_by(fixture.expected_tool)),
    }


def detail_note(fixture: FileBacked) -> str:
    """What a reader of the spec has to know, as a comment of YAML; may be empty."""
    return "" if fixture.id in _KNOWN else _STUB_NOTE


def _policy(tool: str, query: str) -> dict[str, Any]:
    """It makes the one call, and says the lines it has seen that have the query in them."""
    call = {"grep": "output", "query": query} if tool == "grep" else {tool: "output"}
    return {"calls": [call], "answer": {"find": f".*{expression(query)}.*", "take": "all"}}


def _mutants(tool: str, answer: str, shown: bool) -> dict[str, Any]:
    """A mutant says something only where the policy itself is right: with its call, or with everything."""
    wrong = "-" if answer != "-" else "+"
    if not shown:
        return {"invented": {"of": tool, "arm": "full", "answer": {"text": wrong}}}
    chance = {"of": tool, "arm": "reference", "calls": [], "answer": {"text": answer}}
    return {
        "invented": {"of": tool, "arm": "reference", "calls": [], "answer": {"text": wrong}},
        "right-by-chance": {**chance, "must_fail": ["context-evidence"]},
    }


def _long_command_output(fixture: FileBacked, answer: str) -> _Detail:
    del fixture
    lines = {
        "count": 2400,
        "text": "line ${n:04}: build log noise ${pad}",
        "vars": {"pad": {"repeat": {"text": "x", "times": 48}}},
        "replace": [{"line": 1937, "text": as_is(answer)}],
        "final_newline": False,
    }
    return _Detail({"lines": lines}, 1937, answer, 2400)


def _compaction_history_recovery(fixture: FileBacked, answer: str) -> _Detail:
    del fixture
    records = {
        "count": 900,
        "fields": {"turn": "${n}", "role": "assistant", "text": "historical detail ${pad}"},
        "vars": {"pad": {"repeat": {"text": "y", "times": 56}}},
        "replace": [{"record": 617, "fields": {"text": as_is(answer)}}],
        "final_newline": False,
    }
    line = record_line({"turn": 617, "role": "assistant", "text": answer})
    return _Detail({"records": records}, 617, line, 900)


def _three_lines(fixture: FileBacked, answer: str) -> _Detail:
    text = "\n".join([fixture.prompt, answer, fixture.expected_artifact_query or ""])
    line = fixture.prompt.count("\n") + 2
    return _Detail({"literal": text}, line, answer, line + 1)


_KNOWN = {
    "long-command-output": _long_command_output,
    "compaction-history-recovery": _compaction_history_recovery,
}
