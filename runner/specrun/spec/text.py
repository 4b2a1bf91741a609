"""YAML text to plain data: strict, bounded, without recursion.

Data is built straight from libyaml's events. That is several times faster than PyYAML's own constructor, and
hostile nesting cannot exhaust the stack, which PyYAML's composer lets it do.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from specrun.spec.garbage import no_garbage_collection
from specrun.spec.problems import Problem, SpecError, quoted
from specrun.spec.scalars import resolve, spelling
from specrun.spec.syntax import problem_after, syntax_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one spec file."""
DEEPEST = 100
"""Mappings and lists inside each other."""
MOST_VALUES = 1_000_000
"""Values in mappings and lists, with aliases expanded."""

MOST_PROBLEMS = 100
"""Problems that are told of one file; a file with more is better mended step by step."""
MORE_PROBLEMS = f"and more; only the first {MOST_PROBLEMS} problems are shown"

_UNFINISHED = object()
"""What an anchor stands for until its value is whole."""


def decode(path: Path, raw: bytes) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises SpecError that points at a bad byte."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise SpecError([problem_after(path, before, message)]) from None


def parse(path: Path, text: str) -> Any:
    """The plain data of one YAML document: dict, list, str, int, float, bool, None.

    Aliases are shared objects: do not change what comes back. An empty file is None. Raises SpecError.
    """
    data, problems, _ = parse_through(path, text)
    if problems:
        raise SpecError(problems)
    return data


class Read(NamedTuple):
    """What could be read of a text: its data, and the problems in spite of which there is data.

    `composable` is the text without what PyYAML's own composer refuses: all else is where it was.
    """

    data: Any
    problems: list[Problem]
    composable: str


def parse_through(path: Path, text: str) -> Read:
    """The data as `parse` gives it, with the problems in spite of which there is data.

    Of a key that is there twice the first value counts; what stands under a key that is no text is left out;
    a bad alias is null; only the first document is read. Raises SpecError for what ends the reading: broken
    YAML, tabs, limits.
    """
    builder = None
    try:
        with no_garbage_collection():
            builder = _Builder(path, text)
            return Read(builder.build(), builder.problems, builder.composable)
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes of UTF-8 here.
        before = text.encode()[: error.position].decode(errors="ignore")
        message = f"control character U+{int(error.character):04X} is not allowed"
        problem = problem_after(path, before, message)
    except yaml.MarkedYAMLError as error:
        problem = syntax_problem(path, text, error)
    raise SpecError([*(builder.problems if builder else ()), problem])


class _SecondDocumentError(Exception):
    """What follows is not looked at."""


class _Dropped:
    """The key, until the end, of a value that does not count."""


