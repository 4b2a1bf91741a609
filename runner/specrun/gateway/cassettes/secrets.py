"""What keys, tokens and names look like, wherever they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.places import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHORTEST_SECRET = 8
"""Shorter values are not taken for secrets: they would be found in every other word."""

_SHORTEST_NAME = 3

_HIDING = re.compile("_(?:KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
_SHORTEST_OF_ENVIRONMENT = 12
"""Anybody may call anything a key, so that it takes more to be one."""

_COMMON_NAMES = (
    "admin app build ci code debian dev docker git guest home host localhost me nobody node python root "
    "runner server specrun test tester ubuntu user users vagrant work workspace"
)
"""Names of users and hosts that tell nothing, and are words."""

_BEFORE = r"(?<![A-Za-z0-9_-])"

_KEYS = {
    "sk-": rf"{_BEFORE}sk-[A-Za-z0-9_-]{{16,}}",
    **{f"gh{kind}_": rf"{_BEFORE}gh{kind}_[A-Za-z0-9]{{30,}}" for kind in "pousr"},
    "github_pat_": rf"{_BEFORE}github_pat_[A-Za-z0-9_]{{30,}}",
    "glpat-": rf"{_BEFORE}glpat-[A-Za-z0-9_-]{{16,}}",
    "pypi-": rf"{_BEFORE}pypi-[A-Za-z0-9_-]{{40,}}",
    **{each: rf"{_BEFORE}{each}[A-Za-z0-9]{{30,}}" for each in ("hf_", "npm_", "gsk_", "dop_v1_")},
    **{each: rf"{_BEFORE}{each}[A-Za-z0-9]{{16,}}" for each in ("sk_live_", "rk_live_")},
    "xox": rf"{_BEFORE}xox[abeprs]-[A-Za-z0-9-]{{10,}}",
    "akia": r"(?<![A-Za-z0-9/+=_-])AKIA[0-9A-Z]{16}(?![A-Za-z0-9/+=_-])",
    "aiza": r"(?<![A-Za-z0-9/+=_-])AIza[0-9A-Za-z_-]{35}(?![A-Za-z0-9/+=_-])",
    "eyj": r"(?<![A-Za-z0-9/+=_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "private key": r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}KEY-----)?",
    "://": r"(?<=://)[^\s/@:⟦]{1,100}:[^\s/@⟦]{1,200}(?=@)",
}
"""Keys and tokens as services make them, each behind what every one of them has in it, in lower case."""

_SEPARATORS = (": ", ":", "=", '": "', '":"', '\\": \\"', "': '", "': b'")
_NAMED = {
    **dict.fromkeys(("authorization", "x-api-key", "x-goog-api-key", "api-key", "api_key"), _SEPARATORS),
    "aws_secret_access_key": (*_SEPARATORS, " = ", '="', '=\\"', "='"),
}
"""Headers and variables whose value lets somebody in, and what stands between the two."""
_VALUE = r"(?=[^\s\"'⟦]{0,400}?\d)[A-Za-z0-9._~+/=-]{12,}"
"""Such a value, which lets somebody in: long, and with a digit, which words have not."""


class Wanted:
    """Something to be taken out: by which name, where it is, and what it has in it in lower case."""

    def __init__(self, name: str, pattern: str, needle: str) -> None:
        self.name = name
        self.pattern = re.compile(pattern)
        self.needle = needle.lower()


def secrets(values: Iterable[str]) -> Iterator[Wanted]:
    """Exact values, a longer one before what it begins with, and everything that looks like a key."""
    exact = {form for value in values if len(value) >= SHORTEST_SECRET for form in spellings(value)}
    for form in sorted(exact, key=lambda each: (-len(each), each)):
        yield Wanted("secret", re.escape(form), form)
    for needle, pattern in _KEYS.items():
        yield Wanted("secret", pattern, needle)
    for scheme in ("bearer ", "basic "):
        yield Wanted("secret", rf"(?i:(?<={scheme})){_VALUE}", scheme)
    for header, separators in _NAMED.items():
        behind = "|".join(f"(?<={re.escape(header + separator)})" for separator in separators)
        yield Wanted("secret", rf"(?i:{behind}){_VALUE}", header)


def of_environment(environ: Mapping[str, str]) -> list[str]:
    """The values of variables that are secrets by their names: `..._KEY`, `..._TOKEN` and the like."""
    return [
        value
        for name, value in environ.items()
        if _HIDING.search(name) and len(value) >= _SHORTEST_OF_ENVIRONMENT
    ]


def names(kind: str, name: str | None) -> Iterator[Wanted]:
    """The name of a user or host, as a whole word; where it is a common one, in paths and addresses alone."""
    for form in spellings(name) if name else ():
        for pattern in _name_patterns(form):
            yield Wanted(kind, pattern, form)


def _name_patterns(name: str) -> tuple[str, ...]:
    exact = re.escape(name)
    if len(name) >= _SHORTEST_NAME and name.lower() not in _COMMON_NAMES.split():
        return (rf"(?<!\w){exact}(?!\w)",)
    return (
        rf"(?<=/home/){exact}(?![\w.-])",
        rf"(?<=/Users/){exact}(?![\w.-])",
        rf"(?<!\w){exact}(?=@[\w⟦-])",
        rf"(?<=\d\(){exact}(?=\))",
    )
