"""From a benchmark to its trials: matrix, selection, seeds and keys. All of it is pure."""
