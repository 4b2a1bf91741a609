"""Placeholders of an agent that stand for nothing in a benchmark are told before anything runs."""

from __future__ import annotations

import pytest

EVERYWHERE = ("${home}", "${stage}", "${agent.id}", "$${answer.file}")
"""What stands for something, or for itself, in every benchmark."""


def test_where_tests_are_written_there_is_no_answer_file(writing) -> None:
    writing.agent("names", "true", "cat > ${answer.file}")
    ran = writing.call("validate", "it.yaml")
    assert ran.code == 2
    assert ran.err == "agents/names.yaml:11:11: there is no '${answer.file}' where the answer is a patch\n"
    row = (writing.root / "agents/names.yaml").read_text(encoding="utf-8").splitlines()[10]
    assert row[10:] == '"cat > ${answer.file}"'


def test_every_text_of_an_agent_is_looked_at(writing) -> None:
    run = {"command": ["cat", "${prompt.file}", "${answer.file}"]}
    keys = {"env": {"ANSWER": "${answer.file}"}, "files": [{"path": "${home}/${answer.file}", "source": "x"}]}
    writing.put("agents/x", "")
    writing.put("prompt.md", "Write tests.\n")
    writing.spec["prompt"] = "prompt.md"
    writing.agent("names", type="command", run=run, **keys)
    assert len(writing.problems()) == 3


def test_a_whole_project_has_neither_an_answer_file_nor_a_file_to_name(writing) -> None:
    writing.spec["cases"] = {"per": "project"}
    writing.agent("names", "cat ${case.source} ${answer.file} ${case.source}")
    assert [line.partition(" ")[2] for line in writing.problems()] == [
        "there is no '${answer.file}' where the answer is a patch",
        "there is no '${case.source}' where a case is a whole project",
    ]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_other_placeholders_are_taken(writing, text) -> None:
    writing.agent("names", f"echo '{text}'", {"write": "x", "content": "${case.source} ${case.test}"})
    assert writing.call("validate", "it.yaml").code == 0


def test_what_is_never_filled_in_may_look_like_a_placeholder(writing) -> None:
    writing.agent(
        "names", type="script", title="like ${answer.file}", version="${answer.file}", steps=[{"run": "true"}]
    )
    assert writing.call("validate", "it.yaml").code == 0


def test_where_tests_are_run_there_is_an_answer_file_but_no_file_of_a_case(bench) -> None:
    bench.agent("names", steps="  - run: echo > ${answer.file}\n")
    assert bench.run("validate", "specs/hello.yaml").code == 0
    bench.edit("specs/agents/names.yaml", "echo >", "cat ${case.test} >")
    assert bench.run("validate", "specs/hello.yaml").err == (
        "specs/agents/names.yaml:6:10: there is no '${case.test}' where a case is a whole project\n"
    )
