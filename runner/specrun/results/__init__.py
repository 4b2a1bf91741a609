"""The canonical summary of a run, and the statistics in it."""
