"""What commands see of this machine's files: a root folder that holds what is listed, and nothing else.

The root is a skeleton of empty folders that everything is mounted on, read-only but for the workspace. It is
described in the format of fstab(5), so that one `mount --all` makes it.
"""

from __future__ import annotations

import functools
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from specrun.workspaces.base import SEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64", "/etc", "/opt")
_STORES = ("/nix", "/gnu", "/home/linuxbrew/.linuxbrew")
"""Where package managers keep what their programs need beside their own folder."""
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
_EMPTY = ("proc", "sys", "run", "dev/pts", "dev/shm", "tmp", "var/tmp")
_PRIVATE = ("tmp", "var/tmp", "dev/shm")
_SIZE = "size=512m,nr_inodes=200k"

_READ_ONLY_PROC = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "kcore", "keys")
"""What root could change for the whole machine, or read of it."""

Kind = Literal["shown", "writable", "covered"]


class View(msgspec.Struct, frozen=True):
    """What is shown, at the place it has on the machine. The workspace's own folder is at `SEEN`.

    `hidden` folders are empty inside folders that are shown, but for what is shown below them.
    """

    place: Path
    """A folder of specrun's own, on this side of the fence, for the skeleton."""
    workspace: Path
    shown: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()

    @property
    def root(self) -> Path:
        """The skeleton."""
        return self.place / "root"

    def contradicts(self) -> bool:
        """A folder is to be hidden and shown."""
        return not set(self.hidden).isdisjoint((*self.shown, *self.writable))

    def build(self) -> tuple[str, list[Path]]:
        """Make the skeleton. Gives the table of mounts, and the mount points that need a remount after it.

        It may be built again with other folders while commands run in it.
        """
        kinds = self._kinds()
        inner = [point for point in _mount_points() if _kind_at(kinds, point) == "shown"]
        lines = [_line(self.root, self.root, "bind,ro,nosuid,nodev"), *self._kernel()]
        for target in sorted(kinds):
            lines += self._mount(target, kinds, inner)
        self._bind_point(SEEN, self.workspace)
        lines.append(_line(self.workspace, self._below(SEEN), f"bind,{_flags(self.workspace)}"))
        for name in _SYSTEM:
            link = self._below(Path(name))
            if Path(name).is_symlink() and not os.path.lexists(link):
                link.symlink_to(os.readlink(name))  # noqa: PTH115
        return "".join(lines), [self._below(point) for point in sorted(inner) if point not in kinds]

    def _kinds(self) -> dict[Path, Kind]:
        """What to mount, by its place: nothing that an enclosing folder shows already."""
        wanted: dict[Path, Kind] = {}
        for path in _with_real((*map(Path, _SYSTEM), *self.shown, *_resolver())):
            if not path.is_symlink() and path.exists():
                wanted[path] = "shown"
        for store in map(Path, _STORES):
            if any(path.is_relative_to(store) for path in wanted):
                wanted[store] = "shown"
        wanted |= dict.fromkeys((*_closed(), *self.hidden), "covered")
        wanted |= dict.fromkeys(self.writable, "writable")
        kinds: dict[Path, Kind] = {}
        for path in sorted(wanted):
            around = _kind_at(kinds, path)
            if wanted[path] == "covered" and around in (None, "covered"):
                continue
            if wanted[path] == "shown" and around == "shown":
                continue
            kinds[path] = wanted[path]
        return kinds

    def _mount(self, target: Path, kinds: dict[Path, Kind], inner: Sequence[Path]) -> list[str]:
        kind, around = kinds[target], _kind_at(kinds, target.parent)
        source, make = target, ""
        if kind == "covered" and not target.is_dir():
            source = Path("/dev/null")
        elif kind == "covered":
            source = self._cover(target)
            source.mkdir(parents=True, exist_ok=True)
        if around == "covered":
            nearest = next(parent for parent in target.parents if parent in kinds)
            _make_point(self._cover(nearest) / target.relative_to(nearest), source)
        elif around is None and any(target.is_relative_to(Path("/", name)) for name in _PRIVATE):
            make = ",x-mount.mkdir"
        elif around is None:
            self._bind_point(target, source)
        recursive = "r" if any(point.is_relative_to(target) for point in inner) else ""
        flags = _flags(source) if kind == "writable" else f"ro,{_flags(source)}"
        return [_line(source, self._below(target), f"{recursive}bind,{flags}{make}")]

    def _kernel(self) -> list[str]:
        """Devices, /proc and private places for temporary files."""
        dev = self.root / "dev"
        for name in _EMPTY:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        for name, link in _LINKS.items():
            if not os.path.lexists(dev / name):
                (dev / name).symlink_to(link)
        lines = []
        for name in _DEVICES:
            (dev / name).touch()
            # Read-only: who is root must not change the modes of the machine's own devices.
            lines.append(_line(Path("/dev", name), dev / name, "bind,ro,nosuid,noexec"))
        lines.append(f"specrun {_escape(dev / 'pts')} devpts newinstance,ptmxmode=0666,nosuid,noexec 0 0\n")
        lines += [
            f"specrun {_escape(self.root / name)} tmpfs mode=1777,{_SIZE},nosuid,nodev 0 0\n"
            for name in _PRIVATE
        ]
        proc = self.root / "proc"
        lines.append(f"specrun {_escape(proc)} proc nosuid,nodev,noexec 0 0\n")
        for name in _READ_ONLY_PROC:
            if Path("/proc", name).exists():
                source = proc / name if Path("/proc", name).is_dir() else Path("/dev/null")
                lines.append(_line(source, proc / name, "bind,ro,nosuid,noexec"))
        return lines

    def _below(self, path: Path) -> Path:
        return self.root / path.relative_to("/")

    def _cover(self, path: Path) -> Path:
        return self.place / "covers" / path.relative_to("/") / ".cover"

    def _bind_point(self, target: Path, source: Path) -> None:
        _make_point(self._below(target), source)


