"""The published schemas are what the models say, and agree with them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from specrun.spec.library import Library
from specrun.spec.models import KINDS
from specrun.spec.schema import schema, write

PUBLISHED = Path(__file__).parents[2] / "schemas" / "v1"


def test_the_published_schemas_are_the_models(tmp_path):
    made = write(tmp_path)
    assert [file.name for file in made] == [f"{kind}.schema.json" for kind in sorted(KINDS)]
    for file in made:
        assert file.read_bytes() == (PUBLISHED / file.name).read_bytes(), (
            "run `specrun schema --write schemas/v1`"
        )


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind):
    whole = schema(kind)
    jsonschema.Draft202012Validator.check_schema(whole)
    definitions = {kind: whole, **whole["$defs"]}
    plain = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, value in definition["properties"].items()
        if not value.get("description") and value.keys() != {"enum"}
    ]
    assert plain == []


def test_valid_specs_meet_their_schema(shelf):
    for file in sorted(shelf.path("specs").rglob("*.yaml")):
        resolved = Library(shelf.root).resolve(file)
        jsonschema.validate(resolved.data, schema(resolved.model.kind))


ALTERNATIVES = [
    {"path": "x"},
    {"path": "x", "git": None, "commit": None},
    {"git": "https://x", "commit": "a" * 40},
    {"git": "https://x"},
    {"commit": "a" * 40},
    {"path": "x", "git": "https://x", "commit": "a" * 40},
    {"path": "x", "commit": "a" * 40},
    {"archive": "https://x", "sha256": "a" * 64},
    {"pypi": "x==1", "sha256": "a" * 64},
    {"pypi": "x==1", "archive": "https://x", "sha256": "a" * 64},
    {"path": "x", "sha256": "a" * 64},
    {"sha256": "a" * 64},
    {"path": None},
    {},
]


@pytest.mark.parametrize("source", ALTERNATIVES, ids=json.dumps)
def test_schema_and_model_agree_on_alternatives(source):
    from specrun.spec.models.project import Source

    definitions = schema("project")["$defs"]
    meets = jsonschema.Draft202012Validator({"$ref": "#/$defs/Source", "$defs": definitions}).is_valid(source)
    try:
        msgspec.convert(source, Source, dec_hook=lambda kind, value: kind(value))
        converts = True
    except msgspec.ValidationError:
        converts = False
    assert meets == converts
