"""Fixtures of other tools, turned into specs that people review like any other."""
