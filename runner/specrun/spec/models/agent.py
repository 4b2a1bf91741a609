"""`kind: agent`: something that is given a prompt and a workspace."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from specrun.spec.models.common import (
    MOST,
    MOST_STEPS,
    Id,
    Reference,
    Spec,
    Strict,
    ToolCheck,
    VariableName,
    WorkPath,
)
from specrun.spec.values import LONGEST_PATH, Duration, FileRef, PatchRef, Regex, Template, TemplateRef

CASE_FILES = ("case.source", "case.test")
"""Placeholders that stand for something only where a case is a file that tests are wanted for."""

MODEL_PLACES = ("llm.url", "llm.key", "llm.model")
"""Placeholders that stand for something only where an agent has a model."""

MODEL_VARIABLES = ("llm_url", "llm_key", "llm_model")
"""The same for templates."""


class AgentText(Template):
    """Text with the placeholders that an agent may use."""

    __slots__ = ()
    names: ClassVar = frozenset(
        {
            "home",
            "project",
            "agent.id",
            "agent.version",
            "agent.dir",
            "prompt.file",
            "prompt.text",
            "stage",
            "answer.file",
            *CASE_FILES,
            *MODEL_PLACES,
        }
    )


_PER_TRIAL = "is not known yet when the agent is installed, once for all trials"
NOT_FOR_SHELLS = (
    "must not stand in a script, where the shell would run what the prompt says: "
    "read '${prompt.file}', or stdin with 'prompt: {via: stdin}'"
)


class AgentScript(AgentText):
    """A bash script of an agent."""

    __slots__ = ()
    pattern = r"^[\s\S]*\S[\s\S]*$"
    example = 'tool < "${prompt.file}"'
    meaning = "a script that is not empty"
    refused: ClassVar = {"prompt.text": NOT_FOR_SHELLS}


class InstallText(AgentText):
    """A word of what is run when an agent is installed, before any trial."""

    __slots__ = ()
    refused: ClassVar = dict.fromkeys(
        ("prompt.text", "prompt.file", "stage", "answer.file", *CASE_FILES, *MODEL_PLACES), _PER_TRIAL
    )


class InstallScript(InstallText):
    """The bash script that installs an agent."""

    __slots__ = ()
    pattern = AgentScript.pattern
    example = 'make install PREFIX="${agent.dir}"'
    meaning = AgentScript.meaning


_NOT_INSTALLED = {
    "agent.dir": "is the folder of an installed agent, and a scripted agent is not installed",
    **dict.fromkeys(MODEL_PLACES, "is the way to a model, and a scripted agent has none"),
}


class StepText(AgentText):
    """What a scripted agent writes."""

    __slots__ = ()
    refused: ClassVar = _NOT_INSTALLED


class StepScript(AgentScript):
    """A bash script that a scripted agent runs."""

    __slots__ = ()
    example = "python -m pytest"
    refused: ClassVar = {**AgentScript.refused, **_NOT_INSTALLED}


class HomePath(AgentText):
    """A path in the agent's home."""

    __slots__ = ()
    longest = LONGEST_PATH
    refused: ClassVar = {"prompt.text": "must not stand in a path: a prompt is no name of a file"}
    pattern = r"^\$\{home\}/(?!(.*/)?\.\.(/|$))[^/].*$(?!\n)"
    example = "${home}/.config/agent.toml"
    meaning = "a path under ${home}"

    @property
    def below_home(self) -> str:
        """The path relative to the home. Its placeholders are not filled in."""
        return self.removeprefix("${home}/")


class AgentTemplate(TemplateRef):
    """A Jinja2 template of a file in the agent's home."""

    __slots__ = ()
    variables: ClassVar = frozenset(
        {"home", "project", "agent_id", "agent_version", "agent_dir", *MODEL_VARIABLES}
    )


Words = Annotated[tuple[AgentText, ...], Meta(min_length=1, max_length=MOST)]


class AgentFile(Strict, kw_only=True, frozen=True):
    """A file that is put into the workspace's home before the agent starts."""

    alternatives: ClassVar = (("source",), ("template",))

    path: Annotated[HomePath, Meta(description="Where it goes; under ${home}.")]
    source: Annotated[FileRef | None, Meta(description="A file to copy, relative to this spec.")] = None
    template: Annotated[AgentTemplate | None, Meta(description="A Jinja2 template to render.")] = None


class Verify(Strict, kw_only=True, frozen=True):
    """Proof that the agent that was installed is the one that was named."""

    run: Annotated[tuple[InstallText, ...], Meta(description="The command.", min_length=1, max_length=MOST)]
    matches: Annotated[Regex | None, Meta(description="What its output must match.")] = None


class Install(Strict, kw_only=True, frozen=True):
    """How the agent gets onto the machine: once, into ${agent.dir}, a folder of its own."""

    script: Annotated[InstallScript, Meta(description="A bash script; it runs with set -euo pipefail.")]
    timeout: Annotated[Duration, Meta(description="Longest time it may take; 10m unless given.")] = (
        msgspec.field(default_factory=lambda: Duration("10m"))
    )
    network: Annotated[bool, Meta(description="Whether it needs the network.")] = False
    verify: Annotated[Verify | None, Meta(description="How to prove the result.")] = None


class PromptDelivery(Strict, kw_only=True, frozen=True):
    """How the agent gets its prompt."""

    via: Annotated[
        Literal["file", "stdin", "argument"],
        Meta(description="`file`: ${prompt.file}; `stdin`; `argument`: ${prompt.text}, or appended."),
    ] = "file"


