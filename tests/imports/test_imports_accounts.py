"""Every file below a folder is accounted for: imported, refused, or left with a reason."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from ancestor_files import HISTORY, LONG, LOOP, STUB, put

from specrun.imports.roder_evals import accounts
from specrun.spec.text import parse


def state(folder):
    return {account.path: (account.state, account.reason) for account in accounts(folder)}


def test_every_file_is_accounted_for_in_order(tmp_path):
    put(tmp_path, long=LONG, loop=LOOP)
    put(tmp_path / "below" / "deep", any={"a": 1}, history=HISTORY)
    (tmp_path / "notes.md").write_text("# notes\n", encoding="utf-8")
    (tmp_path / "away").symlink_to(tmp_path / "below")
    everything = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    found = accounts(tmp_path)
    assert [account.path for account in found] == sorted({*everything, "away"})
    assert {account.path for account in found if account.state == "imported"} == {"long.json", "loop.json"}
    assert all(account.reason for account in found if account.state != "imported")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"id": "a", "prompt": "p", "expected": {}}, "canonical turn fixture: not supported yet"),
        (
            {"id": "a", "provider": "openai", "catalog": {}, "expected": {"outcome": "executed"}},
            "tool-search fixture: not supported yet",
        ),
        ({"fixtures": [{"name": "x"}]}, "edit-tools fixture: not supported yet"),
        ({"version": 1, "expectations": []}, "baseline of the gate: not supported yet"),
        ({"tools": []}, "tool catalog: not supported yet"),
        ({"event": "x"}, "it is JSON, but no fixture: a sample or a record"),
        ([1], "it is JSON, but no fixture: a sample or a record"),
    ],
)
def test_other_dialects_are_left_with_their_name(tmp_path, data, reason):
    assert state(put(tmp_path, it=data)) == {"it.json": ("left", reason)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expectedTol": "grep"}, "unknown key 'expectedTol', did you mean 'expectedTool'?"),
        ({"expectedTool": "find"}, "'expectedTool' must be read, grep or tail"),
        ({"id": "A b"}, "'id' must be lower-case letters, digits, '.', '_' and '-'"),
        ({"title": "a\nb"}, "'title' must be one line of at most 200 characters"),
        ({"tags": "x"}, "'tags' must be a list of names: lower-case letters, digits, '.', '_' and '-'"),
        (
            {"expectedArtifactQuery": None},
            "'expectedArtifactQuery' must be one line of at most 1000 characters",
        ),
        ({"prompt": "a\0b"}, "'prompt' must be a text without NUL that is not empty"),
        ({"prompt": "\ud800"}, "'prompt' must be a text without NUL that is not empty"),
        (
            {"expectedArtifactQuery": "elsewhere"},
            "'expectedArtifactQuery' does not stand in the line of the answer, so nothing finds it",
        ),
        (
            {"title": 1, "more": 2},
            "'title' must be one line of at most 200 characters; unknown key 'more'",
        ),
    ],
)
def test_a_fixture_that_cannot_be_used_is_refused_with_everything_that_is_wrong(tmp_path, changes, reason):
    assert state(put(tmp_path, it={**LONG, **changes})) == {"it.json": ("refused", reason)}


def test_a_missing_key_is_named(tmp_path):
    data = {key: value for key, value in LONG.items() if key != "expectedArtifactQuery"}
    assert state(put(tmp_path, it=data)) == {"it.json": ("refused", "there is no 'expectedArtifactQuery'")}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"maxAutoCompactionsPerTurn": -1}, "'maxAutoCompactionsPerTurn' must be a number from 0 to 1000"),
        ({"maxAutoCompactionsPerTurn": True}, "'maxAutoCompactionsPerTurn' must be a number from 0 to 1000"),
        (
            {"expectedCompactionSkippedReasons": ["tired"]},
            "'expectedCompactionSkippedReasons' must be a list of prune_sufficient and hysteresis",
        ),
    ],
)
def test_keys_about_compaction_are_checked(tmp_path, changes, reason):
    assert state(put(tmp_path, it={**LOOP, **changes})) == {"it.json": ("refused", reason)}


def test_an_answer_that_json_would_escape_is_refused(tmp_path):
    data = {**HISTORY, "expectedAnswerContains": 'the "night-jar"'}
    reason = "'expectedAnswerContains' has characters that JSON escapes, and a JSON record holds it"
    assert state(put(tmp_path, it=data)) == {"it.json": ("refused", reason)}


def test_a_second_fixture_of_an_id_is_refused(tmp_path):
    found = state(put(tmp_path, one=LONG, two=LONG))
    assert found == {"one.json": ("imported", ""), "two.json": ("refused", "'one.json' has the same id")}


def test_a_broken_file_is_refused_in_the_folder_and_left_below_it(tmp_path):
    put(tmp_path, it="{")
    put(tmp_path / "sub", it="{", long=LONG)
    reason = "it cannot be read: line 1, column 2: Expecting property name enclosed in double quotes"
    assert state(tmp_path) == {
        "it.json": ("refused", reason),
        "sub/it.json": ("left", reason),
        "sub/long.json": (
            "refused",
            "file-backed fixtures are read from the folder itself only; import 'sub' on its own",
        ),
    }


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        accounts(tmp_path / "nothing")


def test_a_spec_says_where_it_comes_from_and_is_the_same_every_time(tmp_path):
    first, second = put(tmp_path / "one", long=LONG), put(tmp_path / "two", long=LONG)
    (account,), (again,) = accounts(first), accounts(second)
    assert account == again
    digest = sha256((first / "long.json").read_bytes()).hexdigest()
    assert account.text.splitlines()[0] == f"# Imported from roder-evals: long.json, SHA-256 {digest}"
    assert str(tmp_path) not in account.text


@pytest.mark.parametrize(
    ("data", "payload", "digest"),
    [
        (LONG, "lines", "80d9bb515ed64c2cb26d632789b98e57eab575c9d9329f9334bdea812e07158d"),
        (HISTORY, "records", "a432d4b5100d0031c26f8ad284d7f7cac261d407dad9d724a343fe889c921c06"),
    ],
)
def test_the_known_ids_have_the_known_payloads(tmp_path, data, payload, digest):
    (account,) = accounts(put(tmp_path, it=data))
    output = parse(Path(account.name), account.text)["payloads"]["output"]
    assert output["pin"]["sha256"] == digest
    assert payload in output


def test_any_other_id_has_three_lines(tmp_path):
    (account,) = accounts(put(tmp_path, it=STUB))
    spec = parse(Path(account.name), account.text)
    lines = spec["payloads"]["output"]["literal"].split("\n")
    assert lines == [STUB["prompt"], STUB["expectedAnswerContains"], STUB["expectedArtifactQuery"]]
    assert spec["expect"]["evidence"] == {"output": [2]}
    assert "has no output for this id" in account.text
