"""The wire protocols of models, read and written. Pure: no input or output, no clock, no chance."""
