"""A provider's key in what the provider says: it is for specrun alone, and stars stand in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from specrun.gateway.cassettes.secrets import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from specrun.gateway.upstream import Headers


def masked_headers(headers: Headers, key: str | None) -> Headers:
    """Headers without the key: a value shows stars for it, and a name that holds it is left out."""
    if not _is_secret(key):
        return headers
    low = key.lower()
    return tuple(
        (name, value.replace(key, "*" * len(key))) for name, value in headers if low not in name.lower()
    )


def masked(content: AsyncGenerator[bytes, None], key: str | None) -> AsyncGenerator[bytes, None]:
    """The same bytes as they come in, with stars for the key. What could be its beginning waits for more."""
    return _starred(content, key) if _is_secret(key) else content


async def _starred(content: AsyncGenerator[bytes, None], key: str) -> AsyncGenerator[bytes, None]:
    secret, stars = key.encode(), b"*" * len(key)
    held = b""
    async for chunk in content:
        seen = held + chunk if held else chunk
        if secret in seen:
            seen = seen.replace(secret, stars)
        held = _beginning(seen, secret)
        if passing := seen[: len(seen) - len(held)] if held else seen:
            yield passing
    if held:
        yield held


def _beginning(seen: bytes, secret: bytes) -> bytes:
    """The longest end of `seen` with which the secret begins; usually nothing."""
    first = secret[:1]
    start = seen.find(first, max(0, len(seen) - len(secret) + 1))
    while start >= 0 and not secret.startswith(seen[start:]):
        start = seen.find(first, start + 1)
    return seen[start:] if start >= 0 else b""


def _is_secret(key: str | None) -> TypeGuard[str]:
    """Shorter keys are placeholders, for models that want none: they would be found in every other word."""
    return key is not None and len(key) >= SHORTEST_SECRET
