"""Payloads: bytes that fixtures declare, generated when they are needed, lazily and always the same."""
