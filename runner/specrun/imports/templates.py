"""Foreign text as our templates, patterns and records have to write it."""

from __future__ import annotations

import json
import re
from typing import Any

_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def as_is(text: str) -> str:
    """A text for a template that has placeholders: none of them is in it."""
    return text.replace("${", "$${")


def expression(text: str) -> str:
    """A regular expression of RE2 that matches just this text."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def record_line(fields: dict[str, Any]) -> str:
    """A record as it stands in JSON Lines."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
