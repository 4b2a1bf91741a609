"""The folders of a trial in every spelling that agents give them, and the placeholders for them."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = re.compile(r"[a-z]+")
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f⟦⟧]')
_SHORT = 3
"""Folders of fewer steps may be a part of others (`/root`), and count only where a path can begin."""
_END = r"(?![\w-])(?!\.\w)"


def placeholder(name: str) -> str:
    """What is stored in the place of something that is different on every machine."""
    return f"⟦{name}⟧"


class Form(NamedTuple):
    """A spelling of a folder, how to find it, and the name of the placeholder for it."""

    spelling: str
    pattern: str
    name: str


class Places:
    """Folders by the name of their placeholder, such as `cwd`, `home` and `tmp`.

    Recording takes them out, replaying puts those of the new trial in. Raises ValueError for a path that is
    not absolute, and for one with quotes, backslashes or control characters: within JSON within JSON, which
    is how arguments of tools travel, nothing could be put in for it.
    """

    def __init__(self, folders: Mapping[str, str | os.PathLike[str]]) -> None:
        self._paths = {name: _checked(name, os.fspath(path)) for name, path in sorted(folders.items())}
        self.patterns = _longest_first(form for each in self._paths.items() for form in _forms(*each))
        self.relative = _longest_first(_relative(self._paths))
        """Ways from `cwd` to the others. They may be anybody's, so nothing is put in for them."""

    def put_in(self, content: bytes) -> bytes:
        """UTF-8 text or JSON with the folders in place of their placeholders."""
        if "⟦".encode() not in content:
            return content
        for name, path in self._paths.items():
            content = content.replace(placeholder(name).encode(), (path or "/").encode())
            content = content.replace(placeholder(f"{name}-slug").encode(), _slug(path).encode())
        return content


def spellings(text: str) -> list[str]:
    """A text as it is, and as JSON may write it inside of a string that is JSON itself."""
    escaped = json.dumps(text)[1:-1]
    return list(dict.fromkeys((text, escaped, escaped.replace("/", r"\/"))))


def _checked(name: str, path: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{quoted(name)} is no name for a folder: lower case letters only")
    if not path.startswith("/") or _UNSAFE.search(path):
        raise ValueError(f"{name}: {quoted(path)} cannot be recorded: not absolute, or unusual characters")
    return path.rstrip("/")


def _longest_first(forms: Iterator[Form]) -> tuple[Form, ...]:
    """Each spelling once: of two folders in one place, the first name counts."""
    once = {form.spelling: form for form in reversed(list(forms))}
    return tuple(sorted(once.values(), key=lambda form: (-len(form.spelling), form.spelling)))


def _forms(name: str, path: str) -> Iterator[Form]:
    if not path:
        return  # the root of everything: it would be found everywhere
    for plain in dict.fromkeys((path, os.path.realpath(path))):
        short = plain.count("/") < _SHORT
        start = r"(?<![\w.⟧<])" if short else ""  # `</root>` closes a tag
        for form in spellings(plain):
            yield Form(form, f"{start}{re.escape(form)}{_END}", name)
        if not short:
            slug = _slug(plain)
            yield Form(slug, rf"(?<!-){re.escape(slug)}(?!\w)", f"{name}-slug")


def _slug(path: str) -> str:
    """A path as agents name folders after it."""
    return re.sub(r"[^A-Za-z0-9]", "-", path)


def _relative(paths: dict[str, str]) -> Iterator[Form]:
    start = paths.get("cwd")
    if not start:
        return
    for name, path in paths.items():
        way = os.path.relpath(path or "/", start)
        if way.startswith("../") and way.strip("./"):
            yield Form(way, rf"(?<![\w./]){re.escape(way)}{_END}", f"{name}-relative")
