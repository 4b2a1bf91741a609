"""The spec language: YAML with positions, typed models, references and overrides, digests.

This package knows nothing of running anything.
"""
