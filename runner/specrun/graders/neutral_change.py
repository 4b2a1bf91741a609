"""The graded tree with a change that means nothing: whatever differs then looks at the source itself.

Every function that was gained gets a statement that does nothing. So its bytes, its syntax tree and its code
are others, and lines have moved; the change is a part of the commit, so that git does not show it either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.graders.gained import gained
from specrun.measure import mutation
from specrun.measure.canary import Neutral, neutral

if TYPE_CHECKING:
    from specrun.graders.replaying import Replay
    from specrun.graders.written import Written


class NeutralRun(msgspec.Struct, frozen=True):
    """What the tests did, and what was changed by path."""

    replay: Replay
    changes: dict[str, Neutral]


async def neutral_run(graded: Written) -> NeutralRun | None:
    """Run the tests and their coverage with the change; None without a gain, or if nothing can be changed."""
    return await graded.once("neutral", lambda: _run(graded))


async def _run(graded: Written) -> NeutralRun | None:
    found, replay = await gained(graded), await graded.measure()
    if found is None or replay.coverage is None:
        return None
    texts = (await graded.collect()).texts
    changes: dict[str, Neutral] = {}
    for path in sorted({*found.lines, *found.fresh}):
        text = decoded(texts.after(path))
        if text is None:
            continue
        changed = neutral(path, text, replay.coverage.files[path], graded.language, graded.seed)
        if changed is None:
            lines = found.lines.get(path, frozenset()) | found.fresh.get(path, frozenset())
            same = mutation.neutral(text, graded.language, min(lines))
            changed = None if same is None else Neutral(same, ())
        if changed is not None:
            changes[path] = changed
    if not changes:
        return None
    edits = {path: change.text.encode() for path, change in changes.items()}
    return NeutralRun(await graded.measure_edited("neutral", edits, coverage=True), changes)


def decoded(content: bytes | None) -> str | None:
    """A file's text; None if it is gone or is not UTF-8: what cannot be read cannot be changed."""
    try:
        return None if content is None else content.decode()
    except UnicodeDecodeError:
        return None
