"""Random edits of files with their real diffs, and the slow way to say where each line went."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hypothesis import strategies as st

Lines = list[bytes]

_ENV = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

# Content that looks like the marks of a diff must not be taken for them.
STARTS = [b"", b"@@ -1,2 +3 @@ ", b"-- a/", b"++ b/", b"\\ No newline ", b"diff --git ", b" "]
LINE = st.builds(
    lambda start, number, end: start + b"%d" % number + end,
    st.sampled_from(STARTS),
    st.integers(0, 9),
    st.sampled_from([b"\n", b"\r\n"]),
)
LINES = st.lists(LINE, max_size=12)
MANY_LINES = st.lists(LINE, min_size=6, max_size=16)


@st.composite
def edited(draw, lines: Lines) -> Lines:
    """Lines after some inserts, deletions, replacements, moves and changes of line ends."""
    lines = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(lines)))
        end = draw(st.integers(start, min(len(lines), start + 4)))
        block = lines[start:end]
        match draw(st.sampled_from(["insert", "delete", "replace", "move", "line ends", "cut off"])):
            case "insert":
                lines[start:start] = draw(LINES)
            case "delete":
                del lines[start:end]
            case "replace":
                lines[start:end] = draw(LINES)
            case "move":
                del lines[start:end]
                to = draw(st.integers(0, len(lines)))
                lines[to:to] = block
            case "line ends":
                lines[start:end] = [line.rstrip(b"\r\n") + b"\r\n" for line in block]
            case "cut off" if lines:
                lines[-1] = lines[-1].rstrip(b"\r\n") or b"."
        # Only the last line may be without an end.
        lines[:-1] = [line if line.endswith(b"\n") else line + b"\n" for line in lines[:-1]]
    return lines


def git_diff(folder: Path, before: Lines | None, after: Lines | None, context: int = 0) -> bytes:
    """What git says of a file that was `before` and is `after`; None stands for no file."""
    sides = []
    for name, lines in (("before", before), ("after", after)):
        if lines is not None:
            (folder / name).write_bytes(b"".join(lines))
        sides.append(os.devnull if lines is None else name)
    command = ["git", "diff", "--no-index", "--text", f"--unified={context}", *sides]
    done = subprocess.run(command, cwd=folder, env=_ENV, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def slow_map(folder: Path, before: Lines, after: Lines) -> dict[int, int]:
    """Old line to new line, read off a diff that shows the whole file, line by line."""
    body = git_diff(folder, before, after, context=1_000_000).split(b"\n")
    heads = [index for index, line in enumerate(body) if line.startswith(b"@@")]
    if not heads:
        assert before == after
        return {line: line for line in range(1, len(before) + 1)}
    old = new = 0
    kept = {}
    for line in body[heads[0] + 1 :]:
        old += line.startswith((b" ", b"-"))
        new += line.startswith((b" ", b"+"))
        if line.startswith(b" "):
            kept[old] = new
    assert (old, new) == (len(before), len(after)), "the whole file was shown"
    return kept
