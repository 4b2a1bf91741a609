"""Unpack a hostile tar or zip file: only plain files, folders and links, within limits, inside one folder.

Nothing is left to the extraction code of the standard library, which differs between Python versions:
members are read one by one and written here. Links are made last, so no member is written through one.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

import msgspec

from specrun.workspaces.sources.base import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER_LIMIT = 1024**2
_CHUNK = 256 * 1024
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # what zipfile raises for an encrypted member; NotImplementedError is one too
    OverflowError,
    IndexError,
    KeyError,
    struct.error,
)
"""What the standard library raises for an archive that is damaged or made to do harm."""


class Limits(msgspec.Struct, frozen=True):
    """What an archive may hold."""

    size: int = 2 * 1024**3
    """Bytes, unpacked."""
    ratio: int = 100
    """How many times it may grow when it is unpacked, if it grows above `small`."""
    small: int = 256 * 1024**2
    """Bytes that any archive may hold, however small it is itself."""
    members: int = 200_000
    depth: int = 200
    """Folders inside one another."""


LIMITS = Limits()


class Member(msgspec.Struct, frozen=True):
    """One thing in an archive. `target` is where a link points, or the earlier member that `same` repeats."""

    name: str
    kind: Literal["file", "folder", "link", "same"]
    executable: bool = False
    target: str = ""
    content: IO[bytes] | None = None


class _Capped:
    """A stream that refuses to give more than `limit` bytes in all."""

    def __init__(self, stream: IO[bytes] | _Capped, limit: int) -> None:
        self.stream = stream
        self.left = limit

    def read(self, size: int) -> bytes:
        """Up to `size` bytes. Raises SourceError past the limit."""
        chunk = self.stream.read(min(size, _CHUNK))
        self.left -= len(chunk)
        if self.left < 0:
            raise SourceError("the archive grows too large when it is unpacked: it may be a bomb")
        return chunk


def unpack(archive: Path, folder: Path, limits: Limits = LIMITS) -> None:
    """Unpack a zip file or a tar file (plain, gz, bz2 or xz) into `folder`, which must not exist.

    A single top-level folder is left out. Raises SourceError if the archive is damaged, passes a limit,
    or holds anything that is not a file, folder or link with a relative path. Where links point is not
    checked here: `tree_digest` does.
    """
    with tempfile.TemporaryDirectory(prefix="unpack-", dir=folder.parent) as temporary:
        content = Path(temporary) / "content"
        content.mkdir()
        try:
            with archive.open("rb") as file:
                _write_all(file, content, limits)
        except _BROKEN as error:
            reason = getattr(error, "strerror", None) or error
            raise SourceError(f"the archive cannot be unpacked: {reason}") from error
        top = list(content.iterdir())
        single = len(top) == 1 and top[0].is_dir() and not top[0].is_symlink()
        (top[0] if single else content).rename(folder)


def _write_all(file: IO[bytes], folder: Path, limits: Limits) -> None:
    links: dict[Path, str] = {}
    left = min(limits.size, max(limits.small, limits.ratio * os.fstat(file.fileno()).st_size))
    members = _zip_members(file) if _magic(file)[:2] == b"PK" else _tar_members(file, left)
    for count, member in enumerate(members, 1):
        if count > limits.members:
            raise SourceError(f"the archive has more than {limits.members} members")
        path = folder / _safe(member.name, limits.depth)
        if member.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if member.kind == "link":
            links[path] = member.target
        else:
            left -= _write_file(member, path, folder, left)
    for path, target in links.items():
        path.symlink_to(target)


def _write_file(member: Member, path: Path, folder: Path, limit: int) -> int:
    """Write one file of at most `limit` bytes and return its size."""
    if member.content is not None:
        size = _copy(member.content, path, limit)
        path.chmod(0o755 if member.executable else 0o644)
        return size
    original = folder / member.target
    if ".." in member.target.split("/") or member.target.startswith("/") or not original.is_file():
        raise SourceError(
            f"the archive's member {member.name!r} repeats {member.target!r}, which is not there"
        )
    with original.open("rb") as content:
        size = _copy(content, path, limit)
    path.chmod(original.stat().st_mode)
    return size


def _copy(content: IO[bytes], path: Path, limit: int) -> int:
    capped = _Capped(content, limit)
    with path.open("wb") as file:
        while chunk := capped.read(_CHUNK):
            file.write(chunk)
    return limit - capped.left


def _safe(name: str, depth: int) -> str:
    """The member's name, which must be a path below the archive's own folder."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise SourceError(f"the archive has a member outside of its folder: {name!r}")
    if len(parts) > depth:
        raise SourceError(f"the archive has folders nested deeper than {depth}")
    return name


def _tar_members(file: IO[bytes], limit: int) -> Iterator[Member]:
    whole = _Capped(_decompressed(file), limit + limit // 2)
    piece = _Capped(whole, _HEADER_LIMIT)
    with tarfile.open(fileobj=cast("IO[bytes]", piece), mode="r|") as tar:
        while (info := tar.next()) is not None:
            piece.left = min(info.size, limit) + _HEADER_LIMIT
            yield _tar_member(tar, info)
            piece.left = _HEADER_LIMIT  # a header may claim to be gigabytes long, and is read into memory


def _tar_member(tar: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    if info.isreg():
        return Member(info.name, "file", bool(info.mode & stat.S_IXUSR), content=tar.extractfile(info))
    if info.isdir():
        return Member(info.name, "folder")
    if info.issym():
        return Member(info.name, "link", target=info.linkname)
    if info.islnk():
        return Member(info.name, "same", target=info.linkname)
    raise SourceError(f"the archive has a member that is no file, folder or link: {info.name!r}")


def _decompressed(file: IO[bytes]) -> IO[bytes]:
    magic = _magic(file)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(file))
    if magic == b"\xfd7zXZ\0":
        return cast("IO[bytes]", lzma.LZMAFile(file))
    return file


def _magic(file: IO[bytes]) -> bytes:
    magic = file.read(6)
    file.seek(0)
    return magic


def _zip_members(file: IO[bytes]) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            if info.is_dir():
                yield Member(info.filename, "folder")
            elif stat.S_ISLNK(mode):
                with archive.open(info) as content:
                    yield Member(info.filename, "link", target=os.fsdecode(content.read(_CHUNK)))
            elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
                with archive.open(info) as content:
                    yield Member(info.filename, "file", bool(mode & stat.S_IXUSR), content=content)
            else:
                raise SourceError(
                    f"the archive has a member that is no file, folder or link: {info.filename!r}"
                )
