"""Benchmark kinds: one module each, with its cases, how it is produced and graded."""
