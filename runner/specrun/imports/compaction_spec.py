"""A file-backed fixture about compaction, as a spec of kind `context-fixture`.

roder-evals reads neither of its two keys, and has no output for it. Here six outputs come in one turn, of
sizes at which output has to be pruned, compacted, and then left alone although it is over the budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.imports.pins import pinned
from specrun.imports.templates import as_is, expression

if TYPE_CHECKING:
    from specrun.imports.file_backed import FileBacked

_LINES = {"first": 400, "second": 400, "third": 720, "fourth": 720, "fifth": 720, "sixth": 160}
"""Lines of 50 characters of each output: 5000 tokens by estimate, 5000, three times 9000, 2000."""
_BUDGET, _HYSTERESIS = 8000, 30_000
_WHERE, _LINE = "second", 212
"""The output, and the line of it, that the answer stands in."""
_MARK = "the answer of this fixture is "
_COMPACTING = ["compaction"]

COMPACTION_NOTE = """\
# roder-evals has no outputs for this fixture and checks none of its keys: the outputs, the place of the
# answer among them, the budget and the hysteresis are ours.
"""


def compaction_spec(fixture: FileBacked) -> dict[str, Any]:
    """The data of the spec. Raises ValueError where the query does not lead to the answer."""
    answer = fixture.expected_answer_contains or fixture.id
    query = fixture.expected_artifact_query or _MARK
    line = _MARK + answer
    if query not in line:
        raise ValueError(
            "'expectedArtifactQuery' does not stand in the line of the answer, so nothing finds it"
        )
    tool = fixture.expected_tool
    return {
        "payloads": {name: pinned(_payload(name, line)) for name in _LINES},
        "artifacts": [
            {"id": name, "kind": "command_stdout", "payload": name, "label": f"The {name} output of the turn"}
            for name in _LINES
        ],
        "arms": {
            "capped": {"context": "capped"},
            "full": {"context": "full"},
            "reference": {"context": "reference"},
            "compaction": {"context": "compaction", "budget": _BUDGET, "hysteresis": _HYSTERESIS},
        },
        "baseline": "capped",
        "policies": {tool: {"calls": [_call(tool, query)], "answer": {"find": f"{expression(_MARK)}(.+)"}}},
        "expect": {"contains": [answer], "evidence": {_WHERE: [_LINE]}},
        "checks": _checks(fixture),
        "mutants": {
            "right-by-chance": {
                "of": tool,
                "arm": "compaction",
                "calls": [],
                "answer": {"text": answer},
                "must_fail": ["context-evidence"],
            },
        },
    }


def _call(tool: str, query: str) -> dict[str, Any]:
    """A call that shows the answer: it stands on the last page of its output."""
    if tool == "grep":
        return {"grep": _WHERE, "query": query}
    return {"read": _WHERE, "until": expression(_MARK)} if tool == "read" else {"tail": _WHERE}


def _payload(name: str, answer: str) -> dict[str, Any]:
    text = f"line ${{n:04}} of the {name} output "
    pad = 49 - len(text.replace("${n:04}", "0000"))
    lines: dict[str, Any] = {
        "count": _LINES[name],
        "text": text + "${pad}",
        "vars": {"pad": {"repeat": {"text": "z", "times": pad}}},
    }
    if name == _WHERE:
        lines["replace"] = [{"line": _LINE, "text": as_is(answer)}]
    return {"lines": lines}


def _checks(fixture: FileBacked) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = []
    if fixture.max_auto_compactions_per_turn is not None:
        most = fixture.max_auto_compactions_per_turn
        checks.append(
            {"id": "compactions-per-turn", "figure": "compactions", "max": most, "arms": _COMPACTING}
        )
    if fixture.expected_compaction_skipped_reasons:
        reasons = list(fixture.expected_compaction_skipped_reasons)
        checks.append({"id": "reasons-of-skips", "skips": reasons, "arms": _COMPACTING})
    return checks
