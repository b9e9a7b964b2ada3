"""The table of the versions, read from its file: the package around it needs more than the standard library."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src" / "pronghorn" / "seam" / "versions.py"

if TYPE_CHECKING:
    from pronghorn.seam import versions
else:
    spec = spec_from_file_location("pronghorn_versions", FILE)
    versions = sys.modules[spec.name] = module_from_spec(spec)  # dataclasses look for their module there
    spec.loader.exec_module(versions)

__all__ = ["FILE", "ROOT", "versions"]
