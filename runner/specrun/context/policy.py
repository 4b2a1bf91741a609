"""A scripted policy at work: it looks at its context, makes its calls, and answers from what it has seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from specrun.artifacts.page import Call as ToolCall
from specrun.artifacts.tools import call as call_tool
from specrun.context.lines_found import pattern
from specrun.context.trace import ToolUse, runs
from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.page import Argument, Page
    from specrun.context.inline import Inline
    from specrun.context.material import Material
    from specrun.context.trace import Tool
    from specrun.spec.models.context_fixture import AnswerRule, Call, ScriptedPolicy

_NUMBER = re.compile(r"^ *[0-9]+[:-] ", re.MULTILINE)
"""What stands before a line on a page."""


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy did."""

    answer: str
    uses: tuple[ToolUse, ...]
    args: tuple[dict[str, Argument], ...]
    """Of each call."""
    stopped: bool
    """Whether the limit of calls ended it before it was done."""


class _Session:
    """The calls of one trial."""

    def __init__(self, material: Material, most: int) -> None:
        self.uses: list[ToolUse] = []
        self.args: list[dict[str, Argument]] = []
        self.pages: list[str] = []
        """What was seen on pages, without line numbers."""
        self.stopped = False
        self._material = material
        self._most = most

    def make(self, call: Call) -> None:
        """Make one declared call, and where it says so those that follow it."""
        name = call.read or call.grep or call.tail or ""
        source = self._material.source(name)
        tool = _tool(call)
        following: ToolCall | None = ToolCall(tool, _arguments(call, source.content.artifact.id))
        while following is not None and not self.stopped:
            page = self._call(tool, name, following)
            done = call.until is None or any(pattern(call.until).in_text(self.pages[-1]))
            following = None if page is None or done or call.tail else page.next

    def _call(self, tool: Tool, name: str, call: ToolCall) -> Page | None:
        if len(self.uses) >= self._most:
            self.stopped = True
            return None
        material = self._material
        page = call_tool(material, call.tool, call.args)
        self.uses.append(
            ToolUse(
                tool=tool,
                artifact=name,
                call_tokens=estimate(len(call.text)),
                page_tokens=estimate(len(page.text)),
                lines=runs(line for line in page.lines if line in page.matched or line not in page.partial),
                refused=page.text if page.refused else None,
            )
        )
        self.args.append(call.args)
        self.pages.append(_NUMBER.sub("", page.text))
        return page


def act(policy: ScriptedPolicy, inline: Inline, material: Material, most_calls: int) -> Acted:
    """Let a policy act on a context. Where there are no tools, it makes no calls."""
    session = _Session(material, most_calls)
    for call in policy.calls if inline.tools else ():
        session.make(call)
    return Acted(
        answer=_answer(policy.answer, inline, session.pages),
        uses=tuple(session.uses),
        args=tuple(session.args),
        stopped=session.stopped,
    )


def _answer(rule: AnswerRule, inline: Inline, pages: list[str]) -> str:
    if rule.find is None:
        return rule.text or ""
    found = _matches(rule.find, inline, pages)
    if rule.take == "first":
        return next(found, rule.otherwise)
    matches = list(dict.fromkeys(found))
    if not matches:
        return rule.otherwise
    return "\n".join(matches) if rule.take == "all" else matches[-1]


def _matches(wanted: str, inline: Inline, pages: list[str]) -> Iterator[str]:
    """What was seen and matches: in the prompt first, then page by page."""
    compiled = pattern(wanted)
    yield from inline.matches(compiled)
    for page in pages:
        yield from compiled.in_text(page)


def _tool(call: Call) -> Tool:
    return "read" if call.read else "grep" if call.grep else "tail"


def _arguments(call: Call, artifact: str) -> dict[str, Argument]:
    """The arguments of a call, without those that have their default."""
    args: dict[str, Argument] = {"artifact": artifact}
    if call.read:
        optional: dict[str, Argument | None] = {
            "start_line": call.start_line if call.start_line > 1 else None,
            "limit": call.lines,
        }
    elif call.grep:
        args["query"] = call.query or ""
        optional = {"regex": call.regex or None, "context": call.context or None, "limit": call.lines}
    else:
        optional = {"lines": call.lines}
    return {**args, **{name: value for name, value in optional.items() if value is not None}}
