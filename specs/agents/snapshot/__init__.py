"""A generator of characterisation tests: it calls what a module offers and asserts what came back.

    python -m snapshot SOURCE TEST

Rules only, no model and no chance: the same source gives the same tests on every supported Python.
"""
