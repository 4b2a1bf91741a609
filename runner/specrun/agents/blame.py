"""Whose failure an error is: what an agent or a project left is theirs, only the rest is the machine's."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MACHINE = frozenset(
    {
        None,  # Errors that no system call made, such as git's own.
        errno.EAGAIN,
        errno.EDQUOT,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EROFS,
    }
)


class LeftError(ValueError):
    """What somebody left in a workspace cannot be used. The message is one line, without absolute paths."""


def machine_failed(error: OSError) -> bool:
    """Whether the machine itself is in trouble: a full or broken disk, no memory, too many open files."""
    return error.errno in _MACHINE


@contextmanager
def blame(what: str) -> Iterator[None]:
    """Within it, whatever cannot be read or written is the failure of whoever left it.

    `what` begins the message. Raises LeftError for any ValueError or OSError except the machine's own.
    """
    try:
        yield
    except OSError as error:
        if machine_failed(error):
            raise
        raise LeftError(f"{what}: {error.strerror}") from None
    except ValueError as error:
        raise LeftError(f"{what}: {error}") from None