class _Builder:
    """Builds the data of one document, event by event."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.composable = text
        self.parser = CParser(text)
        self.top: list[Any] = []
        self.container: Any = self.top
        self.key: str | _Dropped | None = None
        self.stack: list[tuple[Any, str | None]] = []
        self.problems: list[Problem] = []
        self.dropped: list[tuple[dict[Any, Any], _Dropped]] = []
        self.anchors: dict[str, Any] = {}
        self.values = 0
        self.aliases = False

    def build(self) -> Any:
        """All events to data."""
        handlers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self.on_scalar,
            MappingStartEvent: self.on_mapping,
            SequenceStartEvent: self.on_list,
            MappingEndEvent: self.on_end,
            SequenceEndEvent: self.on_end,
            AliasEvent: self.on_alias,
            DocumentStartEvent: self.on_document,
        }
        next_event = self.parser.get_event
        with suppress(_SecondDocumentError):
            while (event := next_event()) is not None:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        if self.aliases:
            self.check_expanded()
        for mapping, key in self.dropped:
            mapping.pop(key, None)
        return self.top[0] if self.top else None

    def on_document(self, event: Any) -> None:
        """Only one."""
        if self.top:
            self.note(event, "a file holds one YAML document, and here a second one starts")
            self.composable = self.composable[: event.start_mark.index]
            raise _SecondDocumentError

    def on_scalar(self, event: Any) -> None:
        """A scalar: most are simply their text."""
        value = event.value
        if event.implicit[0] or event.tag or event.anchor or event.style == '"':
            value = self.scalar(event)
        self.add(event, value)

    def scalar(self, event: Any) -> Any:
        """The value of a scalar that may be more than its text. What it cannot mean stays text."""
        if event.tag:
            self.note_tag(event)
        value: Any = event.value
        if event.implicit[0]:
            try:
                value = resolve(value)
            except ValueError as error:
                self.note(event, str(error))
        elif "\0" in value:
            self.note(event, "text must not hold a NUL character")
            value = value.replace("\0", "")
        if event.anchor:
            self.check_anchor(event)
            self.anchors[event.anchor] = value
        return value

    def on_mapping(self, event: Any) -> None:
        """A mapping starts."""
        self.open(event, {})

    def on_list(self, event: Any) -> None:
        """A list starts."""
        self.open(event, [])

    def open(self, event: Any, value: Any) -> None:
        """Add an empty container, and fill it from now on."""
        if event.tag:
            self.note_tag(event)
        if len(self.stack) >= DEEPEST:
            self.refuse(event, f"nested deeper than {DEEPEST} levels")
        if event.anchor:
            self.check_anchor(event)
            self.anchors[event.anchor] = _UNFINISHED
        parent = self.container
        self.add(event, value)
        self.stack.append((parent, event.anchor))
        self.container = value

    def on_end(self, _event: Any) -> None:
        """The innermost container is whole."""
        whole = self.container
        self.container, anchor = self.stack.pop()
        if anchor:
            self.anchors[anchor] = whole

    def on_alias(self, event: Any) -> None:
        """An alias stands for the very object that its anchor names."""
        self.aliases = True
        if event.anchor not in self.anchors:
            self.bad_alias(event, f"alias {quoted('*' + event.anchor)} has no anchor above it")
        elif self.anchors[event.anchor] is _UNFINISHED:
            self.bad_alias(event, f"alias {quoted('*' + event.anchor)} contains itself")
        else:
            self.add(event, self.anchors[event.anchor])

    def bad_alias(self, event: Any, message: str) -> None:
        """Note an alias that stands for nothing, and go on with null in its place."""
        start, end = event.start_mark.index, event.start_mark.index + 1 + len(event.anchor)
        self.composable = self.composable[:start] + "x" * (end - start) + self.composable[end:]
        if type(self.container) is dict and self.key is None:
            self.key = self.drop(event, message)
        else:
            self.note(event, message)
            self.add(event, None)

    def add(self, event: Any, value: Any) -> None:
        """Put a value into the innermost container, or take it as the next key."""
        container = self.container
        if type(container) is list:
            container.append(value)
        elif self.key is None:
            self.key = self.checked_key(event, value)
            return
        else:
            container[self.key] = value
            self.key = None
        self.values += 1
        if self.values > MOST_VALUES:
            self.refuse(event, f"more than {MOST_VALUES:,} values")

    def checked_key(self, event: Any, value: Any) -> str | _Dropped:
        """A key of the innermost mapping."""
        if type(value) is not str:
            if isinstance(value, dict | list):
                self.refuse(event, "a key must be text, not a mapping or list")
            return self.drop(event, f"a key must be text: put {quoted(spelling(value))} in quotes")
        if value in self.container:
            return self.drop(event, f"duplicate key {quoted(value)}")
        if value == "<<" and type(event) is ScalarEvent and event.implicit[0]:
            return self.drop(event, "merge keys ('<<') are not part of the spec language")
        return value

    def drop(self, event: Any, message: str) -> _Dropped:
        """A problem with a key, and what to put its value under."""
        self.note(event, message)
        key = _Dropped()
        self.dropped.append((self.container, key))
        return key

    def check_anchor(self, event: Any) -> None:
        """An anchor has one meaning."""
        if event.anchor in self.anchors:
            self.refuse(event, f"duplicate anchor {quoted('&' + event.anchor)}")

    def check_expanded(self) -> None:
        """Hold the limits again, with every alias expanded: level by level, counted before it is built."""
        values = 0
        level: list[Any] = [self.top]
        for _ in range(DEEPEST + 1):
            values += sum(map(len, level))
            if values > MOST_VALUES:
                self.refuse(None, f"more than {MOST_VALUES:,} values when its aliases are expanded")
            children = (item.values() if isinstance(item, dict) else item for item in level)
            level = [child for group in children for child in group if isinstance(child, dict | list)]
        if level:
            self.refuse(None, f"nested deeper than {DEEPEST} levels when its aliases are expanded")

    def note_tag(self, event: Any) -> None:
        """Note a `!tag`; the value is read as if there were none."""
        self.note(event, f"tags are not part of the spec language: {quoted(event.tag)}")

    def note(self, event: Any, message: str) -> None:
        """Go on after a problem at an event."""
        if len(self.problems) == MOST_PROBLEMS:
            self.refuse(event, MORE_PROBLEMS)
        self.problems.append(self.problem(event, message))

    def refuse(self, event: Any, message: str) -> NoReturn:
        """Stop with a problem at an event, or at the start of the file."""
        raise SpecError([*self.problems, self.problem(event, message)])

    def problem(self, event: Any, message: str) -> Problem:
        """A problem at an event, or at the start of the file."""
        line, column = (event.start_mark.line + 1, event.start_mark.column + 1) if event else (1, 1)
        return Problem(self.path, line, column, message)
