"""MkDocs with the theme Material."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.others.generators.base import TITLE, Generator

MKDOCS_YML = f"""\
site_name: {TITLE}
theme:
  name: material
  font: false
  features: [navigation.indexes]
plugins: [search]
markdown_extensions:
  - admonition
  - attr_list
  - tables
  - pymdownx.highlight
  - pymdownx.superfences
"""


class Material(Generator):
    """MkDocs with the theme Material, as it comes. Its incomplete mode ``--dirty`` is not used."""

    name = "MkDocs-material"
    distribution = "mkdocs-material"
    about = "search; navigation of the whole site on each page; Python objects as headings and code; no cache"
    pages_folder = "docs"
    images_folder = "docs"
    output_folder = "site"

    def settings(self) -> Mapping[str, str]:
        """Return a ``mkdocs.yml``."""
        return {"mkdocs.yml": MKDOCS_YML}

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Build all pages."""
        return [self.program("mkdocs"), "build", "--quiet", "--config-file", folder / "mkdocs.yml"]

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve, with all pages built again after a change."""
        config = folder / "mkdocs.yml"
        return [self.program("mkdocs"), "serve", "--quiet", "--config-file", config, "--dev-addr", f"127.0.0.1:{port}"]

    def env(self, _folder: Path) -> Mapping[str, str]:
        """Leave out what the theme says about its successor."""
        return {"NO_MKDOCS_2_WARNING": "1"}
