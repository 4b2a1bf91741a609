"""The typed models of every kind of spec: the one source of truth, of which the schema files are made."""

from __future__ import annotations

from specrun.spec.models.agent import Agent, CommandAgent, NopAgent, OracleAgent, ScriptAgent
from specrun.spec.models.benchmark import Benchmark, ProjectBenchmark
from specrun.spec.models.common import Override, Spec
from specrun.spec.models.context import Context
from specrun.spec.models.context_fixture import ContextFixture
from specrun.spec.models.model import Model, ProviderModel, ScriptedModel
from specrun.spec.models.platform import Platform
from specrun.spec.models.prices import Prices
from specrun.spec.models.project import Project
from specrun.spec.models.test_running import TestRunning
from specrun.spec.models.test_writing import TestWriting

KINDS: dict[str, dict[str | None, type[Spec]]] = {
    "agent": {"command": CommandAgent, "script": ScriptAgent, "oracle": OracleAgent, "nop": NopAgent},
    "model": {"provider": ProviderModel, "scripted": ScriptedModel},
    "prices": {None: Prices},
    "platform": {None: Platform},
    "project": {None: Project},
    "context-fixture": {None: ContextFixture},
    "test-running": {None: TestRunning},
    "test-writing": {None: TestWriting},
    "context": {None: Context},
}
"""Kind, then `type` (None where a kind has no types), to its model."""

BENCHMARKS = frozenset({"test-running", "test-writing", "context"})
"""The kinds that can be run."""

__all__ = [
    "BENCHMARKS",
    "KINDS",
    "Agent",
    "Benchmark",
    "CommandAgent",
    "Context",
    "ContextFixture",
    "Model",
    "NopAgent",
    "OracleAgent",
    "Override",
    "Platform",
    "Prices",
    "Project",
    "ProjectBenchmark",
    "ProviderModel",
    "ScriptAgent",
    "ScriptedModel",
    "Spec",
    "TestRunning",
    "TestWriting",
]
