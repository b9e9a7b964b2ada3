"""Stag."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.others.content import Link, Page
from benchmarks.others.generators.base import TITLE, Generator
from benchmarks.others.markdown import Markdown

CONFIG_TOML = f"""\
title = "{TITLE}"
url = "http://127.0.0.1"
language = "en"

[template]
name = "themes/default"

[plugins.markdown]
extensions = ["admonition", "extra", "toc"]
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ page.md.title }}</title></head>
<body>
<nav><ul>
{%- for other in site.pages if other.md %}
<li{% if other is sameas page %} class="current"{% endif %}><a href="{{ other.url }}">{{ other.md.title }}</a></li>
{%- endfor %}
</ul></nav>
<main><h1>{{ page.md.title }}</h1>{{ content }}</main>
</body>
</html>
"""


class StagMarkdown(Markdown):
    """Front matter, and links to URLs."""

    def head(self, page: Page) -> str:
        """Return front matter."""
        return f'+++\ntitle = "{page.title}"\n+++'

    def link(self, _page: Page, link: Link) -> str:
        """Return a link to the URL: Stag resolves none."""
        return f"[{link.text}](/{link.target.removesuffix('index')})"

    def image(self, _page: Page, image: str) -> str:
        """Return the address of a static file."""
        return f"/{image}"


class Stag(Generator):
    """Stag with one small template, like that of its own but for the navigation."""

    name = "Stag"
    distribution = "stag-ssg"
    about = "one small template: navigation of the whole site; no search; code without colours; a cache by time stamps"
    markdown = StagMarkdown()
    pages_folder = "content"
    images_folder = "static"
    output_folder = "_output"
    carried = (".cache",)

    def settings(self) -> Mapping[str, str]:
        """Return a ``config.toml`` and the template."""
        return {"config.toml": CONFIG_TOML, "themes/default/page.html": PAGE}

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Write all pages."""
        return [self.program("stag"), "-C", folder, "build"]

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve, and write all pages again after a change."""
        return [self.program("stag"), "-C", folder, "serve", "--port", str(port)]

    def env(self, _folder: Path) -> Mapping[str, str]:
        """Let no browser open: Stag starts one."""
        return {"BROWSER": "true"}
