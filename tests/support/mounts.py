"""File systems of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Mount = Callable[[str], Path]
"""Mounts a file system in memory, with options: ``mount("size=256k")``. Called again, it changes the options."""
