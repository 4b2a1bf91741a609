"""A listening socket that is made in another network namespace and answered in this process.

Only a process with a single thread may join a user namespace (setns(2)). So a small program of specrun's goes
there, listens, hands the socket back as a file descriptor (unix(7), SCM_RIGHTS) and ends. Nothing of the
namespace is opened to the machine, and nothing of the machine to the namespace, but this one socket.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BACKLOG = 512

_LISTEN = """\
import socket, sys
try:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=int(sys.argv[2]))
except OSError as error:
    sys.exit(error.strerror)
socket.send_fds(socket.socket(fileno=0), [b"\\n"], [listener.fileno()])
"""
"""`create_server` sets SO_REUSEADDR: connections of an earlier command may still be fading away."""


async def listen_inside(enter: Sequence[str], port: int) -> socket.socket:
    """Listen at 127.0.0.1 in the network that the words `enter` lead to. The socket does not block.

    Raises OSError with one line if somebody inside has taken the port, or the machine refuses. Cancelling
    leaves neither a process nor a descriptor.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            helper = await asyncio.create_subprocess_exec(
                *(*enter, sys.executable, "-ISc", _LISTEN, str(port), str(_BACKLOG)),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=theirs.fileno(),
                cwd="/",
                start_new_session=True,
            )
        try:
            await helper.wait()
        finally:
            if helper.returncode is None:
                helper.kill()
                await helper.wait()
        said, received = _all_of(ours)
    if not received:
        reason = said.decode(errors="replace").strip().rpartition("\n")[2] or "its helper was killed"
        raise OSError(f"no door at port {port}: {reason}")
    listener = socket.socket(fileno=received[0])
    listener.set_inheritable(False)  # `recv_fds` of Python 3.11 does not hand its flags on.
    listener.setblocking(False)
    return listener


def _all_of(connection: socket.socket) -> tuple[bytes, list[int]]:
    """What has come, until the other end was closed: text and descriptors."""
    said, received = b"", list[int]()
    while True:
        text, descriptors, _, _ = socket.recv_fds(connection, 4096, 1)
        said, received = said + text, received + descriptors
        if not text:
            return said, received