class CommandRun(Strict, kw_only=True, frozen=True):
    """How the agent is started, once for each stage."""

    alternatives: ClassVar = (("command",), ("script",))

    command: Annotated[Words | None, Meta(description="The command, as a list of words.")] = None
    script: Annotated[
        AgentScript | None, Meta(description="A bash script; it runs with set -euo pipefail.")
    ] = None
    prompt: Annotated[PromptDelivery, Meta(description="How the prompt is handed over.")] = PromptDelivery()
    exit_ok: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=255)], ...],
        Meta(description="Exit codes that mean success.", min_length=1, max_length=256),
    ] = (0,)


class Cache(Strict, kw_only=True, frozen=True):
    """A folder that the agent may keep between trials."""

    name: Annotated[Id, Meta(description="The name of the cache.")]
    path: Annotated[HomePath, Meta(description="Where it is; under ${home}.")]
    scope: Annotated[
        Literal["none", "case", "agent"],
        Meta(description="Who shares it: nobody, trials of one case, or all trials of this agent."),
    ] = "none"


class Agent(Spec, kw_only=True, frozen=True):
    """What every agent has."""

    kind: Annotated[Literal["agent"], Meta(description="What this spec describes.")]
    version: Annotated[
        str, Meta(description="The agent's version, in quotes.", min_length=1, max_length=80)
    ] = "1"


CLAIMED = "stdout"
"""Where an agent may claim its tokens, besides a file."""


class ClaimPath(HomePath):
    """Where an agent says how many tokens it has used."""

    __slots__ = ()
    pattern = rf"^{CLAIMED}$|{HomePath.pattern}"
    example = "stdout, ${home}/trajectory.json"
    meaning = "'stdout' or a path under ${home}"


Selector = Annotated[
    str,
    Meta(
        pattern=r"^[^.\s]+(\.[^.\s]+)*$(?!\n)",
        max_length=200,
        title="keys with '.' between them; '*' is every element",
    ),
]
Selectors = Annotated[tuple[Selector, ...], Meta(min_length=1, max_length=20)]


class UsageClaim(Strict, kw_only=True, frozen=True):
    """How to read the agent's own count of its tokens, which is compared with the gateway's."""

    read: Annotated[ClaimPath, Meta(description="Where it is: `stdout`, or a file under ${home}.")]
    format: Annotated[
        Literal["json", "jsonl"],
        Meta(
            description="One JSON value, or one on each line that is a JSON object; others are passed over."
        ),
    ]
    where: Annotated[
        dict[Selector, str], Meta(description="Only of values in which these are so.", max_length=20)
    ] = {}
    input: Annotated[Selectors, Meta(description="Tokens of prompts; what several give is added up.")]
    output: Annotated[Selectors, Meta(description="Tokens of answers; what several give is added up.")]


class CommandAgent(Agent, kw_only=True, frozen=True):
    """An agent that is a program."""

    references: ClassVar[dict[str, str]] = {"model": "model"}

    type: Annotated[Literal["command"], Meta(description="Which type of agent this is.")]
    model: Annotated[
        Reference | None, Meta(description="The model that it talks to, by way of specrun's gateway.")
    ] = None
    needs: Annotated[
        tuple[ToolCheck, ...],
        Meta(description="Commands that must be on the machine, or its trials cannot run.", max_length=MOST),
    ] = ()
    claim: Annotated[UsageClaim | None, Meta(description="How it says what it has used, if it does.")] = None
    run: Annotated[CommandRun, Meta(description="How it is started.")]
    install: Annotated[Install | None, Meta(description="How it gets onto the machine.")] = None
    files: Annotated[
        tuple[AgentFile, ...], Meta(description="Files it needs in its home.", max_length=MOST)
    ] = ()
    env: Annotated[
        dict[VariableName, AgentText], Meta(description="Its environment variables.", max_length=MOST)
    ] = {}
    caches: Annotated[
        tuple[Cache, ...], Meta(description="Folders it keeps between trials.", max_length=MOST)
    ] = ()


class Step(Strict, kw_only=True, frozen=True):
    """One thing that a scripted agent does in the project."""

    alternatives: ClassVar = (("write", "content"), ("patch",), ("run",))

    write: Annotated[WorkPath | None, Meta(description="A file to write, relative to the project.")] = None
    content: Annotated[StepText | None, Meta(description="What to write into it.")] = None
    patch: Annotated[
        PatchRef | None, Meta(description="A patch to apply, in git's format, relative to this spec.")
    ] = None
    run: Annotated[
        StepScript | None, Meta(description="A bash script to run; it runs with set -euo pipefail.")
    ] = None


class ScriptAgent(Agent, kw_only=True, frozen=True):
    """An agent that does the same declared steps every time."""

    type: Annotated[Literal["script"], Meta(description="Which type of agent this is.")]
    steps: Annotated[
        tuple[Step, ...], Meta(description="The steps, in order.", min_length=1, max_length=MOST_STEPS)
    ]


class OracleAgent(Agent, kw_only=True, frozen=True):
    """An agent that gives the case's known answer. It must pass every valid case."""

    type: Annotated[Literal["oracle"], Meta(description="Which type of agent this is.")]


class NopAgent(Agent, kw_only=True, frozen=True):
    """An agent that does nothing. It must fail every valid case."""

    type: Annotated[Literal["nop"], Meta(description="Which type of agent this is.")]
