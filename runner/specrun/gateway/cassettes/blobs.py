"""Contents of a cassette, in their line or in a file that is named after its SHA-256."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.cassettes.files import read_file, refuse_links
from specrun.gateway.cassettes.model import BLOBS, INLINE, CassetteError, Content
from specrun.spec.atomic import flush, replace_file
from specrun.spec.digest import canonical_json, pretty_json
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile("[0-9a-f]{64}")
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class Blobs:
    """The contents of one cassette."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / BLOBS
        self._fresh: list[Path] = []

    def store_bytes(self, content: bytes) -> Content:
        """Store bytes. What is not UTF-8 goes into a blob, whatever its size."""
        if len(content) <= INLINE:
            with suppress(UnicodeDecodeError):
                return Content(text=content.decode())
        return Content(blob=self._write(content))

    def store_json(self, value: Any) -> Content:
        """Store a value, as JSON has it."""
        written = canonical_json(value)
        if len(written) <= INLINE:
            return Content(json=_DECODER.decode(written))
        return Content(blob=self.write_json(value))

    def write_json(self, value: Any) -> str:
        """Store a value in a blob, indented, and return its name."""
        return self._write(pretty_json(value))

    def bytes_of(self, content: Content) -> bytes:
        """What `store_bytes` took. Raises CassetteError."""
        if content.blob is not None:
            return self._read(content.blob)
        if content.text is None:
            raise CassetteError(f"{self._folder.parent}: a body that is neither text nor a blob")
        return content.text.encode()

    def json_of(self, content: Content) -> Any:
        """What `store_json` took. Raises CassetteError."""
        return content.json if content.blob is None else self.read_json(content.blob)

    def read_json(self, name: object) -> Any:
        """What `write_json` took. Raises CassetteError."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise CassetteError(f"{self._folder}: {quoted(name)} is no name of a blob")
        try:
            return _DECODER.decode(self._read(name))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise CassetteError(f"{self._folder / name}: not JSON") from None

    def names(self) -> list[str]:
        """All that is in the folder, sorted: blobs, and what else somebody left there."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sorted(path.name for path in self._folder.iterdir())
        return []

    def remove(self, name: str) -> None:
        """Remove a file of the folder, and the folder with the last of them."""
        (self._folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()

    def sync(self) -> None:
        """Have all that was written on the disk. Raises OSError."""
        fresh, self._fresh = self._fresh, []
        for path in (*fresh, *([self._folder] if fresh else [])):
            flush(path)

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        refuse_links(self._folder)
        content = read_file(path)
        if hashlib.sha256(content).hexdigest() != name:
            raise CassetteError(f"{path}: its content is not what its name says")
        return content

    def _write(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        path = self._folder / name
        refuse_links(self._folder)
        if path.is_symlink() or not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, content, durable=False)
            self._fresh.append(path)
        return name


class NoBlobs(Blobs):
    """The contents of a cassette that is not to be touched: new blobs get a name, and are not written."""

    def _write(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()
