"""The event protocol: what happens in a trial, as chained JSON lines that anybody can read and verify."""
