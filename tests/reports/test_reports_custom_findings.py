from __future__ import annotations

import msgspec
import pytest

from specrun.reports.findings import find, rule_errors
from specrun.reports.kinds import kind_of
from specrun.reports.render import render
from specrun.results.model import Results
from specrun.spec.models.benchmark import FindingRule


def own(results: Results, *rules: tuple[str, str]) -> list[str]:
    """Return what rules of the benchmark's own find."""
    made = tuple(FindingRule(when=when, say=say) for when, say in rules)
    found = find(msgspec.structs.replace(results, rules=made), kind_of(results).rules)
    return [one.text for one in found if one.rule.startswith("findings[")]


@pytest.mark.parametrize(
    ("when", "say", "expected"),
    [
        ("agent.passed == 0", "{{ agent.id }} of {{ cases | length }}", ["nop of 6"]),
        ("agent.rate < 0.5 and agent.type == 'command'", "{{ agent.rate | percent }}", ["25.0%"]),
        ("agent.figures['coverage.covered_lines'] == 160", "{{ agent.id }}", ["oracle"]),
        (
            "agent.graders['detection'].passed == 3",
            "{{ agent.failed_cases | join(' ') }}",
            ["ledger maze notes-without-tests"],
        ),
        ("agent.outcomes.agent_timeout", "{{ agent.figures['usage.setup_tokens'] | number }}", ["360"]),
        ("cases | selectattr('broken') | list | length > 1", "never", []),
        ("agent.type == 'command'", "{% if false %}nothing to say{% endif %}", []),
    ],
)  # fmt: skip
def test_a_rule_speaks_of_each_agent_where_it_holds(
    samples: dict[str, Results], when: str, say: str, expected: list[str]
) -> None:
    assert list(rule_errors({"when": when, "say": say})) == []
    assert own(samples["typical"], (when, say)) == expected


@pytest.mark.parametrize(
    ("when", "say", "message"),
    [
        ("agent.rate >", "x", "when: unexpected 'end of template'"),
        ("agent.rate > 0) or (true", "x", "when: "),
        ("rate > 0.5", "x", "when: unknown name 'rate': a rule knows agent, cases"),
        ("agent.pass_rate > 0.5", "x", "when: agent has no 'pass_rate': it has id, title, "),
        ("true", "{{ agent.id }", "say: unexpected '}'"),
        ("true", "{{ trial }}", "say: unknown name 'trial'"),
        ("true", "{% include 'x' %}{{ agent.nmae }}", "say: agent has no 'nmae'"),
        ("agent.rate | nofilter", "x", "when: No filter named 'nofilter'"),
        ("(" * 5_000, "x", "when: Jinja2 cannot read it: RecursionError"),
        ("1" * 5_000, "x", "when: Jinja2 cannot read it: ValueError"),
    ],
)
def test_a_wrong_rule_is_refused_before_anything_runs(when: str, say: str, message: str) -> None:
    ((key, problem),) = rule_errors({"when": when, "say": say})
    assert f"{key}: {problem}".startswith(message)
    assert "\n" not in problem


def test_both_parts_of_a_wrong_rule_are_told() -> None:
    problems = list(rule_errors({"when": "rate >", "say": "{{ trial }}"}))
    assert [key for key, _ in problems] == ["when", "say"]


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ("agent.figures['coverage.rate'] > 0", "TypeError"),
        ("agent.figures['no.such'] > 0", "UndefinedError"),
        ("1 / agent.passed > 0", "ZeroDivisionError"),
        ("agent.id.__class__.__mro__", "SecurityError"),
        ("agent.rate >", "TemplateSyntaxError"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_says_so_and_keeps_the_report(
    samples: dict[str, Results], when: str, error: str
) -> None:
    found = own(samples["typical"], (when, "{{ agent.id }}"))
    assert f"The rule findings[1] cannot be evaluated for nop: {error}." in found


def test_what_a_rule_says_is_escaped(samples: dict[str, Results]) -> None:
    rules = (FindingRule(when="agent.passed", say="<b>{{ agent.id }}</b> | @all"),)
    text = render(msgspec.structs.replace(samples["empty"], rules=rules))["findings.md"].decode()
    assert r"- &lt;b&gt;only&lt;/b&gt; \| @&#8288;all" in text
