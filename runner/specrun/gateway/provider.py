"""A provider of models over HTTP. Its key comes from specrun's environment, and goes nowhere else."""

from __future__ import annotations

import re
from contextlib import aclosing, asynccontextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Self

import aiohttp
import msgspec
from yarl import URL

from specrun.gateway.headers import of_provider
from specrun.gateway.mask import masked, masked_headers
from specrun.gateway.upstream import Answer, UpstreamError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from specrun.gateway.upstream import Call, Headers, ModelRoute

HEAD_LIMIT = 64 * 1024
"""Bytes of a line or header of an answer."""
_READ_AHEAD = 256 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What no header may have. Some of it passes the HTTP client, and none of it the server."""

_PATHS: dict[ModelRoute, str] = {
    "chat": "/chat/completions",
    "responses": "/responses",
    "embeddings": "/embeddings",
    "messages": "/v1/messages",
}
"""Below a base URL."""


class ProviderError(ValueError):
    """A provider that cannot be used as it is declared. The message is one line."""


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach a provider."""

    base_url: str
    """As the provider's own SDK takes it: OpenAI's ends in `/v1`, Anthropic's does not."""
    key_env: str | None = None
    """The environment variable with the key. None: it wants no key."""
    connect_seconds: float = 30.0
    idle_seconds: float = 600.0
    """How long to wait for the next byte: a model may think for minutes before the first one."""


class Provider:
    """An upstream. To be used as an asynchronous context manager, which keeps its connections.

    Raises ProviderError when it is made with a base URL that is none, or without its key.
    """

    def __init__(self, settings: ProviderSettings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self._base = _base(settings.base_url)
        self.key = _key(settings, environment)
        """To be kept out of everything that is stored. None: the provider wants none."""
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=self.settings.connect_seconds,
                sock_read=self.settings.idle_seconds,
            ),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_line_size=HEAD_LIMIT,
            max_field_size=HEAD_LIMIT,
            read_bufsize=_READ_AHEAD,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    @asynccontextmanager
    async def send(self, call: Call) -> AsyncIterator[Answer]:
        """Send a request with the provider's key. Raises UpstreamError."""
        async with await self._asked(call) as response:
            if 300 <= response.status < 400:  # it would lead an agent past the gateway
                raise UpstreamError("the provider redirects", sent=False)
            if not 200 <= response.status < 600:
                raise UpstreamError("the provider answers with a status that there is not", sent=True)
            headers = masked_headers(_answer_headers(response), self.key)
            async with aclosing(_content(response)) as content:
                yield Answer(status=response.status, headers=headers, content=masked(content, self.key))

    async def _asked(self, call: Call) -> aiohttp.ClientResponse:
        if self._session is None:
            raise RuntimeError("a provider is used inside its context")
        try:
            return await self._session.post(
                self._url(call), data=BytesIO(call.body), headers=self._headers(call), allow_redirects=False
            )
        except aiohttp.ConnectionTimeoutError:
            raise UpstreamError("the provider does not take a connection", sent=False, status=504) from None
        except TimeoutError:
            raise UpstreamError("the provider does not answer", sent=True, status=504) from None
        except aiohttp.ClientConnectorError:
            raise UpstreamError("the provider cannot be reached", sent=False) from None
        except (aiohttp.ClientError, ValueError) as error:
            raise UpstreamError(f"no answer of the provider: {type(error).__name__}", sent=True) from None

    def _url(self, call: Call) -> URL:
        query = f"?{call.query}" if call.query else ""
        return URL(f"{self._base}{_PATHS[call.route]}{query}", encoded=True)

    def _headers(self, call: Call) -> list[tuple[str, str]]:
        headers = [*call.headers, ("Accept-Encoding", "identity")]
        if self.key and call.route == "messages":
            headers.append(("x-api-key", self.key))
        elif self.key:
            headers.append(("Authorization", f"Bearer {self.key}"))
        return headers


def _answer_headers(response: aiohttp.ClientResponse) -> Headers:
    headers = of_provider(response.headers.items())
    if any(_CONTROLS.search(text) for header in headers for text in header):
        raise UpstreamError("the provider sends a header that is none", sent=True)
    return headers


async def _content(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except TimeoutError:
        raise UpstreamError("the provider stopped in the midst of its answer", sent=True) from None
    except aiohttp.ClientError:
        raise UpstreamError("the provider cut its answer", sent=True) from None


def _base(base_url: str) -> str:
    try:
        url = URL(base_url)
    except ValueError:
        raise ProviderError("the base URL of a provider is none") from None
    if url.scheme not in ("http", "https") or not url.host or url.user or url.query_string or url.fragment:
        raise ProviderError("a base URL is http(s)://HOST[:PORT][/PATH], without a user, query or fragment")
    return str(url).rstrip("/")


def _key(settings: ProviderSettings, environment: Mapping[str, str]) -> str | None:
    if settings.key_env is None:
        return None
    key = environment.get(settings.key_env, "").strip()
    if not key:
        raise ProviderError(f"the environment variable {settings.key_env} with the provider's key is not set")
    if not (key.isascii() and key.isprintable()):
        raise ProviderError(f"the environment variable {settings.key_env} holds no key")
    return key
