"""The noise in what agents send: clocks, ids and numbers that differ in every run.

Digits and ids go, words stay: a rule that needs letters needs a digit beside them, or a place that gives it
away. What is looked for has an end: a text of megabytes must not take minutes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from specrun.gateway.cassettes.places import placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 2
"""Cassettes say with which rules they were recorded; `specrun cassette redact` brings old ones up to date."""


class Rule(NamedTuple):
    """One kind of noise: the name of its placeholder, and how to take it out of a text."""

    name: str
    apply: Callable[[str], str]


def _rule(name: str, pattern: str, needle: str) -> Rule:
    """Replace what the pattern finds behind its group, looked for only in texts that have the needle."""
    found = re.compile(pattern)
    new = "\\1" * found.groups + placeholder(name)
    return Rule(name, lambda text: found.sub(new, text) if needle in text else text)


_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LONG_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:19|20)\d\d"
_ISO_DATE = rf"(?<!\d){_YEAR}-[01]\d-[0-3]\d"
_SECONDS = r":[0-6]\d(?:[.,]\d{1,9})?"
_MINUTES = r"[0-2]\d:[0-5]\d"
_ZONE = "(?: [A-Z]{3,4})?"
_NUMBER = r"\d+(?:\.\d+)?"
_HEX = "[0-9a-f]"
_HEX_WITH_DIGIT = r"(?=[a-f]*\d)[0-9a-f]"
_MACHINES = "(?:x86_64|aarch64|arm64|armv7l|i686|ppc64le|riscv64|s390x)"
_BUILD = rf"(?:(?: #\d++[^\n]{{0,200}}?)? {_MACHINES}(?!\w))?"
_KERNEL = rf"\d+\.\d+(?:\.\d+)?(?:[.+-]\w+)*\+?{_BUILD}"
"""Release, build and machine, as uname(1) shows them."""

RULES: tuple[Rule, ...] = (
    # Ids of sessions, devices and turns. The version of a UUID is a digit, so that none is a word.
    _rule(
        "uuid",
        rf"(?i)(?<![0-9a-z]){_HEX}{{8}}-{_HEX}{{4}}-[1-8]{_HEX}{{3}}-{_HEX}{{4}}-{_HEX}{{12}}(?![0-9a-z])",
        "-",
    ),
    # Clocks and calendars, in the ways of ISO 8601, date(1), ls(1) and JavaScript.
    _rule("time", rf"{_ISO_DATE}[T ]{_MINUTES}(?:{_SECONDS})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?!\d)", ":"),
    _rule("date", rf"{_ISO_DATE}(?!\d)", "-"),
    _rule(
        "time",
        rf"(?<![A-Za-z]){_DAY} {_MONTH} [ \d]\d {_MINUTES}{_SECONDS}(?: [AP]M)?{_ZONE} {_YEAR}(?!\d)",
        ":",
    ),
    _rule("date", rf"(?<![A-Za-z]){_DAY} {_MONTH} \d\d {_YEAR}(?!\d)", " "),
    _rule("date", rf"(?<![A-Za-z]){_LONG_DAY}, {_LONG_MONTH} \d\d?, {_YEAR}(?!\d)", "day, "),
    _rule("time", rf"(?<![A-Za-z]){_MONTH} [ \d]\d (?:{_MINUTES}| {_YEAR})(?!\d)", " "),
    _rule("clock", rf"(?<![\d:.]){_MINUTES}{_SECONDS}(?![\d:])", ":"),
    # Seconds, milliseconds, microseconds or nanoseconds since 1970, from 2014 on.
    _rule("epoch", r"(?<![\d.])(?:1[4-9]|20)\d{8}(?:\d{3}|\d{6}|\d{9}|\.\d{1,9})?(?!\.?\d)", ""),
    # Numbers of processes, and how long things took.
    _rule("pid", r"((?:PGID|PID|pid)(?:: |=| ))\d+", ""),
    _rule("chunk", r"(?<=Chunk ID: )[0-9a-f]{6}(?![0-9a-z])", "Chunk ID: "),
    _rule("agent", rf"(?<=agentId: ){_HEX_WITH_DIGIT}{{6,40}}(?![0-9a-z])", "agentId: "),
    _rule("seconds", rf"(?<=Wall time: ){_NUMBER}", "Wall time: "),
    _rule("duration", rf"(?<=duration_ms: ){_NUMBER}", "duration_ms: "),
    _rule("duration", r"(?<= in )\d+\.\d+ ?(?:s|ms|seconds)(?!\w)", " in "),
    # Names that mktemp and Python make: with a digit, or a capital in their midst, as words are not.
    _rule("temp", r"(?<=/tmp\.)(?=\w*?(?:\d|[a-z][A-Z]))[A-Za-z0-9]{10}(?!\w)", "/tmp."),  # noqa: S108
    _rule("temp", r"(?<=/tmp)(?=[a-z_]*\d)[a-z0-9_]{8}(?!\w)", "/tmp"),  # noqa: S108
    # Commits, where git shows them; never words such as "defaced".
    _rule("commit", rf"(?m)^{_HEX_WITH_DIGIT}{{7,12}}(?= \S)", " "),
    _rule("commit", rf"(?<=commit ){_HEX_WITH_DIGIT}{{7,40}}(?![0-9a-z])", "commit "),
    # The system, and the ports that it gives out.
    _rule("kernel", rf"(Linux (?:⟦host⟧ )?){_KERNEL}", "Linux "),
    _rule("kernel", r"(Linux-)\d[\w.+-]{0,100}-with-[a-z]+[\d.]*", "-with-"),
    _rule("port", r"((?:127\.0\.0\.1|localhost|\[::1\]):)\d{5}(?!\d)", ":"),
)
