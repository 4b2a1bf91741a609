"""What is wrong with a test-writing spec is told before anything runs, each at its place."""

from __future__ import annotations

import re

import pytest
from writing_bench import NEW, Writing

PAIR = {"id": "till", "source": "till.py", "test": NEW}


def told(bench: Writing) -> list[tuple[str, str, str]]:
    """Each problem: its file, what stands at its place there, and the message."""
    found = []
    for line in bench.problems():
        file, row, column, message = re.fullmatch(r"(\S+?):(\d+):(\d+): (.*)", line).groups()
        text = (bench.root / file).read_text(encoding="utf-8").splitlines()[int(row) - 1]
        found.append((file, text[int(column) - 1 :].strip().rstrip(","), message))
    return found


def one(bench: Writing) -> tuple[str, str, str]:
    (problem,) = told(bench)
    return problem


def test_a_project_needs_files_that_are_what_they_should_be(writing) -> None:
    writing.project["writing"] = {
        "files": [
            PAIR,
            {**PAIR, "source": "Makefile"},
            {"id": "b", "source": "tag.py", "test": "tag_test.py"},
        ]
    }
    assert told(writing) == [
        ("till.yaml", '"till"', "writing.files[0] has the id 'till' too"),
        ("till.yaml", '"Makefile"', "'Makefile' is not among paths.source of till"),
        ("till.yaml", '"tag_test.py"', "'tag_test.py' is not among paths.tests of till"),
    ]
    writing.project["writing"] = {"hide": ["tests/test_till.py"]}
    assert one(writing)[2] == "till names no files that tests are wanted for: give 'files' or 'select'"
    writing.spec["cases"] = {"per": "project"}
    assert writing.call("validate", "it.yaml").code == 0


def test_inline_tests_stand_in_their_source(writing) -> None:
    writing.project["writing"]["files"] = [{"id": "a", "source": "till.py", "test": "till.py"}]
    writing.project["paths"] = {"inline_tests": {"begin": "^# tests", "end": "^# end"}}
    assert writing.call("validate", "it.yaml").code == 0


def test_a_project_needs_its_commands(writing) -> None:
    del writing.platform["commands"]["coverage"], writing.platform["commands"]["coverage_report"]
    assert [(file, message) for file, _, message in told(writing)] == [
        ("till.yaml", "till has no commands.coverage, neither of its own nor from its platform"),
        ("till.yaml", "till has no commands.coverage_report, neither of its own nor from its platform"),
    ]


def test_the_oracle_needs_an_answer_which_is_not_in_the_source(writing) -> None:
    writing.agent("oracle", type="oracle")
    assert one(writing)[2] == "the oracle has no tests for till: give 'hide' or 'answer'"
    writing.file("good/tests/test_good.py", "")
    writing.project["writing"]["answer"] = "till/good"
    assert one(writing) == (
        "till.yaml",
        '"till/good"',
        "the source of till contains this folder, and with it the answer",
    )


def test_what_is_hidden_must_be_there(writing) -> None:
    writing.project["writing"]["hide"] = ["tests/test_till.py", "tests/test_other.py"]
    ran = writing.call("it.yaml", "--offline", "-q")
    assert ran.code == 2
    assert re.fullmatch(r"till\.yaml:\d+:\d+: no file of till matches this pattern\n", ran.err)


def test_an_agent_that_reads_prompts_needs_one(writing) -> None:
    writing.agent("reads", type="command", run={"command": ["cat", "${prompt.file}"]})
    assert one(writing) == ("it.yaml", "{", "reads reads a prompt, and there is none: give 'prompt'")


PLACE = {"write": "x", "content": "${case.source}"}


def test_a_whole_project_has_no_file_to_name(writing) -> None:
    writing.spec["cases"] = {"per": "project"}
    writing.agent("names", PLACE, "cat ${case.test}")
    message = "there is no '${case.%s}' where a case is a whole project"
    assert told(writing) == [
        ("agents/names.yaml", '"${case.source}"', message % "source"),
        ("agents/names.yaml", '"cat ${case.test}"', message % "test"),
    ]


def test_keys_that_contradict_each_other_are_told_with_all_other_errors(writing) -> None:
    writing.spec["cases"] = {"per": "project", "workspace": "shared"}
    writing.spec["writable"] = ["tests/", "${case.test}"]
    writing.spec["reruns"] = 1
    assert [(text, message) for _, text, message in told(writing)] == [
        ("1", "'reruns' must be at least 2"),
        ('"shared"', "'shared' is about the files of a project, and 'per' is 'project'"),
        ('"${case.test}"', "a case that is a whole project has no '${case.test}'"),
    ]


@pytest.mark.parametrize(
    ("grader", "said"),
    [
        ("replay", "the grader 'replay' cannot grade this kind of benchmark; these can: "),
        ("covrage-gain", "no grader 'covrage-gain', did you mean 'coverage-gain'?"),
        ({"use": "mutation", "with": {"mutants": 0}}, "options of 'mutation': "),
        ({"use": "duplication", "with": {"least": 1}}, "options of 'duplication': "),
    ],
)
def test_graders_that_do_not_fit(writing, grader, said) -> None:
    writing.spec["graders"] = ["patch", "tests", "coverage-gain", grader]
    assert said in one(writing)[2]


def test_a_benchmark_whose_cases_are_no_files_refuses_agents_that_name_one(bench) -> None:
    """`test-running` has no such files at all."""
    bench.agent("names", steps="  - run: cat ${case.source}\n")
    ran = bench.run("validate", "specs/hello.yaml")
    assert ran.code == 2
    assert ran.err == (
        "specs/agents/names.yaml:6:10: there is no '${case.source}' where a case is a whole project\n"
    )
