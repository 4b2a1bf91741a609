"""The benchmark of docs/gateway.md does what the page says, and the page's tables are whole."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import yaml

from specrun.agents.line import GRACE
from specrun.engine.settings import Cassettes
from specrun.gateway.forecast import DEFAULT_OUTPUT
from specrun.gateway.incoming import BODY_LIMIT
from specrun.gateway.standalone import GRACE as STANDALONE_GRACE
from specrun.gateway.wire.base import PROTOCOLS
from specrun.gateway.wire.errors import error
from specrun.results.codec import decode
from specrun.spec.models.agent import MODEL_PLACES, MODEL_VARIABLES
from specrun.spec.models.budget import ModelLimits
from specrun.workspaces.base import DOOR_PORT

if TYPE_CHECKING:
    from tests.docs.conftest import Block, Place

    from specrun.results.model import Results

SPENDING = "| Agent | Stage |"
"""How the table of tokens begins."""


@pytest.fixture
def talk(demo: Place, gateway: list[Block]) -> Place:
    """A place with the files of the page, recorded."""
    for block in gateway:
        if block.file is not None:
            file = demo.folder / block.file
            file.parent.mkdir(exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
    _run(demo, "specs/talk.yaml", "--cassettes", "record")
    return demo


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/gateway.md").read_text(encoding="utf-8")


def test_the_tables_that_are_shown_are_the_report(talk: Place, page: str, root: Path) -> None:
    report = (talk.folder / "reports/talk/results.md").read_text(encoding="utf-8")
    table = next(part for part in report.split("\n\n") if part.startswith(SPENDING))
    assert table in page
    assert table in (root / "README.md").read_text(encoding="utf-8")


def test_the_script_is_not_asked_again(talk: Place) -> None:
    """In another folder, where the model has nothing to say any more."""
    recorded = _results(talk)
    elsewhere = type(talk)(talk.folder.with_name("elsewhere"), talk.plugin)
    shutil.copytree(talk.folder, elsewhere.folder, ignore=shutil.ignore_patterns(".specrun", "reports"))
    model = elsewhere.folder / "specs/models/reader.yaml"
    script = yaml.safe_load(model.read_text(encoding="utf-8"))
    script["conversations"] = [{"prompt": "never said", "turns": [{"say": "Nothing."}]}]
    model.write_text(yaml.safe_dump(script), encoding="utf-8")
    _run(elsewhere, "specs/talk.yaml")
    assert _results(elsewhere).trials == recorded.trials
    (trial,) = recorded.trials
    assert (trial.outcome, len(trial.turns)) == ("passed", 5)


def test_each_agent_has_the_model_and_the_projects_that_it_is_given(
    talk: Place, gateway: list[Block]
) -> None:
    (text,) = (block.text for block in gateway if "id: compared\n" in block.text)
    (talk.folder / "specs/compared.yaml").write_text(text, encoding="utf-8")
    _run(talk, "specs/compared.yaml", "--cassettes", "record")
    results = decode((talk.folder / "reports/compared/results.json").read_bytes())
    asked = {trial.agent: {row.model for row in trial.usage} for trial in results.trials}
    assert asked == {"tiny-reader": {"scripted-reader"}, "tiny-large": {"scripted-large"}}
    assert {row.cost for trial in results.trials for row in trial.usage} == {None}, "it names no prices"


def test_offline_a_model_of_a_provider_is_never_asked(talk: Place, gateway: list[Block]) -> None:
    (text,) = (block.text for block in gateway if "type: provider\n" in block.text)
    (talk.folder / "specs/models/large.yaml").write_text(text, encoding="utf-8")
    spec = talk.folder / "specs/talk.yaml"
    changed = spec.read_text(encoding="utf-8").replace("reader.yaml", "large.yaml")
    spec.write_text(changed.replace(', cost: "0.50"', ""), encoding="utf-8")
    refused = talk.run("specrun", "specs/talk.yaml", "--offline", "--cassettes", "record")
    assert refused.returncode == 2
    assert "offline only its cassettes can be replayed" in refused.stdout
    missed = talk.run("specrun", "specs/talk.yaml", "--offline")
    assert missed.returncode == 3, "it has no cassette"


def test_the_tables_name_everything(page: str) -> None:
    assert _first_cells(page, "| `--cassettes` |") == set(get_args(Cassettes))
    assert _first_cells(page, "| Limit |") == set(ModelLimits.__struct_fields__)
    assert _first_cells(page, "| Placeholder |") == {f"${{{name}}}" for name in MODEL_PLACES}
    assert all(f"`{name}`" in page for name in MODEL_VARIABLES)


def test_the_numbers_are_those_of_the_code(page: str) -> None:
    told = " ".join(page.split())
    refused = {protocol: error(protocol, "budget", "").status for protocol in PROTOCOLS}
    assert f"127.0.0.1:{DOOR_PORT}" in told
    assert f"the whole answer that it allows, {DEFAULT_OUTPUT:,} tokens if it does not say" in told
    assert f"is ended after {GRACE:g} seconds" in told
    assert f"ended {STANDALONE_GRACE:g} seconds after" in told
    assert f"has more than {BODY_LIMIT // 2**20} MiB" in told
    assert "(Chat {chat}, Responses {responses}, Messages {messages})".format(**refused) in told


def _run(place: Place, *args: str) -> None:
    ran = place.run("specrun", *args, "--offline", "-q")
    assert ran.returncode == 0, ran.stdout


def _results(place: Place) -> Results:
    return decode((place.folder / "reports/talk/results.json").read_bytes())


def _first_cells(page: str, head: str) -> set[str]:
    """What stands in backquotes in the first column of the table with this head."""
    _, _, *rows = page[page.index(head) :].split("\n\n")[0].splitlines()
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
