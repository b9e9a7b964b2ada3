"""The generators: one module for each, with the form of its pages, its settings and its commands."""

from benchmarks.others.generators.base import Generator
from benchmarks.others.generators.hugo import Hugo
from benchmarks.others.generators.mkdocs import Material
from benchmarks.others.generators.pelican import Pelican
from benchmarks.others.generators.sphinx import Pronghorn, StockSphinx
from benchmarks.others.generators.stag import Stag
from benchmarks.others.generators.zensical import Zensical

__all__ = ["GENERATORS", "Generator", "StockSphinx"]

GENERATORS: dict[str, type[Generator]] = {
    kind.name: kind for kind in (StockSphinx, Pronghorn, Material, Zensical, Hugo, Pelican, Stag)
}
"""By name, in the order in which they take their turns."""
