"""`specrun import roder-evals`, as a user calls it."""

from __future__ import annotations

import json

import pytest

FIXTURE = {
    "id": "port",
    "title": "Find a port",
    "prompt": "On which port?",
    "expectedAnswerContains": "port 8080",
    "expectedArtifactQuery": "8080",
}


def put(bench, name, data):
    file = bench.root / "in" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")


def test_what_is_imported_is_said_and_valid(bench):
    put(bench, "port.json", FIXTURE)
    ran = bench.run("import", "roder-evals", "in", "--output", "out")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "port.json: imported as out/port.yaml\n1 imported, 0 refused, 0 of other kinds\n"
    assert bench.run("validate", "out").code == 0


def test_what_is_of_another_kind_is_named_and_no_failure(bench):
    put(bench, "port.json", FIXTURE)
    put(bench, "turn.json", {"id": "t", "expected": {}})
    put(bench, "sub/notes.txt", "notes")
    ran = bench.run("import", "roder-evals", "in", "--output", "out")
    assert ran.code == 0
    assert ran.err == (
        "sub/notes.txt: not imported: it is not a JSON file\n"
        "turn.json: not imported: canonical turn fixture: not supported yet\n"
    )
    assert ran.out.endswith("1 imported, 0 refused, 2 of other kinds\n")


def test_a_fixture_that_is_refused_fails_the_import_and_the_others_are_written(bench):
    put(bench, "port.json", FIXTURE)
    put(bench, "typo.json", {**FIXTURE, "id": "typo", "expectedTol": "grep"})
    ran = bench.run("import", "roder-evals", "in", "--output", "out")
    assert ran.code == 1
    assert ran.err == "typo.json: not imported: unknown key 'expectedTol', did you mean 'expectedTool'?\n"
    assert [path.name for path in (bench.root / "out").iterdir()] == ["port.yaml"]


def test_nothing_is_overwritten_without_force(bench):
    put(bench, "port.json", FIXTURE)
    (bench.root / "out").mkdir()
    target = bench.root / "out" / "port.yaml"
    target.write_text("mine\n", encoding="utf-8")
    ran = bench.run("import", "roder-evals", "in", "--output", "out")
    assert ran.code == 1
    assert "out/port.yaml is there already, and differs; --force overwrites it" in ran.err
    assert target.read_text(encoding="utf-8") == "mine\n"
    assert bench.run("import", "roder-evals", "in", "--output", "out", "--force").code == 0
    written = target.read_bytes()
    assert b"id: port\n" in written
    assert bench.run("import", "roder-evals", "in", "--output", "out").code == 0
    assert target.read_bytes() == written


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["in", "--output", "out"], "does not exist"),
        (["specs/hello.yaml", "--output", "out"], "is a file"),
        (["specs"], "--output"),
        (["specs", "--output", "specs/hello.yaml"], "is a file"),
    ],
)
def test_wrong_folders_are_usage_errors(bench, args, said):
    ran = bench.run("import", "roder-evals", *args)
    assert ran.code == 2
    assert said in ran.err
    assert not (bench.root / "out").exists()
