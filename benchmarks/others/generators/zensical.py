"""Zensical."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.others.generators.base import TITLE, Generator

ZENSICAL_TOML = f"""\
[project]
site_name = "{TITLE}"

[project.theme]
font = false
features = ["navigation.indexes"]

[project.markdown_extensions]
admonition = {{}}
attr_list = {{}}
tables = {{}}

[project.markdown_extensions.pymdownx.highlight]

[project.markdown_extensions.pymdownx.superfences]
"""


class Zensical(Generator):
    """Zensical, as it comes."""

    name = "Zensical"
    distribution = "zensical"
    about = (
        "search; navigation of the whole site on each page; Python objects as headings and code; a cache in `.cache`"
    )
    pages_folder = "docs"
    images_folder = "docs"
    output_folder = "site"
    carried = (".cache",)

    def settings(self) -> Mapping[str, str]:
        """Return a ``zensical.toml``."""
        return {"zensical.toml": ZENSICAL_TOML}

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Build what changed."""
        return [self.program("zensical"), "build", "--config-file", folder / "zensical.toml"]

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve, and build again what changes."""
        config = folder / "zensical.toml"
        return [self.program("zensical"), "serve", "--config-file", config, "--dev-addr", f"127.0.0.1:{port}"]
