"""Pelican."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.others.content import Link, Page
from benchmarks.others.generators.base import TITLE, Generator
from benchmarks.others.markdown import Markdown

PELICANCONF = f"""\
SITENAME = {TITLE!r}
AUTHOR = "Nobody"
TIMEZONE = "UTC"
PATH = "content"
ARTICLE_PATHS = []
PAGE_PATHS = [""]
PATH_METADATA = r"(?P<path_no_ext>.*)\\.md"
PAGE_URL = PAGE_SAVE_AS = "{{path_no_ext}}.html"
SLUGIFY_SOURCE = "basename"
STATIC_PATHS = ["images"]
DIRECT_TEMPLATES = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
THEME = "simple"
MARKDOWN = {{
    "extension_configs": {{
        "markdown.extensions.admonition": {{}},
        "markdown.extensions.codehilite": {{"css_class": "highlight"}},
        "markdown.extensions.extra": {{}},
    }},
}}
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
CACHE_PATH = "cache"
CHECK_MODIFIED_METHOD = "md5"
"""


class PelicanMarkdown(Markdown):
    """Lines of metadata, and marked links."""

    def head(self, page: Page) -> str:
        """Return lines of metadata. A slug is that of one page only."""
        return f"Title: {page.title}\nSlug: {page.name.replace('/', '-')}"

    def link(self, _page: Page, link: Link) -> str:
        """Return a link that Pelican resolves."""
        return f"[{link.text}]({{filename}}/{link.target}.md)"

    def image(self, _page: Page, image: str) -> str:
        """Return the address of a static file."""
        return f"{{static}}/{image}"


class Pelican(Generator):
    """Pelican with the theme that it calls simple."""

    name = "Pelican"
    distribution = "pelican"
    extras = "[markdown]"
    about = "its theme `simple`: a menu of all pages on each page; no search; its cache of contents is on, by digest"
    markdown = PelicanMarkdown()
    pages_folder = "content"
    images_folder = "content"
    output_folder = "output"
    carried = ("cache",)

    def html_name(self, page: Page) -> str:
        """Return a file that is named like the page."""
        return f"{page.name}.html"

    def settings(self) -> Mapping[str, str]:
        """Return a ``pelicanconf.py``."""
        return {"pelicanconf.py": PELICANCONF}

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Write all pages."""
        conf = folder / "pelicanconf.py"
        return [self.program("pelican"), "--quiet", "--settings", conf, "--output", folder / "output"]

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve, and write all pages again after a change."""
        served = ["--listen", "--autoreload", "--bind", "127.0.0.1", "--port", str(port)]
        return [*self.build(folder), *served]
