"""The search page: results lead to pages, whatever their URL."""

import functools
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin
from urllib.request import urlopen

import pytest

from tests.conftest import CHROMIUM_NAMES, MakeSite
from tests.support import Result, assert_same_output
from tests.support.quick import build, build_cleanly, plugin

URLS = {
    "moved": "posts/first",
    "file": "info/about.html",
    "deep/index": "deep/er/index.html",
    "grün": "grün/日本",
    "percent": "50%25 off",
    "spaces": "two words.html",
    "home": "",
    "dotted": "v1.2",
}
NAMES = (*URLS, "plain", "sub/plain", "index", "custom")
WORDS = {name: f"zebra{name.replace('/', '').replace('ü', 'u')}q" for name in NAMES}
CODE = f"""
URLS = {URLS!r}

def docname(path):
    return f"{{path.reldirname}}/{{path.filebase}}".lstrip("/")

def read(page):
    return Content("html", "<h1>Custom</h1><p>" + page.source.read_text() + "</p>")
"""
REGISTER = (
    "site.readers.register_reader(deduce_url=lambda p: URLS[docname(p)], condition=lambda p: docname(p) in URLS)",
    "site.readers.register_reader(deduce_url=lambda p: 'own/custom', condition=lambda p: p.ext == 'x', read=read)",
)
START = "site.readers.register_reader(deduce_url=lambda p: 'start', condition=lambda p: p.relpath == 'index.md')"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
    "--dump-dom",
]


def _files() -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        f"{name}.md": f"---\norphan: 1\n---\n# Title of {name}\n\nHere is {word}.\n" for name, word in WORDS.items()
    }
    del files["custom.md"]
    return {
        **files,
        "custom.x": WORDS["custom"],
        "index.md": f"# Start\n\n{WORDS['index']}\n\n```{{toctree}}\ncustom\n```\n",
        "plugins/move.py": plugin(CODE, *REGISTER),
        # The page at the site's root is 'home'; Sphinx's own first page stands elsewhere.
        "plugins/start.py": plugin("", START),
    }


def _index(result: Result) -> dict[str, Any]:
    text = result.read("searchindex.js")
    index: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return index


def _address(name: str, builder: str) -> str:
    """Return the address that the browser's script makes of a name in the index (searchtools.js, `_displayItem`)."""
    if builder != "dirhtml":
        return name + ".html"
    folder = name + "/"
    if folder.endswith("/index/"):
        return folder.removesuffix("index/")
    return "" if folder == "index/" else folder


def _file_of(address: str) -> str:
    """Return the file that a server gives for an address."""
    path = unquote(address.partition("?")[0].partition("#")[0])
    return path + "index.html" if not path or path.endswith("/") else path


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_search_results_lead_to_the_page(make_site: MakeSite, builder: str) -> None:
    result = build_cleanly(make_site(_files()), builder)
    index = _index(result)
    found = {}
    for name, word in WORDS.items():
        hits = index["terms"][word]
        number = hits if isinstance(hits, int) else hits[0]
        found[name] = _file_of(_address(index["docnames"][number], builder))
        assert word in result.read(found[name]), name
    assert found["moved"] == "posts/first/index.html"
    assert found["file"] == "info/about.html"
    assert found["home"] == "index.html"
    assert found["custom"] == "own/custom/index.html"


def test_a6_search_index_keeps_files_and_titles(make_site: MakeSite) -> None:
    result = build_cleanly(make_site(_files()))
    index = _index(result)
    assert set(index["filenames"]) == {f"{name}.md" for name in WORDS if name != "custom"} | {"custom.x"}
    assert "Title of moved" in index["titles"]


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_search_index_survives_incremental_builds(make_site: MakeSite, builder: str) -> None:
    site = make_site(_files())
    build_cleanly(site, builder)
    site.write("moved.md", "---\norphan: 1\n---\n# Title of moved\n\nHere is zebrachanged.\n")
    incremental, clean = build_cleanly(site, builder), build_cleanly(site, builder, into="clean")
    assert_same_output(incremental, clean)
    assert WORDS["moved"] not in _index(incremental)["terms"]
    assert incremental.docs_written == ("moved",)


def test_a6_search_index_of_a_changed_url_leads_to_the_new_place(make_site: MakeSite) -> None:
    site = make_site(_files())
    build_cleanly(site)
    site.write("plugins/move.py", plugin(CODE.replace("posts/first", "posts/second"), *REGISTER))
    result = build(site)
    index = _index(result)
    name = index["docnames"][index["terms"][WORDS["moved"]]]
    assert _file_of(_address(name, "html")) == "posts/second/index.html"


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve *folder* on the loopback interface."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Results(HTMLParser):
    """Collects the links in the list of results."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.text = ""
        self._in_results = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_results |= given.get("id") == "search-results"
        if self._in_results and tag == "a":
            self.hrefs.append(given.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self._in_results:
            self.text += data


def _as_sent(href: str) -> str:
    """Quote what a browser quotes when a link is followed."""
    return quote(href, safe="/%:?#=&~")


def _opened_in_browser(address: str, profile: Path) -> str:
    """Open an address, let its scripts run, and return the page as it is then."""
    browser = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    command = [browser, *FLAGS, f"--user-data-dir={profile}", address]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False).stdout


def _search_in_browser(page: str, word: str, profile: Path) -> _Results:
    """Open the search page with a query, as a form that was sent does, and return what the script found."""
    results = _Results()
    results.feed(_opened_in_browser(f"{page}?q={quote(word)}", profile))
    return results


@pytest.mark.browser
@pytest.mark.parametrize(
    ("builder", "name"),
    [
        ("html", "moved"),
        ("html", "percent"),
        ("html", "home"),
        ("dirhtml", "file"),
        ("dirhtml", "grün"),
        ("dirhtml", "custom"),
    ],
)
def test_a6_first_search_result_in_a_browser_is_the_page(
    make_site: MakeSite, tmp_path: Path, builder: str, name: str
) -> None:
    result = build_cleanly(make_site(_files()), builder)
    with _served(result.outdir) as address:
        page = address + ("search.html" if builder == "html" else "search/")
        results = _search_in_browser(page, WORDS[name], tmp_path / "profile")
        assert results.hrefs, results.text
        with urlopen(urljoin(page, _as_sent(results.hrefs[0])), timeout=10) as response:
            assert WORDS[name] in response.read().decode()
    assert f"Here is {WORDS[name]}" in results.text or name == "custom"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("builder", "search", "file"),
    [("html", "search.html", "tags/quagga.html"), ("dirhtml", "search/", "tags/quagga/index.html")],
)
def test_a10_the_search_finds_a_term_in_a_browser_and_leads_to_its_page(
    make_site: MakeSite, tmp_path: Path, builder: str, search: str, file: str
) -> None:
    site = make_site({"index.md": "---\ntags: Quagga\n---\n# Home\n"}, 'pronghorn_taxonomies = [{"key": "tags"}]')
    with _served(build_cleanly(site, builder).outdir) as address:
        results = _search_in_browser(address + search, "quagga", tmp_path / "profile")
        found = {_file_of(urljoin(search, href)): href for href in results.hrefs}
        assert file in found, results.text
        opened = _opened_in_browser(urljoin(address + search, _as_sent(found[file])), tmp_path / "profile")
    headline = re.search(r"<h1>(.*?)</h1>", opened)
    assert headline, opened
    assert re.sub(r"<[^>]*>", "", headline[1]).startswith("Quagga"), "the word found is marked in it"
    assert ">Home</span></a>" in opened
