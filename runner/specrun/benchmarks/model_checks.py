"""What must fit together where agents talk to models: the agents, their models, and what these may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from specrun.spec import placeholders
from specrun.spec.leaves import walk
from specrun.spec.models import CommandAgent, ProviderModel
from specrun.spec.models.agent import MODEL_PLACES, MODEL_VARIABLES, AgentTemplate
from specrun.spec.models.common import AgentUse
from specrun.spec.problems import did_you_mean, quoted
from specrun.spec.values import Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.spec.document import DataPath
    from specrun.spec.library import Resolved
    from specrun.spec.models import Model, ProjectBenchmark
    from specrun.spec.models.budget import Budget
    from specrun.spec.problems import Problem


def model_problems(resolved: Resolved) -> Iterator[Problem]:
    """Everything that is wrong with a benchmark on projects about models.

    Of a benchmark that could only be loaded in part, what is missing is not missed.
    """
    benchmark = _benchmark(resolved)
    agents = resolved.parts["agents"]
    for agent in agents:
        yield from _line(agent)
    yield from _projects(resolved)
    talking = [agent for agent in agents if _models(agent)]
    if not talking and len(agents) == len(benchmark.agents):
        for key in ("budget", "prices"):
            if getattr(benchmark, key) is not None:
                message = f"{quoted(key)} is about models, and no agent has one"
                yield resolved.origin((key,)).problem(message)
    if talking and resolved.data.get("budget") is None:
        name = talking[0].model.id
        message = (
            f"{name} talks to a model, and nothing limits what it may use: give the benchmark a 'budget'"
        )
        yield talking[0].origin(("model",)).problem(message)
    if talking and benchmark.budget is not None:
        yield from _limits(resolved, benchmark.budget, talking)


def _line(agent: Resolved) -> Iterator[Problem]:
    """An agent that wants a model and has none, or the other way round; a model that answers nowhere."""
    used = _first_use(agent)
    models = _models(agent)
    if used is not None and not models:
        path, written = used
        message = f"{quoted(written)} is a way to a model, and {agent.model.id} has none: give it a 'model'"
        yield agent.origin(path).problem(message)
    if models and used is None:
        message = f"{agent.model.id} never uses its model: it says '${{llm.url}}' nowhere"
        yield agent.origin(("model",)).problem(message)
    for model in models:
        if isinstance(model.model, ProviderModel):
            ends = model.model.endpoints
            if (ends.chat, ends.responses, ends.messages) == (None, None, None):
                message = f"{model.model.id} answers nowhere: give 'chat', 'responses' or 'messages'"
                yield model.origin(("endpoints",)).problem(message)


def _first_use(agent: Resolved) -> tuple[DataPath, str] | None:
    """The first place where an agent is told of a model, and how that is written there."""
    if not isinstance(agent.model, CommandAgent):
        return None
    for path, kind, text in walk(CommandAgent, agent.data):
        if issubclass(kind, Template):
            found = [f"${{{name}}}" for name in placeholders.names(text) if name in MODEL_PLACES]
        elif issubclass(kind, AgentTemplate):
            found = [f"{{{{ {name} }}}}" for name in _template_uses(agent, text)]
        else:
            continue
        if found:
            return path, found[0]
    return None


def _template_uses(agent: Resolved, file: str) -> list[str]:
    """The variables of a template that are about a model."""
    from specrun.spec.templates import environment, read_template

    text = read_template(agent.path.parent / file)
    if not any(name in text for name in MODEL_VARIABLES):
        return []  # the usual case, without importing jinja2
    from jinja2 import meta

    used = meta.find_undeclared_variables(environment().parse(text))
    return [name for name in MODEL_VARIABLES if name in used]


def _projects(resolved: Resolved) -> Iterator[Problem]:
    """Agents that are for projects which the benchmark does not have, or twice for one."""
    benchmark = _benchmark(resolved)
    known = [project.model.id for project in resolved.parts["projects"]]
    if len(known) != len(benchmark.projects):
        return
    for number, use in enumerate(benchmark.agents):
        names = use.projects if isinstance(use, AgentUse) else ()
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f"project {quoted(name)} is listed twice"
                yield resolved.origin(("agents", number, "projects", position)).problem(message)
            if name not in known:
                hint = did_you_mean(name, known) or f" (projects here: {', '.join(sorted(known))})"
                message = f"there is no project {quoted(name)} in this benchmark{hint}"
                yield resolved.origin(("agents", number, "projects", position)).problem(message)


def _limits(resolved: Resolved, budget: Budget, talking: Sequence[Resolved]) -> Iterator[Problem]:
    """A budget that limits nothing, or the cost of what has no price."""
    if not any(value is not None for value in resolved.data["budget"]["trial"].values()):
        message = "this limits nothing: give 'requests', 'tokens', 'cost', ..."
        yield resolved.origin(("budget", "trial")).problem(message)
    limited = [scope for scope in ("trial", "run") if getattr(budget, scope).cost is not None]
    if limited and (_benchmark(resolved).prices is None or resolved.parts["prices"]):
        unpriced = sorted({name for agent in talking for name in _unpriced(resolved, agent)})
        for scope in limited:
            for name in unpriced:
                message = f"what {name} costs cannot be limited: it has no price in the table of prices"
                yield resolved.origin(("budget", scope, "cost")).problem(message)


def _unpriced(resolved: Resolved, agent: Resolved) -> Iterator[str]:
    """The names that the agent's model has at its provider and that no price is known of."""
    from specrun.benchmarks.prices import prices_of

    table = prices_of(resolved)
    for part in _models(agent):
        model = cast("Model", part.model)
        others = model.names.values() if isinstance(model, ProviderModel) else ()
        yield from (name for name in (model.name, *others) if table.price(name) is None)


def _models(agent: Resolved) -> tuple[Resolved, ...]:
    """The model of an agent, if it has one."""
    return agent.parts.get("model", ())


def _benchmark(resolved: Resolved) -> ProjectBenchmark:
    return cast("ProjectBenchmark", resolved.model)
