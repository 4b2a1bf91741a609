"""What agents, models, budgets and prices must agree on, each with the place of what is wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from writing_bench import Writing

from specrun.benchmarks.model_checks import model_problems
from specrun.spec.library import Library

SCRIPTED = {
    "specrun": 1,
    "kind": "model",
    "id": "scripted",
    "type": "scripted",
    "name": "scripted-1",
    "conversations": [{"turns": [{"say": "Done."}]}],
}
PROVIDER = {
    "specrun": 1,
    "kind": "model",
    "id": "provider",
    "type": "provider",
    "name": "large-1",
    "endpoints": {"chat": {"base_url": "https://provider.example/v1"}},
    "names": {"small": "small-1", "large": "large-1"},
}
PRICES = {
    "specrun": 1,
    "kind": "prices",
    "id": "table",
    "currency": "USD",
    "as_of": "2026-11-21",
    "models": {"large-1": {"input": "1", "output": "2", "source": "made up"}},
}
AGENT: dict[str, Any] = {
    "type": "command",
    "run": {"command": ["talk", "--url=${llm.url}"]},
    "model": "../model.yaml",
}
BUDGET = {"trial": {"requests": 10}}
NO_MODEL = "is a way to a model, and talker has none: give it a 'model'"


class Talking:
    """A benchmark with one agent that talks to a model; nothing is wrong with it."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing
        self.agent = copy.deepcopy(AGENT)
        self.model: dict[str, Any] = copy.deepcopy(SCRIPTED)
        writing.put("prompt.md", "Write tests.\n")
        writing.spec |= {"prompt": "prompt.md", "budget": copy.deepcopy(BUDGET)}
        writing.spec["agents"].append("agents/talker.yaml")

    def write(self) -> Path:
        """Write all specs; that of the benchmark."""
        root, spec = self.writing.root, self.writing.spec
        head = {"specrun": 1, "kind": "agent", "id": "talker"}
        self.writing.write("agents/talker.yaml", {**head, **self.agent})
        for name, data in {"model": self.model, "prices": PRICES, "it": spec}.items():
            self.writing.write(f"{name}.yaml", data)
        self.writing.write("till.yaml", self.writing.project)
        self.writing.write("platform.yaml", self.writing.platform)
        return root / "it.yaml"

    def problems(self) -> list[str]:
        """Each as `file: 'what stands there': message`."""
        path = self.write()
        root = self.writing.root
        found = model_problems(Library(root).resolve(path))
        return [
            f"{problem.path.relative_to(root)}: {_at(problem.path, problem.line, problem.column)}: "
            f"{problem.message}"
            for problem in found
        ]


def _at(file: Path, line: int, column: int) -> str:
    return file.read_text(encoding="utf-8").splitlines()[line - 1][column - 1 :].rstrip(",")


@pytest.fixture
def talking(writing: Writing) -> Talking:
    return Talking(writing)


def test_nothing_is_wrong_with_an_agent_that_talks_to_a_model_within_a_budget(talking: Talking) -> None:
    assert talking.problems() == []
    talking.model = copy.deepcopy(PROVIDER)
    assert talking.problems() == []


def test_a_way_to_a_model_needs_a_model(talking: Talking) -> None:
    del talking.agent["model"], talking.writing.spec["budget"]
    talking.agent["env"] = {"KEY": "${llm.key}"}
    assert talking.problems() == [
        f"agents/talker.yaml: \"--url=${{llm.url}}\": '${{llm.url}}' {NO_MODEL}",
    ]
    talking.agent |= {"run": {"command": ["talk", "$${llm.url}"]}, "env": {}}
    assert talking.problems() == []


def test_a_template_may_be_what_tells_of_the_model(talking: Talking) -> None:
    talking.writing.put("agents/talk.toml.j2", "url = '{{ llm_url }}' # {{ home }}\n")
    talking.agent["run"] = {"command": ["talk"]}
    talking.agent["files"] = [{"path": "${home}/talk.toml", "template": "talk.toml.j2"}]
    assert talking.problems() == []
    del talking.agent["model"], talking.writing.spec["budget"]
    assert talking.problems() == [
        f"agents/talker.yaml: \"talk.toml.j2\": '{{{{ llm_url }}}}' {NO_MODEL}",
    ]
    talking.writing.put("agents/talk.toml.j2", "{# llm_url #}{% set llm_key = 1 %}{{ llm_key }}\n")
    assert talking.problems() == []


