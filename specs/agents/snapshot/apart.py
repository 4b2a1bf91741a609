"""A forked process that answers questions: no answer can hang, crash or change the process that asks."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic

CPU_SECONDS = 1
WALL_SECONDS = 10
"""The first is what ends a call, on a busy machine too; the second ends one that waits."""
MEMORY = 2 * 1024**3
FILE = 1024**2

Answer = Callable[[str], str]


class Apart:
    """Forks when it is asked something, and again when an answer took too long or never came.

    What one answer changes in memory the following ones see, until `restart`.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._child = 0
        self._pipes = (-1, -1)

    def ask(self, question: str) -> str | None:
        """The answer to a question, both of them one line; None if there is none in time."""
        if not self._child:
            self._fork()
        asking, answering = self._pipes
        try:
            os.write(asking, question.encode() + b"\n")
            answer = _line(answering, monotonic() + WALL_SECONDS)
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.restart()
        return answer

    def restart(self) -> None:
        """End the process. The next question is answered by a new one, which knows nothing of this one."""
        if self._child:
            for pipe in self._pipes:
                os.close(pipe)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0

    def _fork(self) -> None:
        reading, asking = os.pipe()
        answering, writing = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(asking)
            os.close(answering)
            try:
                _serve(self._answer, reading, writing)
            finally:
                os._exit(0)
        os.close(reading)
        os.close(writing)
        self._pipes = (asking, answering)


def _serve(answer: Answer, reading: int, writing: int) -> None:
    """Answer every line, each within the time, without a word to the outside."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    with Path(os.devnull).open("r+") as nowhere:
        for stream in range(3):
            os.dup2(nowhere.fileno(), stream)
    while (question := _line(reading, None)) is not None:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        text = answer(question).encode() + b"\n"
        signal.setitimer(signal.ITIMER_PROF, 0)
        while text:
            text = text[os.write(writing, text) :]


def _line(pipe: int, end: float | None) -> str | None:
    """One line from a pipe; None if it is closed, or the time is over."""
    text = b""
    while not text.endswith(b"\n"):
        left = None if end is None else max(0.0, end - monotonic())
        if not select.select([pipe], [], [], left)[0] or not (part := os.read(pipe, 1 << 16)):
            return None
        text += part
    return text[:-1].decode("utf-8", "surrogateescape")
