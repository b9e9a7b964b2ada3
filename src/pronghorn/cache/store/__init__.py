"""Bytes under digests, in SQLite."""