def installation(program: Path) -> list[Path]:
    """The folders that a program outside of the system's own needs to be shown, as it is named and really."""
    folders = []
    for path in _with_real([program]):
        folder = path.parent
        outer = folder.parent
        # Nobody's whole home, nor all that lies in ~/.local.
        private = Path.home().is_relative_to(outer) or outer == Path.home() / ".local"
        folders.append(outer if folder.name in ("bin", "sbin") and not private else folder)
    return folders


def _with_real(paths: Iterable[Path]) -> list[Path]:
    """The paths as they are named, and where they really are."""
    found: dict[Path, None] = {}
    for path in paths:
        found |= dict.fromkeys((Path(os.path.abspath(path)), path.resolve()))  # noqa: PTH100
    return list(found)


def _resolver() -> list[Path]:
    """The file with the addresses of name servers, which may be elsewhere than in /etc."""
    real = Path("/etc/resolv.conf").resolve()
    return [real] if real.is_file() else []


@functools.cache
def _closed() -> tuple[Path, ...]:
    """What of the system's settings not everybody may read, such as passwords: root must not either."""
    found: list[Path] = []
    for folder, folders, files in os.walk("/etc"):
        modes = {name: Path(folder, name).lstat().st_mode for name in (*folders, *files)}
        closed = {name for name, mode in modes.items() if not mode & stat.S_IROTH}
        found += (Path(folder, name) for name in sorted(closed))
        folders[:] = [name for name in folders if name not in closed]
    return tuple(found)


def _kind_at(kinds: dict[Path, Kind], path: Path) -> Kind | None:
    """How the path is seen: by itself or by the nearest folder around it."""
    return next((kinds[place] for place in (path, *path.parents) if place in kinds), None)


def _make_point(point: Path, source: Path) -> None:
    if source.is_dir():
        point.mkdir(parents=True, exist_ok=True)
    else:
        point.parent.mkdir(parents=True, exist_ok=True)
        point.touch()


def _flags(source: Path) -> str:
    """A mount that was noexec must stay so: a user who is not root may not take that away."""
    noexec = os.statvfs(source).f_flag & os.ST_NOEXEC
    return "nosuid,nodev,noexec" if noexec else "nosuid,nodev"


def _mount_points() -> list[Path]:
    """Every mount point of this machine (proc(5), mountinfo)."""
    with open("/proc/self/mountinfo", "rb") as file:  # noqa: PTH123
        names = [line.split()[4] for line in file]
    octal = {b"\\040": b" ", b"\\011": b"\t", b"\\012": b"\n", b"\\134": b"\\"}
    for code, letter in octal.items():
        names = [name.replace(code, letter) for name in names]
    return [Path(os.fsdecode(name)) for name in names]


def _line(source: Path, target: Path, options: str) -> str:
    return f"{_escape(source)} {_escape(target)} none {options} 0 0\n"


def _escape(path: Path) -> str:
    text = str(path)
    for letter in "\\ \t\n":
        text = text.replace(letter, f"\\{ord(letter):03o}")
    return text
