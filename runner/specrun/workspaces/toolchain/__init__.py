"""The tools that a platform needs in its workspaces: Python packages, programs of this machine, wheels."""

from __future__ import annotations

from specrun.workspaces.toolchain.provision import Provision, Unavailable, fetch, provide
from specrun.workspaces.toolchain.virtualenv import Equipment

__all__ = ["Equipment", "Provision", "Unavailable", "fetch", "provide"]
