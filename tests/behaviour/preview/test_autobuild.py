"""sphinx-autobuild as it is: edits of pages and plugins show, and nothing builds for ever."""

import sys
import time
from collections.abc import Iterator

import pytest

from tests.conftest import MakeSite
from tests.support.server import Server, free_port, running
from tests.support.site import Site

IDLE_S = 5

PLUGIN = """
    from pronghorn import Content, Metadata


    def read(page):
        text = page.source.read_text()
        return Metadata(title="A note"), Content("html", f"<p>GREETING, {text}</p>")


    def register_plugin(site):
        site.readers.register_reader(condition=lambda path: path.ext == "note", read=read)
"""


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site with a format of its own."""
    return make_site(
        {
            "index.md": """
                # Home

                First text.

                ```{toctree}
                hello
                ```
            """,
            "hello.note": "world",
            "plugins/note.py": PLUGIN.replace("GREETING", "Hello"),
        }
    )


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    """sphinx-autobuild on the site."""
    port = free_port()
    command = [sys.executable, "-m", "sphinx_autobuild", "--host", "127.0.0.1", "--port", str(port)]
    command += ["-d", str(site.root / "doctrees"), str(site.source), str(site.root / "html")]
    with running(command, port, site.root / "server.log", site.environment()) as started:
        yield started


def test_edits_show_and_the_preview_comes_to_rest(site: Site, server: Server) -> None:
    server.wait_for("hello.html", "Hello, world")
    server.wait_for("index.html", "First text.")

    site.write("plugins/note.py", PLUGIN.replace("GREETING", "Good day"))
    server.wait_for("hello.html", "Good day, world")

    site.write("hello.note", "moon")
    server.wait_for("hello.html", "Good day, moon")

    site.write("index.md", "# Home\n\nSecond text.\n\n```{toctree}\nhello\n```\n")
    server.wait_for("index.html", "Second text.")

    # A page is served a moment before its build is over.
    server.wait_until(lambda: _finished(server) == _started(server), "the last build's end")
    builds = _started(server)
    time.sleep(IDLE_S)
    assert _started(server) == builds, server.out


def _started(server: Server) -> int:
    return server.out.count("Starting initial build") + server.out.count("Rebuilding...")


def _finished(server: Server) -> int:
    return server.out.count("build succeeded")
