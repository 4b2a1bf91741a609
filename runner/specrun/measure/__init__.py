"""Readers of test and coverage reports, and what is computed from them. All input is hostile."""
