"""A scripted policy at work: it looks at its context, makes its calls, and answers from what it has seen."""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
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


class _Found:
    """What a policy will answer, from what it has seen so far: its context, then page by page.

    Of what it has seen it keeps only what its answer needs.
    """

    def __init__(self, rule: AnswerRule, inline: Inline) -> None:
        self._rule = rule
        self._pattern = None if rule.find is None else pattern(rule.find)
        self._matches: list[str] = []
        self._known: set[str] = set()
        if self._pattern is not None:
            self._take(inline.matches(self._pattern))

    def look(self, text: str) -> None:
        """See one more page."""
        if self._pattern is not None:
            self._take(self._pattern.in_text(text))

    @property
    def answer(self) -> str:
        """What it says."""
        if self._rule.find is None:
            return self._rule.text or ""
        return "\n".join(self._matches) if self._matches else self._rule.otherwise

    def _take(self, matches: Iterator[str]) -> None:
        if self._rule.take == "last":
            self._matches = list(deque(matches, maxlen=1)) or self._matches
        elif self._rule.take == "first":
            self._matches = self._matches or list(islice(matches, 1))
        else:
            for match in matches:
                if match not in self._known:
                    self._known.add(match)
                    self._matches.append(match)


class _Session:
    """The calls of one trial."""

    def __init__(self, material: Material, most: int, found: _Found) -> None:
        self.uses: list[ToolUse] = []
        self.args: list[dict[str, Argument]] = []
        self.stopped = False
        self._material = material
        self._most = most
        self._found = found

    def make(self, call: Call) -> None:
        """Make one declared call, and where it says so those that follow it."""
        name = call.read or call.grep or call.tail or ""
        source = self._material.source(name)
        tool = _tool(call)
        following: ToolCall | None = ToolCall(tool, _arguments(call, source.content.artifact.id))
        while following is not None and not self.stopped:
            if len(self.uses) >= self._most:
                self.stopped = True
                return
            page = self._call(tool, name, following)
            seen = _NUMBER.sub("", page.text)
            self._found.look(seen)
            done = call.until is None or _has(seen, call.until)
            following = None if done or call.tail else page.next

    def _call(self, tool: Tool, name: str, call: ToolCall) -> Page:
        page = call_tool(self._material, call.tool, call.args)
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
        return page


def act(policy: ScriptedPolicy, inline: Inline, material: Material, most_calls: int) -> Acted:
    """Let a policy act on a context. Where there are no tools, it makes no calls."""
    found = _Found(policy.answer, inline)
    session = _Session(material, most_calls, found)
    for call in policy.calls if inline.tools else ():
        session.make(call)
    return Acted(
        answer=found.answer,
        uses=tuple(session.uses),
        args=tuple(session.args),
        stopped=session.stopped,
    )


def _has(text: str, wanted: str) -> bool:
    return next(pattern(wanted).in_text(text), None) is not None


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
