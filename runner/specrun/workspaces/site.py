"""The place of one case: where its workspaces are opened, each with the pinned project and the platform's tools."""

from __future__ import annotations
