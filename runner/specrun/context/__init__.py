"""Context fixtures: what agents are shown of what their tools produced, and how they recover the rest."""
