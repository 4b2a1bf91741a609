"""What tests of agents share."""

from __future__ import annotations

import sys
from pathlib import Path

# The agents that talk to a gateway there, in every protocol and with the noise of real ones, are ours too.
sys.path.append(str(Path(__file__).parents[1] / "gateway"))
