"""Graders: one per file. A grader reads what an agent left and gives a score; it never runs the agent."""
