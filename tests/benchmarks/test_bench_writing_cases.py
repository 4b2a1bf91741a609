"""How the work is cut into cases: files, named or selected, whole projects, stages of one workspace."""

from __future__ import annotations

import re

import pytest
from writing_bench import NEW, score, trial

PROMPT = (
    "{{ case_id }} {{ source }} {{ test }} {{ writable|join(' ') }} "
    "{{ covered_lines }}/{{ executable_lines }}"
    "{% for path, lines in missed_lines.items() %} {{ path }}:{{ lines }}{% endfor %}\n"
)
ODD = "tests/test ! #[x]*.py"
"""A path in which everything means something to a pattern."""

TAG_TESTS = """\
import unittest

import tag


class Tag(unittest.TestCase):
    def test_price(self):
        self.assertEqual(tag.tag("a", 1), "a: 1")
"""


@pytest.fixture
def prompted(writing):
    """A benchmark with an agent that keeps what it is told, beside the test file that it is to write."""
    writing.put("write.md.j2", PROMPT)
    writing.spec["prompt"] = "write.md.j2"
    script = 'cat "${prompt.file}" > "tests/${stage}"; echo "${case.test}" >> tests/all.txt'
    writing.agent("told", type="command", run={"script": script})
    return writing


def told(bench, case: str) -> list[str]:
    """The lines that the agent kept in its patch."""
    (key,) = set(re.findall(r"[0-9a-f]{64}", bench.call("trial", f"told/{case}/1").out))
    diff = (bench.root / ".specrun/records" / key / "patch.diff").read_text(encoding="utf-8")
    return [line[1:] for line in diff.splitlines() if re.match(r"\+[^+]", line)]


PAIRS = [
    {"id": "till", "source": "till.py", "test": NEW},
    {"id": "tag", "source": "tag.py", "test": ODD},
]
TOLD_TILL = "till.py tests/test_change.py tests/ 4/12 till.py:11-18"
TOLD_TAG = f"tag.py {ODD} tests/ 0/4 tag.py:1-4"


def test_a_shared_workspace_has_a_stage_for_each_file(prompted) -> None:
    prompted.spec["cases"] = {"workspace": "shared"}
    prompted.project["writing"]["files"] = PAIRS
    results = prompted.run()
    assert [each.case for each in results.trials] == ["till", "till"]
    assert [each.stage for each in trial(results, "told").usage] == ["write-till", "write-tag"]
    assert sorted(told(prompted, "till")) == sorted([NEW, ODD, f"till {TOLD_TAG}", f"till {TOLD_TILL}"])
    assert score(results, "told", "coverage-gain").figures["missed"] == 12


def test_selected_files_join_those_that_are_named(prompted) -> None:
    select = {"test": "tests/test_${stem}.py", "max_line_rate": 0.5}
    prompted.project["writing"] = {"files": [{**PAIRS[0], "id": "tag"}], "select": select}
    results = prompted.run("--jobs", "2")
    assert {(each.id, each.facets["source"], each.facets["test"]) for each in results.cases} == {
        ("till.tag", "till.py", NEW),
        ("till.tag-2", "tag.py", "tests/test_tag.py"),
    }
    assert score(results, "told", "coverage-gain", "till.tag-2").figures["missed"] == 4
    prompted.spec["cases"] = {"workspace": "shared"}
    assert [each.stage for each in trial(prompted.run(), "told").usage] == ["write-tag", "write-tag-2"]


def test_only_takes_what_the_project_shows_and_refuses_what_it_does_not(prompted) -> None:
    prompted.project["writing"] = {"select": {"test": "tests/test_${stem}.py"}}
    for term, cases in (("case=till.tag", {"till.tag"}), ("source=till.py", {"till.till"})):
        ran = prompted.call("it.yaml", "--offline", "-q", "--only", f"agent=nop,{term}", "--format", "json")
        assert ran.code == 0, ran.err
        assert set(re.findall(r'"case":\s*"([^"]+)"', ran.out)) == cases
    ran = prompted.call("it.yaml", "--offline", "-q", "--only", "case=till.nothing")
    assert (ran.code, ran.err) == (2, "it.yaml:1:1: --only selects no trial of the cases that were found\n")
    assert prompted.call("it.yaml", "--only", "project=tlil").code == 2


def test_a_whole_project_is_about_every_file(prompted) -> None:
    prompted.spec["cases"] = {"per": "project"}
    prompted.spec["agents"].remove("agents/told.yaml")
    prompted.agent("tags", {"write": "tests/test_tag.py", "content": TAG_TESTS})
    results = prompted.run()
    assert [each.id for each in results.cases] == ["till"]
    assert score(results, "tags", "coverage-gain").figures["gain"] == 3
    assert score(results, "tags", "coverage-gain").figures["missed"] == 12
    assert [each.stage for each in trial(results, "tags").usage] == ["write"]


def test_only_the_test_file_of_the_case_may_be_written_whatever_its_name(writing) -> None:
    writing.project["writing"]["files"] = [PAIRS[1]]
    writing.spec["writable"] = ["${case.test}"]
    others = "cp \"${case.test}\" 'tests/test ! #[x]y.py'; cp \"${case.test}\" 'tests/test ! #x*.py'"
    writing.agent("odd", f"cat > '{ODD}' <<'END'\n{TAG_TESTS}END\n", others)
    found = score(writing.run(), "odd", "patch")
    assert found.figures["refused_files"] == 2
    assert f"left out: {ODD}, which" not in " ".join(found.evidence)
    assert score(writing.results, "odd", "diff-size").figures["files"] == 3