def test_a_model_that_is_never_used(talking: Talking) -> None:
    talking.agent["run"] = {"command": ["talk", "$${llm.url}"]}
    assert talking.problems() == [
        "agents/talker.yaml: \"../model.yaml\": talker never uses its model: it says '${llm.url}' nowhere"
    ]


def test_what_models_use_must_be_limited(talking: Talking) -> None:
    del talking.writing.spec["budget"]
    message = "talker talks to a model, and nothing limits what it may use: give the benchmark a 'budget'"
    assert talking.problems() == [f'agents/talker.yaml: "../model.yaml": {message}']
    del talking.agent["model"]
    talking.writing.spec["agents"][1] = {"use": "agents/talker.yaml", "with": {"model": "model.yaml"}}
    assert talking.problems() == [f'it.yaml: "model.yaml": {message}']


@pytest.mark.parametrize("limits", [{}, {"requests": None}])
def test_a_budget_that_limits_nothing(talking: Talking, limits: dict[str, Any]) -> None:
    talking.writing.spec["budget"] = {"trial": limits, "run": {"requests": 5}}
    (problem,) = talking.problems()
    assert problem.startswith("it.yaml: {")
    assert problem.endswith(": this limits nothing: give 'requests', 'tokens', 'cost', ...")


def test_without_models_there_is_nothing_to_limit_or_to_price(talking: Talking) -> None:
    talking.agent = {"type": "nop"}
    talking.writing.spec["prices"] = "prices.yaml"
    assert talking.problems() == [
        "it.yaml: {: 'budget' is about models, and no agent has one",
        "it.yaml: \"prices.yaml\": 'prices' is about models, and no agent has one",
    ]


@pytest.mark.parametrize("scope", ["trial", "run"])
def test_the_cost_of_a_model_without_a_price_cannot_be_limited(talking: Talking, scope: str) -> None:
    talking.writing.spec["budget"] = {"trial": {"requests": 1}, scope: {"cost": "0.50"}}
    unpriced = "costs cannot be limited: it has no price in the table of prices"
    assert talking.problems() == [f'it.yaml: "0.50": what scripted-1 {unpriced}']
    talking.writing.spec["prices"] = "prices.yaml"
    talking.model = copy.deepcopy(PROVIDER)
    assert talking.problems() == [f'it.yaml: "0.50": what small-1 {unpriced}']
    talking.model["names"] = {}
    assert talking.problems() == []


def test_a_provider_must_answer_somewhere(talking: Talking) -> None:
    talking.model = {**copy.deepcopy(PROVIDER), "endpoints": {}}
    assert talking.problems() == [
        "model.yaml: {}: provider answers nowhere: give 'chat', 'responses' or 'messages'"
    ]


def test_an_agent_works_on_projects_that_are_there(talking: Talking) -> None:
    use = {"use": "agents/talker.yaml", "projects": ["till", "tills", "elsewhere"]}
    talking.writing.spec["agents"][1] = use
    assert talking.problems() == [
        "it.yaml: \"tills\": there is no project 'tills' in this benchmark, did you mean 'till'?",
        "it.yaml: \"elsewhere\": there is no project 'elsewhere' in this benchmark (projects here: till)",
    ]


def test_an_agent_works_on_a_project_once(talking: Talking) -> None:
    talking.writing.spec["agents"][1] = {"use": "agents/talker.yaml", "projects": ["till", "till"]}
    assert talking.problems() == ["it.yaml: \"till\": project 'till' is listed twice"]


def break_project(talking: Talking) -> None:
    talking.writing.spec["projects"].append("missing.yaml")
    talking.writing.spec["agents"][1] = {"use": "agents/talker.yaml", "projects": ["missing"]}


def break_agent(talking: Talking) -> None:
    talking.agent["run"] = {}


def break_budget(talking: Talking) -> None:
    talking.writing.spec["budget"] = {"trial": {"requests": "many"}}


def break_prices(talking: Talking) -> None:
    talking.writing.spec |= {"prices": "missing.yaml", "budget": {"trial": {"cost": "1"}}}


@pytest.mark.parametrize("spoil", [break_project, break_agent, break_budget, break_prices])
def test_what_could_not_be_loaded_is_not_missed(talking: Talking, spoil: Callable[[Talking], None]) -> None:
    spoil(talking)
    path = talking.write()
    partial = Library(talking.writing.root).partial(path)
    assert partial is not None
    assert list(model_problems(partial)) == []
