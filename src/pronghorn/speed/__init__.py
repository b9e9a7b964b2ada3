"""The same bytes in less time."""
