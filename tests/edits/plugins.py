"""Plugins of an edited site: for each file the code that an edit can give it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.quick import plugin

_NOTES = """
import html

def deduce_url(path):
    return "notes/" + path.filebase

def read(page):
    title, _, body = page.source.read_text().partition("\\n")
    return Metadata(title=title), Content("note", body)

def process(site):
    for page in site.pages:
        if page.input and page.input.type == "note" and not page.output:
            page.output = Content("html", f"<h2>Sub</h2><p>SIGN {html.escape(page.input.content)}</p>")
"""
_NOTES_REGISTER = (
    "site.readers.register_reader(deduce_url=deduce_url, condition=lambda path: path.ext == 'note', read=read)",
    "site.signals.processors_init.connect(process)",
)

_TAGS = """
def make(site):
    tagged = {}
    for page in list(site.pages):
        for tag in str(page.metadata.get("tags", "")).split():
            tagged.setdefault(tag, []).append(page)
    for tag, pages in sorted(tagged.items()):
        links = "".join(f"* :doc:`/{page.docname}` WORD\\n" for page in pages)
        site.make_page(f"tags/{tag}", metadata=Metadata(title="Tag " + tag), output=Content("rst", links))
"""

_COUNT = """
def process(site):
    page = site.pages.find("count")
    if page is not None:
        names = sorted(page.docname for page in site.pages)
        page.output = Content("rst", f"{len(names)} pages: " + " ".join(names))
"""
_COUNT_REGISTER = (
    "site.readers.register_reader(condition=lambda path: path.ext == 'count', read=lambda page: Metadata(title='N'))",
    "site.signals.processors_init.connect(process, priority=100)",
)

_FILTER = "def add(env):\n    env.filters['mark'] = lambda text: '{} ' + str(text)\n"
_MARK = "from docutils import nodes\n\ndef mark(page, doctree):\n    doctree += nodes.paragraph('', {})\n"
_RENDER = "def render(page, context):\n    context['flag'] = {}\n"
_MOVED = "lambda path: path.ext == 'rst' and path.filebase != 'index'"
_URLS = f"site.readers.register_reader(deduce_url=lambda path: {{}}, condition={_MOVED})"
_DATA = """
def process(site):
    page = site.pages.find("data/d")
    if page is not None and page.output is None:
        page.output = Content("html", "<pre>" + page.source.path.with_name("words.txt").read_text() + "</pre>")
"""
_DATA_REGISTER = (
    "site.readers.register_reader(condition=lambda path: path.ext == 'words', read=lambda page: Metadata(title='D'))",
    "site.signals.processors_init.connect(process)",
)

_WITH_TABLE = """
from dataclasses import dataclass

@dataclass
class Config:
    word: str = "default"

def mark(page, doctree):
    from docutils import nodes
    doctree += nodes.paragraph("", SITE[0].config.plugins.table.word)

SITE = []
"""
_TABLE_REGISTER = (
    "SITE.append(site)",
    "site.config.update_plugin_table('table', Config())",
    "site.signals.page_read.connect(mark)",
)

BROKEN = "def register_plugin(site):\n    oops\n"

PLUGINS: Mapping[str, tuple[str, ...]] = {
    "plugins/notes.py": (
        plugin(_NOTES, *_NOTES_REGISTER),
        plugin(_NOTES.replace("SIGN", "MARK"), *_NOTES_REGISTER),
        plugin(_NOTES.replace('"notes/"', '"n/"'), *_NOTES_REGISTER),
        plugin(_NOTES.replace('Content("html"', 'Content("rst"'), *_NOTES_REGISTER),
        plugin(_NOTES.replace("SIGN", "{len(list(site.pages))}"), *_NOTES_REGISTER),
        plugin(_NOTES, _NOTES_REGISTER[0]),
        BROKEN,
        "syntax error (\n",
    ),
    "plugins/tags.py": (
        plugin(_TAGS, "site.signals.processors_init.connect(make)"),
        plugin(_TAGS.replace("WORD", "again"), "site.signals.processors_init.connect(make)"),
        plugin(_TAGS.replace('"tags/{tag}"', '"t/{tag}/all"'), "site.signals.processors_init.connect(make)"),
    ),
    "plugins/count.py": (plugin(_COUNT, *_COUNT_REGISTER),),
    "plugins/filters.py": tuple(
        plugin(_FILTER.format(word), "site.signals.jinja_environment_prepared.connect(add)") for word in ("old", "new")
    ),
    "plugins/mark.py": tuple(
        plugin(_MARK.format(what), "site.signals.page_read.connect(mark)")
        for what in ("'mark one'", "'mark two'", "page.url", "page.docname")
    ),
    "plugins/render.py": tuple(
        plugin(_RENDER.format(what), "site.signals.page_rendering.connect(render)")
        for what in ("'plugin'", "page.url", "len(page.metadata or {})")
    ),
    "plugins/urls.py": tuple(
        plugin("", _URLS.format(url)) for url in ("'u/' + path.filebase", "path.filebase + '.htm'")
    ),
    "plugins/data.py": (plugin(_DATA, *_DATA_REGISTER),),
    "plugins/table.py": (plugin(_WITH_TABLE, *_TABLE_REGISTER),),
}
"""Plugins; each does one kind of thing."""

PLUGIN_FILES: Mapping[str, tuple[str, ...]] = {
    "one.note": ("First\nbody of one\n", "Changed\nbody of one\n", "First\nother <body>\n", ""),
    "sub/two.note": ("Second\nbody of two\n",),
    "count.count": ("",),
    "data/d.words": ("x",),
    "pronghorn.toml": (
        '[plugins.table]\nword = "toml"\n',
        'plugins_enabled = ["pretty_urls"]\n',
        'plugins_disabled = ["notes"]\n',
        "nonsense = 1\n",
        "not toml (\n",
    ),
    "configs/table.toml": ('word = "own file"\n', "word = 1\n"),
}
"""Files that plugins read, and their tables."""

TAXONOMIES = "[{'key': 'tags'}, {'key': 'series', 'plural': 'All series', 'hierarchical': True, 'order': 'date'}]"

PLUGIN_CONF: Mapping[str, tuple[str, ...]] = {
    "pronghorn_taxonomies": (
        TAXONOMIES,
        "[{'key': 'tags', 'possible_terms': ['red', 'blue'], 'order': 'weight'}]",
        "[{'key': 'author', 'singular': 'writer'}]",
    ),
    "pronghorn_drafts": ("True", "False"),
    "pronghorn_plugins_enabled": ("['archives']", "['archives', 'feeds', 'pagination']", "['redirects', 'related']"),
    "html_baseurl": ("'https://example.org/'",),
    "pronghorn_plugins_disabled": ("['mark']", "['nonsense']"),
    "pronghorn_plugins": (
        "{'table': {'word': 'conf'}}",
        "{'feeds': {'taxonomies': ['tags'], 'formats': ['atom', 'json'], 'content': 'full'}}",
        "{'pagination': {'lists': [{'docname': 'all', 'title': 'All', 'per_page': 2, 'sort': 'title'}]}}",
    ),
    "pronghorn_copy_files": ("['**/*.txt']", "['data/*']"),
    "pronghorn_fast": ("False",),
}
"""Pronghorn's own configuration."""
