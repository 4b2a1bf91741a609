"""Download over http(s), within limits, by the machine's own proxy and certificate settings."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from specrun import __version__
from specrun.workspaces.sources.base import SourceError, public

if TYPE_CHECKING:
    from pathlib import Path
    from urllib.request import Request

SIZE_LIMIT = 1024**3
"""Largest file that is downloaded, in bytes."""
SILENCE = 60.0
"""Longest time without an answer, in seconds."""
DURATION = 1800.0
"""Longest time that one download may take, in seconds."""
ATTEMPTS = 4
"""How often a download is tried while the connection fails. An answer, of whatever status, is final."""

_CHUNK = 256 * 1024


class Download(msgspec.Struct, frozen=True):
    """What was downloaded: its URL after redirections, its media type and its SHA-256 in hexadecimal."""

    url: str
    media_type: str
    sha256: str


def download(url: str, file: Path, accept: str = "*/*", limit: int = SIZE_LIMIT) -> Download:
    """Write what is at `url`, at most `limit` bytes, into `file`. `accept` is the request's Accept header.

    A user and password in the URL are sent as Basic authorization and never shown. Raises SourceError.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError

    import tenacity

    patient = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_is_transport_error),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential(multiplier=0.2),
        reraise=True,
    )
    try:
        return patient(_download_once, _request(url, accept), file, limit)
    except HTTPError as error:
        error.close()
        raise SourceError(
            f"{public(url)} is not to be had: the server answered {error.code} {error.reason}; check the spec"
        ) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(f"{public(url)} cannot be downloaded: {reason}") from error


def _request(url: str, accept: str) -> Request:
    from urllib.request import Request

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("only http and https are supported")
    user, _, host = parts.netloc.rpartition("@")
    headers = {"Accept": accept, "User-Agent": f"specrun/{__version__}"}
    request = Request(urlunsplit((parts.scheme, host, parts.path, parts.query, "")), headers=headers)  # noqa: S310
    if user:
        token = base64.b64encode(unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def _download_once(request: Request, file: Path, limit: int) -> Download:
    from http.client import IncompleteRead
    from urllib.request import urlopen

    digest, size, end = hashlib.sha256(), 0, time.monotonic() + DURATION
    with urlopen(request, timeout=SILENCE) as response, file.open("wb") as output:  # noqa: S310
        while chunk := response.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise SourceError(f"{public(request.full_url)} is larger than {limit} bytes")
            if time.monotonic() > end:
                raise SourceError(f"{public(request.full_url)} took longer than {DURATION:g} s")
            output.write(chunk)
            digest.update(chunk)
        if response.length:
            raise IncompleteRead(b"", response.length)
        return Download(response.url, response.headers.get_content_type(), digest.hexdigest())


def _is_transport_error(error: BaseException) -> bool:
    from http.client import HTTPException, InvalidURL
    from ssl import SSLCertVerificationError
    from urllib.error import HTTPError, URLError

    if isinstance(error, HTTPError | InvalidURL):
        return False
    if isinstance(error, URLError):
        return not isinstance(error.reason, SSLCertVerificationError)
    return isinstance(error, ConnectionError | TimeoutError | HTTPException)
