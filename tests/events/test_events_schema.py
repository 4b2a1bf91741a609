from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from specrun.events.schema import event_schema, event_schema_text

PUBLISHED = Path(__file__).parents[2] / "schemas" / "v1" / "event.schema.json"


def test_the_published_schema_is_that_of_the_structs():
    assert PUBLISHED.read_text(encoding="utf-8") == event_schema_text()


def test_it_is_a_schema():
    Draft202012Validator.check_schema(event_schema())


def test_real_logs_are_valid(write_trial, tmp_path):
    validator = Draft202012Validator(json.loads(PUBLISHED.read_bytes()))
    for line in write_trial(tmp_path / "events.jsonl").read_bytes().splitlines():
        validator.validate(json.loads(line))


@pytest.mark.parametrize("key", ["schema", "event_type", "seq", "step_id", "prev", "data", "seed"])
def test_no_key_of_the_envelope_may_be_missing(key, write_trial, tmp_path):
    validator = Draft202012Validator(event_schema())
    for line in write_trial(tmp_path / "events.jsonl").read_bytes().splitlines():
        event = json.loads(line)
        del event[key]
        assert not validator.is_valid(event)


@pytest.mark.parametrize(
    "change", [{"schema": "specrun/event/v2"}, {"more": 1}, {"prev": "AB" * 32}, {"seq": -1}, {"data": {}}]
)
def test_what_is_no_event_is_not_valid(change, write_trial, tmp_path):
    line = write_trial(tmp_path / "events.jsonl").read_bytes().splitlines()[1]
    assert not Draft202012Validator(event_schema()).is_valid(json.loads(line) | change)


def test_every_key_is_explained():
    for name, struct in event_schema()["$defs"].items():
        for key, about in struct["properties"].items():
            assert key in ("event_type", "data") or about.get("description"), f"{name}.{key}"
