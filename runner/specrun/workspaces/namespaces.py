"""Linux namespaces for the commands of one workspace, made and kept by util-linux's `unshare` and `nsenter`.

Process 1 is a shell that does nothing but wait for the end of its stdin. So when specrun ends, in whatever
way, the kernel ends every process in there. What it mounts cannot be unmounted by a command: commands run
in a second user namespace inside, for which these mounts are locked (mount_namespaces(7)).
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.workspaces.view import View

_LOOPBACK = """\
import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
    fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
"""

_LOOPBACK_UP = (
    f"{{ ip link set lo up || ifconfig lo up || {shlex.join([sys.executable, '-ISc', _LOOPBACK])}; }}"
)

PROCESSES = 4096
"""How many processes and threads may live in the namespaces at once, where that can be limited."""

_BEGIN = """\
read -r host rest </proc/self/stat || exit
"""

# Root is above RLIMIT_NPROC, but not above the number of its last pid. Before Linux 6.14 that number is the
# whole machine's: there it is left alone.
_LIMIT_ROOT = f"echo {PROCESSES} 2>/dev/null >/proc/sys/kernel/pid_max\n"
_PID_MAX_IS_OURS = (6, 14)

_LIMIT_USER = f"{{ ulimit -u {PROCESSES} || ulimit -p {PROCESSES}; }} 2>/dev/null"
"""For a POSIX shell, which may call it by either letter. Counted in the user namespace, since Linux 5.14."""

_PROC = """\
mount -t proc -o nosuid,nodev,noexec specrun /proc || exit
"""

# Old and new root are mounted on each other for a moment, so that the old one can be taken away
# (pivot_root(2), NOTES). A first root file system cannot be replaced: it is covered.
_PIVOT = """\
cd {0} || exit
{{ pivot_root . . && umount -l .; }} 2>/dev/null || mount --move . / || exit
exec chroot . /bin/sh -c {1}
"""

_END = """\
cd /
%s sh -c 'echo "$0 $$" && read -r line' "$host" 2>/dev/null
exec sh -c 'echo && read -r line'
"""

_PATIENCE = 10.0
_TOOLS = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


class Namespaces:
    """One set of namespaces. `start` and `close` block for some milliseconds: call them in a thread.

    With `network` false there is a network namespace too, with nothing in it but loopback.
    With a `view` nothing else of the machine's files is to be seen; without one, all of them.
    """

    def __init__(self, *, network: bool, view: View | None) -> None:
        self._network = network
        self._view = view
        self._lock = threading.Lock()
        self._holder: subprocess.Popen[bytes] | None = None
        self._open: list[int] = []
        self.enter: tuple[str, ...] = ()
        """The words that go before a command to run it inside."""
        self.enter_network: tuple[str, ...] = ()
        """The words that go before a program of specrun to run it in the network that is inside, and outside
        of everything else. None where inside is the machine's network."""

    @property
    def alive(self) -> bool:
        """Commands can be started inside."""
        return self._holder is not None and self._holder.poll() is None

    def start(self) -> None:
        """Make the namespaces. Raises OSError with the reason if this machine does not allow it."""
        with self._lock:
            try:
                self._start()
            except BaseException:
                self._stop()
                raise

    def close(self) -> None:
        """Kill everything inside, and wait until it is gone."""
        with self._lock:
            self._stop()

    def occupied(self) -> bool:
        """Whether a process lives inside besides process 1."""
        with self._lock:
            if self._holder is None:
                return False
            names = (name for name in os.listdir(self._proc) if name.isdecimal())  # noqa: PTH208
            return any(name != "1" and self._runs(name) for name in names)

    def _runs(self, name: str) -> bool:
        try:
            stat = _read_at(self._proc, f"{name}/stat")
        except OSError:
            return False
        return stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")

    def _start(self) -> None:
        root = os.geteuid() == 0
        outer = [_tool("unshare"), "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
        if not self._network:
            outer.append("--net")
        if not root:
            outer += ["--user", "--map-root-user"]
        self._holder = subprocess.Popen(
            [*outer, "/bin/sh", "-c", self._script(_END % ("unshare --user --mount" if root else ""))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": _TOOLS, "LC_ALL": "C"},
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        line = self._holder.stdout.readline().decode(errors="replace")
        words = line.split()
        if len(words) != 2 or not words[0].isdecimal():
            raise OSError(f"no namespaces: {line.strip() or 'unshare does not work here'}")
        host, inside = words
        # Kept open: a command that mounts something over /proc inside cannot change what we see.
        self._proc = self._keep(f"/proc/{host}/root/proc", os.O_DIRECTORY)
        if root:
            self._map_all_ids(inside)
        names = ["user", "mnt", "pid", "ipc", "uts"] + ([] if self._network else ["net"])
        options = {
            name: f"--{'mount' if name == 'mnt' else name}={self._namespace(inside, name)}" for name in names
        }
        nsenter = (_tool("nsenter"), "--preserve-credentials")
        self.enter = (*nsenter, *options.values(), "--", *(() if root else _as_this_user()))
        if not self._network:
            # Who is not root has power over the network only in the user namespace that it was made in.
            self.enter_network = (*nsenter, *(() if root else (options["user"],)), options["net"], "--")
        self._tell(b"\n")
        self._holder.stdout.readline()

    def _script(self, end: str) -> str:
        """What process 1 does: mount, then wait."""
        begin = _BEGIN + ("" if self._network else _LOOPBACK_UP + " 2>/dev/null\n")
        if os.geteuid() == 0 and _release() >= _PID_MAX_IS_OURS:
            begin += _LIMIT_ROOT
        if self._view is None:
            return begin + _PROC + end
        table, inner = self._view.build()
        # A file, because `mount` takes no pipe. It is read before the next one is written.
        # --no-mtab: or else root fills /run/mount/utab, and who is not root fails where that is not writable.
        fstab = self._view.place / "fstab"
        fstab.write_bytes(os.fsencode(table))
        lines = [f"mount --no-mtab --all --fstab {shlex.quote(str(fstab))} || exit\n"]
        lines += [
            f"mount --no-mtab -o remount,bind,ro,nosuid,nodev {shlex.quote(str(point))} || exit\n"
            for point in inner
        ]
        # The shell behind chroot is new: it is told what this one knows.
        told = "host=$1; " + end
        pivot = _PIVOT.format(shlex.quote(str(self._view.root)), f'{shlex.quote(told)} sh "$host"')
        return begin + "".join(lines) + pivot

    def _map_all_ids(self, inside: str) -> None:
        """Give root its whole range of ids in the inner user namespace, so that chown works there."""
        for name in ("uid_map", "gid_map"):
            ranges = [line.split() for line in Path(f"/proc/self/{name}").read_text("ascii").splitlines()]
            content = "".join(f"{start} {start} {count}\n" for start, _, count in ranges)
            file = os.open(f"{inside}/{name}", os.O_WRONLY, dir_fd=self._proc)
            try:
                os.write(file, content.encode())
            finally:
                os.close(file)

    def _namespace(self, inside: str, name: str) -> str:
        kept = self._keep(f"{inside}/ns/{name}", 0, dir_fd=self._proc)
        return f"/proc/{os.getpid()}/fd/{kept}"

    def _keep(self, path: str, flags: int, dir_fd: int | None = None) -> int:
        self._open.append(os.open(path, os.O_RDONLY | flags, dir_fd=dir_fd))
        return self._open[-1]

    def _tell(self, data: bytes) -> None:
        assert self._holder is not None
        assert self._holder.stdin is not None
        self._holder.stdin.write(data)
        self._holder.stdin.flush()

    def _stop(self) -> None:
        holder, self._holder = self._holder, None
        while self._open:
            os.close(self._open.pop())
        if holder is None:
            return
        for pipe in (holder.stdin, holder.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        try:
            holder.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            holder.kill()
            holder.wait()


def _tool(name: str) -> str:
    """Where the program is on this machine: a command's own PATH must not decide what runs outside."""
    found = shutil.which(name, path=_TOOLS)
    if found is None:
        raise OSError(f"no namespaces: {name} is not installed")
    return found


def _as_this_user() -> tuple[str, ...]:
    """Enter a user namespace of its own, in which the user is who it was, without any power."""
    user = (_tool("unshare"), "--user", f"--map-user={os.geteuid()}", f"--map-group={os.getegid()}", "--")
    return (*user, "/bin/sh", "-c", f'{_LIMIT_USER}; exec "$@"', "sh")


def _release() -> tuple[int, ...]:
    """The first two numbers of the kernel's release."""
    numbers = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return tuple(map(int, numbers.groups())) if numbers else (0, 0)


def _read_at(folder: int, path: str) -> bytes:
    file = os.open(path, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(file, 4096)
    finally:
        os.close(file)
