"""The hash chain of a log, so that a change of any byte shows.

`prev` of an event is the digest of the line before: the SHA-256 of its bytes exactly as they are in the file,
without the LF at its end. The first event has `GENESIS` there. No line follows `run_stop`, so that line ends
with a `seal`: the SHA-256 of its own bytes before `,"seal"`.

Whoever writes the whole log anew can make a new chain, too. To bind a log to something else, keep the digest
of its last line there (`TrialLog.head`, `Verification.head`).
"""

from __future__ import annotations

from hashlib import sha256

GENESIS = "0" * 64
"""`prev` of the first event of a trial."""


def digest(line: bytes) -> str:
    """The SHA-256 of a line, given without its LF, in lower-case hex."""
    return sha256(line).hexdigest()


def seal(body: bytes) -> bytes:
    """The whole `run_stop` line, without LF, whose bytes before the seal are `body`."""
    return b'%b,"seal":"%b"}' % (body, digest(body).encode())


def is_sealed(line: bytes) -> bool:
    """Whether a `run_stop` line, given without its LF, is what it was when it was sealed."""
    return line == seal(line.rpartition(b',"seal"')[0])
