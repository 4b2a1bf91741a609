"""What an agent says that it has used: found where its spec says, added up, and never guessed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.agents.claim import LARGEST, ClaimReader
from specrun.results.model import TokenClaim
from specrun.spec.models.agent import UsageClaim
from specrun.workspaces.output import CappedOutput

NOWHERE = Path("/nonexistent")


def claim(**keys: Any) -> UsageClaim:
    """A claim on stdout in JSON lines, unless something else is said."""
    data = {"read": "stdout", "format": "jsonl", "input": ["in"], "output": ["out"], **keys}
    return msgspec.convert(data, UsageClaim, dec_hook=lambda kind, value: kind(value))


def said(*stdouts: str, **keys: Any) -> TokenClaim | None:
    """What an agent claims whose stages print this."""
    reader = ClaimReader(claim(**keys))
    for stdout in stdouts:
        reader.after_stage(stdout, NOWHERE, {})
    return reader.total()


def tokens(input_tokens: int | None, output_tokens: int | None) -> TokenClaim:
    return TokenClaim(input_tokens=input_tokens, output_tokens=output_tokens)


def line(**keys: Any) -> str:
    return json.dumps(keys) + "\n"


def test_lines_that_are_objects_are_added_up_and_others_are_passed_over() -> None:
    noise = "starting {\n[1, 2]\n{broken\n12\n\n  " + line(**{"in": 1, "out": 2})
    assert said(noise + line(**{"in": 10, "out": 20}) + '{"other": "\u2028"}') == tokens(11, 22)


def test_only_what_is_so_counts() -> None:
    lines = [
        {"type": "result", "final": True, "tries": 2, "in": 5, "out": 6},
        {"type": "result", "final": False, "tries": 2, "in": 100, "out": 100},
        {"type": "step", "final": True, "tries": 2, "in": 100, "out": 100},
        {"final": True, "tries": 2, "in": 100, "out": 100},
    ]
    where = {"type": "result", "final": "true", "tries": "2"}
    assert said("".join(line(**each) for each in lines), where=where) == tokens(5, 6)


def test_every_element_of_lists_and_maps_and_several_selectors() -> None:
    data = {
        "models": {"a": {"in": 1, "cached": 2, "out": 3}, "b": {"in": 10, "cached": 20}},
        "messages": [{"text": "no usage"}, {"usage": {"out": 100}}, {"usage": None}],
    }
    selectors = {
        "input": ["models.*.in", "models.*.cached"],
        "output": ["models.*.out", "messages.*.usage.out"],
    }
    assert said(json.dumps(data, indent=1), format="json", **selectors) == tokens(33, 103)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("7", 7),
        ("7.0", 7),
        ("0", 0),
        ("7.5", None),
        ("-7", None),
        ("true", None),
        ("null", None),
        ('"7"', None),
        ("[7]", None),
        ("1e400", None),
        ("NaN", None),
        ("1" * 400, None),
        ("1" * 5000, None),
        ("[" * 100_000, None),
        ("[" * 2000 + "]" * 2000, None),
    ],
)
def test_a_count_is_a_whole_number_that_can_be_one(value: str, read: int | None) -> None:
    assert said(f'{{"in": {value}}}\n{{"out": 3}}\n') == tokens(read, 3)


def test_what_is_missing_is_unknown_and_not_nothing() -> None:
    assert said(line(out=3)) == tokens(None, 3)
    assert said(line(out=3), input=["in", "cached"]) == tokens(None, 3)
    assert said(line(**{"in": 1, "out": 3}), input=["in", "cached"]) == tokens(None, 3)
    assert said("nothing") is said("") is said() is said(line(x=1)) is None
    assert said(line(**{"in": "many", "out": -1})) is None


def test_stages_are_added_up_and_all_of_them_must_say_it() -> None:
    assert said(line(**{"in": 1, "out": 2}), line(**{"in": 10, "out": 20})) == tokens(11, 22)
    assert said(line(**{"in": 1, "out": 2}), line(**{"in": 10})) == tokens(11, None)
    assert said(line(**{"in": 1, "out": 2}), "it crashed\n") is None


COUNT = st.integers(0, 10**9)


@given(st.lists(st.lists(st.tuples(COUNT, COUNT), min_size=1, max_size=5), min_size=1, max_size=3))
def test_the_claim_is_the_sum_of_all_that_is_said(stages: list[list[tuple[int, int]]]) -> None:
    stdouts = ["".join(line(**{"in": a, "out": b}) for a, b in stage) for stage in stages]
    expected = tokens(*(sum(pair[side] for stage in stages for pair in stage) for side in (0, 1)))
    assert said(*stdouts) == expected
    as_json = [json.dumps({"steps": [{"in": a, "out": b} for a, b in stage]}) for stage in stages]
    assert said(*as_json, format="json", input=["steps.*.in"], output=["steps.*.out"]) == expected


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["in", "out", "x", "*"])
VALUE = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=20
)
SELECTOR = st.lists(KEYS, min_size=1, max_size=4).map(".".join)


@given(VALUE, SELECTOR, SELECTOR, st.sampled_from(["json", "jsonl"]))
def test_whatever_is_said_is_read_or_passed_over(value: Any, one: str, other: str, form: str) -> None:
    found = said(json.dumps(value), format=form, input=[one], output=[other], where={})
    sides = [] if found is None else [found.input_tokens, found.output_tokens]
    assert all(side is None or 0 <= side <= 2**53 for side in sides)
    assert sides != [None, None]


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: ('{"in": 1' + text).encode()))
def test_bytes_of_any_kind_never_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    home = tmp_path_factory.getbasetemp() / "any"
    home.mkdir(exist_ok=True)
    (home / "claim").write_bytes(content)
    for form in ("json", "jsonl"):
        reader = ClaimReader(claim(read="${home}/claim", format=form))
        reader.after_stage("", home, {})
        assert reader.total() is None or content.lstrip().startswith(b"{")


def test_bytes_that_are_no_text_spoil_their_line_only(tmp_path: Path) -> None:
    (tmp_path / "claim").write_bytes(b'{"in": "\xff"}\n{"in": 1, "out": 2}\n{"in": "\\ud800"}\n')
    reader = ClaimReader(claim(read="${home}/claim", where={"out": "2"}))
    reader.after_stage("", tmp_path, {})
    assert reader.total() == tokens(1, 2)


def capped(limit: int, text: str) -> str:
    output = CappedOutput(limit)
    output.add(text.encode())
    return output.text()


@given(st.integers(0, 400))
def test_a_claim_at_the_end_of_a_long_output_is_found(noise: int) -> None:
    last = line(**{"in": 1, "out": 2})
    long = "".join(f"step {number} of many\n" for number in range(noise)) + last
    assert said(capped(200, long)) == tokens(1, 2)


@given(st.integers(2, 60))
def test_a_line_that_is_cut_is_passed_over(limit: int) -> None:
    """No part of a line is taken for a line: `{"in": 1}` also ends one that is longer."""
    long = 'used {"in": 1} {"in": 2}\n' * 3
    assert said(capped(limit, long)) is None
    assert said(capped(limit, "x" * 100 + line(**{"in": 1}))) is None


def test_of_several_lines_of_a_cut_output_some_may_be_missing() -> None:
    lines = line(**{"in": 1, "out": 2}) * 40
    assert said(lines) == tokens(40, 80)
    assert said(capped(len(lines) - 1, lines)) is None
    assert said(capped(len(lines), lines)) == tokens(40, 80)


def test_a_cut_value_is_no_value() -> None:
    value = json.dumps({"in": 1, "out": 2, "text": "x" * 200})
    assert said(capped(100, value), format="json") is None
    assert said(capped(300, value), format="json") == tokens(1, 2)


def in_file(home: Path, *stages: Any, read: str = "${home}/run/claim.json", **keys: Any) -> TokenClaim | None:
    """What an agent claims whose stages do this in its home."""
    reader = ClaimReader(claim(read=read, **keys))
    for number, stage in enumerate(stages):
        stage(home)
        reader.after_stage("", home, {"stage": f"stage{number}"})
    return reader.total()


def write(path: str, text: str, mode: str = "w") -> Any:
    """A stage that writes a file; a time of its own makes it one that was written, on any clock."""

    def stage(home: Path) -> None:
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.stat().st_mtime_ns if file.exists() else 0
        with file.open(mode) as stream:
            stream.write(text)
        os.utime(file, ns=(0, before + 1))

    return stage


def idle(home: Path) -> None:
    del home


FILE = "run/claim.json"
ONE = line(**{"in": 1, "out": 2})


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_file_that_each_stage_writes_anew_is_added_up(tmp_path: Path, form: str) -> None:
    other = line(**{"in": 10, "out": 20})
    assert in_file(tmp_path, write(FILE, ONE), write(FILE, other), format=form) == tokens(11, 22)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_same_said_again_counts_again(tmp_path: Path, form: str) -> None:
    assert in_file(tmp_path, write(FILE, ONE), write(FILE, ONE), format=form) == tokens(2, 4)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_file_that_a_stage_does_not_touch_is_not_counted_twice(tmp_path: Path, form: str) -> None:
    assert in_file(tmp_path, write(FILE, ONE), format=form) == tokens(1, 2)
    assert in_file(tmp_path, write(FILE, ONE), idle, format=form) is None


def test_of_lines_that_are_added_only_the_new_ones_count(tmp_path: Path) -> None:
    assert in_file(tmp_path, write(FILE, ONE), write(FILE, ONE * 3, "a")) == tokens(4, 8)


def test_each_stage_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    stages = [write("run/stage0.json", ONE), write("run/stage1.json", ONE)]
    assert in_file(tmp_path, *stages, read="${home}/run/${stage}.json", format="json") == tokens(2, 4)


def test_nothing_outside_of_the_home_is_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "claim.json").write_text(ONE)
    for path, to in (("claim.json", "../claim.json"), ("run", "..")):
        (home / path).symlink_to(to)
    assert in_file(home, idle, read="${home}/claim.json") is None
    assert in_file(home, idle) is None
    assert in_file(home, idle, read="${home}/${stage}/../../claim.json") is None
    (home / "claim.json").unlink()
    (home / "claim.json").mkdir()
    assert in_file(home, idle, read="${home}/claim.json") is None
    (home / "claim.json").rmdir()
    os.mkfifo(home / "claim.json")
    assert in_file(home, idle, read="${home}/claim.json") is None


def test_a_file_that_is_too_large_says_nothing(tmp_path: Path) -> None:
    def grow(home: Path) -> None:
        write(FILE, ONE)(home)
        os.truncate(home / FILE, LARGEST + 1)

    assert in_file(tmp_path, grow) is None
