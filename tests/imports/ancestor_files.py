"""Files as roder-evals has them, with prompts of our own that are as long as theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LONG: dict[str, Any] = {
    "id": "long-command-output",
    "title": "Recover a value from long command output",
    "prompt": "What a command has printed was too long for this conversation, so it is kept as an artifact. "
    "Say the line of it that sets RECOVERY_TOKEN.",
    "tags": ["file-backed-context", "command-output"],
    "expectedAnswerContains": "RECOVERY_TOKEN=roder-file-backed-context",
    "expectedArtifactQuery": "RECOVERY_TOKEN",
    "expectedTool": "grep",
}
HISTORY: dict[str, Any] = {
    "id": "compaction-history-recovery",
    "title": "Recover detail from pre-compaction chat history",
    "prompt": "The summary of our conversation so far does not name the codename of the project any more. "
    "Search for it in the stored history, then tell me.",
    "tags": ["file-backed-context", "compaction"],
    "expectedAnswerContains": "project codename: night-jar",
    "expectedArtifactQuery": "night-jar",
}
LOOP: dict[str, Any] = {
    "id": "compaction-loop-regression",
    "title": "Do not compact in a loop",
    "prompt": "Call several tools in one turn, and say that you are done.",
    "tags": ["compaction"],
    "maxAutoCompactionsPerTurn": 1,
    "expectedCompactionSkippedReasons": ["prune_sufficient", "hysteresis"],
}
STUB: dict[str, Any] = {
    "id": "port",
    "title": "Find a port",
    "prompt": "On which port?",
    "expectedAnswerContains": 'it listens on "port" ${n} 8080',
    "expectedArtifactQuery": '"port" ${n}',
    "expectedTool": "read",
}


def put(folder: Path, **files: Any) -> Path:
    """Write `NAME.json` for every value, and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder
