"""From arguments to specs, and problems for machines."""

from __future__ import annotations

import pytest

from specrun.spec.collect import collect, validate
from specrun.spec.problems import Problem, SpecError
from specrun.spec.sarif import sarif


def names(shelf, *arguments):
    return [str(path.relative_to(shelf.root)) for path in collect(arguments)]


ALL = [
    "specs/bench.yaml",
    "specs/agents/tool.yaml",
    "specs/platforms/python.yaml",
    "specs/projects/tables.yaml",
]


def test_a_folder_gives_its_specs_in_order(shelf):
    shelf.write("specs/.hidden/x.yaml", "specrun: 1\n")
    shelf.write("specs/compose.yaml", "services: {specrun: 1}\n")
    shelf.write("specs/notes.md", "specrun: 1\n")
    shelf.path("specs/around").symlink_to(".")
    assert names(shelf, "specs") == ALL
    assert names(shelf, shelf.path("specs/agents/tool.yaml"), ".") == [ALL[1], ALL[0], *ALL[2:]]


@pytest.mark.parametrize(
    "head",
    ["\ufeffspecrun: 1", '{"specrun": 1', "{ specrun: 1", "# x\r\n'specrun' : 1", "kind: x\nspecrun: 1"],
)
def test_specs_are_known_by_their_head(shelf, head):
    shelf.write("specs/x.yml", head)
    assert "specs/x.yml" in names(shelf, "specs")


def test_patterns_are_expanded(shelf):
    assert names(shelf, "specs/**/t*.yaml") == [ALL[1], ALL[3]]
    assert names(shelf, "specs/a*") == [ALL[1]]


def test_a_named_file_is_taken_as_it_is(shelf):
    shelf.write("x.yaml", "a: 1\n")
    assert names(shelf, "x.yaml") == ["x.yaml"]
    assert [str(problem) for problem in validate(collect(["x.yaml"]))[1]] == [
        "x.yaml:1:1: missing key 'specrun': a spec starts with 'specrun: 1'"
    ]


def test_arguments_that_name_nothing(shelf):
    shelf.path("empty").mkdir()
    assert told("specs/bnech.yaml", "empty", "no*thing", "specs", "spec/agent/tol.yaml") == [
        "no*thing:1:1: nothing matches this pattern",
        "spec/agent/tol.yaml:1:1: no such file, did you mean 'specs/agents/tool.yaml'?",
        "specs/bnech.yaml:1:1: no such file, did you mean 'specs/bench.yaml'?",
    ]
    assert told("empty", "specs/prompts", "specs/prompts/*") == [
        "empty:1:1: there are no specs here",
        "specs/prompts:1:1: there are no specs here",
        "specs/prompts/*:1:1: there are no specs here",
    ]


def told(*arguments):
    with pytest.raises(SpecError) as caught:
        collect(arguments)
    return [str(problem) for problem in caught.value.problems]


def test_a_folder_without_specs_does_no_harm_beside_others(shelf):
    shelf.path("specs/empty").mkdir()
    assert names(shelf, "specs/*") == ["specs/agents/tool.yaml", "specs/bench.yaml", *ALL[2:]]
    everything = [path.relative_to(shelf.root) for path in sorted(shelf.path("specs").iterdir())]
    assert sorted(names(shelf, *everything)) == sorted(ALL)


def test_what_may_not_be_looked_at_is_not_called_missing(shelf, somebody):
    shelf.path("specs/secret").mkdir()
    shelf.write("specs/secret/x.yaml", "specrun: 1\n")
    shelf.path("specs/secret").chmod(0)
    with somebody():
        assert told("specs/secret/x.yaml") == [
            "specs/secret/x.yaml:1:1: the file cannot be read: permission denied"
        ]
        assert told("specs") == ["specs/secret:1:1: the folder cannot be read: permission denied"]
    shelf.path("specs/secret").chmod(0o700)


def test_every_file_is_validated_and_told_once(shelf):
    shelf.edit("specs/agents/tool.yaml", "version:", "verzion:")
    shelf.write("specs/second.yaml", shelf.path("specs/bench.yaml").read_text().replace("bench", "second"))
    good, wrong = validate(collect(["specs"]))
    assert [spec.model.id for spec in good] == ["python", "tables"]
    assert [str(problem) for problem in wrong] == [
        "specs/agents/tool.yaml:4:1: unknown key 'verzion', did you mean 'version'?"
    ]


def test_two_files_must_not_share_a_name(shelf):
    shelf.write("specs/agents/tool-2.yaml", shelf.path("specs/agents/tool.yaml").read_text())
    assert [str(problem) for problem in validate(collect(["specs"]))[1]] == [
        "specs/agents/tool.yaml:3:5: the agent 'tool' is also defined in specs/agents/tool-2.yaml"
    ]


def test_sarif_points_at_the_place(shelf):
    problem = Problem(shelf.path("specs/a b.yaml"), 3, 7, "unknown key 'x'")
    log = sarif([problem])
    assert log["version"] == "2.1.0"
    (result,) = log["runs"][0]["results"]
    assert result["message"] == {"text": "unknown key 'x'"}
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "specs/a%20b.yaml"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
