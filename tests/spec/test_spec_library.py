"""References, overrides, roots, and projects with what their platform gives them."""

from __future__ import annotations

import pytest

from specrun.spec.effective import effective, effective_project
from specrun.spec.library import Library, find_root
from specrun.spec.problems import SpecError


def bench(shelf, **overrides):
    return Library(shelf.root).resolve(shelf.path("specs/bench.yaml"), overrides=overrides)


def test_parts_are_what_the_references_name(shelf):
    resolved = bench(shelf)
    assert resolved.model.kind == "test-running"
    assert resolved.relative_path == "specs/bench.yaml"
    (agent,), (project,) = resolved.parts["agents"], resolved.parts["projects"]
    assert (agent.model.id, agent.model.version) == ("tool", "1.0")
    assert [part.model.id for part in project.parts["platform"]] == ["python"]
    assert agent.origin(("run", "command", 1))[1:] == (6, 23)


def test_a_file_is_loaded_once(shelf):
    library = Library(shelf.root)
    first = library.resolve(shelf.path("specs/bench.yaml"))
    assert library.resolve(shelf.path("specs/agents/../agents/tool.yaml")) is first.parts["agents"][0]


def test_overrides_merge_maps_and_replace_lists(shelf):
    shelf.edit(
        "specs/bench.yaml",
        "projects/tables.yaml",
        "{use: projects/tables.yaml, with: {paths: {source: [lib/**]}, truth: {failing_tests: 1}}}",
    )
    (project,) = bench(shelf).parts["projects"]
    assert project.data["paths"] == {"source": ["lib/**"]}
    assert project.data["truth"] == {"tests_present": True, "expected_tests": 3, "failing_tests": 1}
    assert project.origin(("truth", "failing_tests"))[:2] == (shelf.path("specs/bench.yaml"), 5)
    assert project.origin(("truth", "expected_tests"))[:2] == (shelf.path("specs/projects/tables.yaml"), 8)


def test_paths_in_an_override_are_relative_to_the_file_that_overrides(shelf):
    shelf.write("fixtures/other/x.py", "")
    shelf.edit(
        "specs/bench.yaml",
        "projects/tables.yaml",
        "{use: projects/tables.yaml, "
        "with: {source: {path: ../fixtures/other}, platform: ./platforms/new.yaml}}",
    )
    shelf.write("specs/platforms/new.yaml", shelf.path("specs/platforms/python.yaml").read_text())
    (project,) = bench(shelf).parts["projects"]
    assert (project.path.parent / project.model.source.path).resolve() == shelf.path("fixtures/other")
    assert project.parts["platform"][0].path.name == "new.yaml"


def test_null_in_an_override_takes_a_value_back(shelf):
    source = f"{{path: null, git: 'https://example.org/x.git', commit: {'a' * 40}}}"
    shelf.edit(
        "specs/bench.yaml",
        "projects/tables.yaml",
        f"{{use: projects/tables.yaml, with: {{source: {source}}}}}",
    )
    (project,) = bench(shelf).parts["projects"]
    assert project.model.source.path is None
    assert project.model.source.commit == "a" * 40


def test_the_command_line_wins(shelf):
    shelf.edit("specs/bench.yaml", "passing:", "repeats: 2\nseed: 5\npassing:")
    resolved = bench(shelf, repeats=3)
    assert (resolved.model.repeats, resolved.model.seed) == (3, 5)
    assert str(resolved.origin(("repeats",)).path) == "command line"
    with pytest.raises(SpecError, match="'repeats' must be at least 1"):
        bench(shelf, repeats=0)


def test_a_kind_can_be_asked_for(shelf):
    with pytest.raises(SpecError, match=r"tool\.yaml:2:7: expected a 'project', not an 'agent'"):
        Library(shelf.root).resolve(shelf.path("specs/agents/tool.yaml"), kind="project")


def test_a_project_stands_over_its_platform(shelf):
    (project,) = bench(shelf).parts["projects"]
    model = effective_project(project)
    assert model.env == {"LEVEL": "1", "SHARED": "project"}
    assert model.paths.source == ("src/**",)
    assert model.paths.tests == ("tests/**",)
    assert model.commands.test == "python -m unittest"
    assert model.commands.report.path == "report.xml"
    whole = effective(project)
    assert whole.origin(("paths", "tests", 0)).path == shelf.path("specs/platforms/python.yaml")
    assert whole.origin(("paths", "source", 0)).path == shelf.path("specs/projects/tables.yaml")
    assert whole.origin(("env", "SHARED")).path == shelf.path("specs/projects/tables.yaml")


def test_the_root_is_found(shelf, tmp_path):
    assert find_root(shelf.path("specs/agents/tool.yaml")) == shelf.root
    lone = shelf.write("other/deep/x.yaml", "")
    (shelf.root / ".git").mkdir()
    assert find_root(lone) == shelf.root
    alone = tmp_path / "alone"
    alone.mkdir()
    assert find_root(alone / "x.yaml") == alone.resolve()


def test_a_chain_of_wrong_references_ends(shelf):
    text = shelf.path("specs/projects/tables.yaml").read_text()
    for number in range(100):
        shelf.write(
            f"specs/projects/p{number}.yaml", text.replace("../platforms/python.yaml", f"p{number + 1}.yaml")
        )
    with pytest.raises(SpecError, match="more than 20 specs refer to each other in a row"):
        Library(shelf.root).resolve(shelf.path("specs/projects/p0.yaml"))
