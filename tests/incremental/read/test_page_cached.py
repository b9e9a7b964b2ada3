"""Which pages come from the page cache, as plugins are told."""

from pathlib import Path

import pytest

from tests.support.cached_reading import ReadingSite

PLUGIN = """
def register_plugin(site):
    @site.signals.readers_finished.connect
    def change(site):
        print("changed:", *sorted(page.docname for page in site.pages if not page.cached))

    @site.signals.site_finished.connect
    def tell(site):
        print("cached:", *sorted(page.docname for page in site.pages if page.cached))
"""
FILES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   a\n",
    "a.rst": "A\n=\n\nWas.\n",
    "plugins/tell.py": PLUGIN,
}
OFF: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "value": (("-D", "pronghorn_cache=0"), {}),
    "variable": ((), {"PRONGHORN_NO_CACHE": "1"}),
}


@pytest.fixture
def site(tmp_path: Path) -> ReadingSite:
    """A site whose plugin tells which pages are cached, built once."""
    site = ReadingSite(tmp_path / "site", FILES)
    assert told(site) == []
    return site


def told(site: ReadingSite, *args: str, env: dict[str, str] | None = None) -> list[str]:
    """Build, and return the pages that the plugin named."""
    (line,) = [line for line in site.build("html", *args, env=env or {}).out.splitlines() if "cached:" in line]
    return line.partition("cached:")[2].split()


def test_a11_page_cached_tells_which_pages_were_not_made_anew(site: ReadingSite) -> None:
    assert told(site) == ["a", "index"]
    site.write("a.rst", "A\n=\n\nIs.\n")
    assert told(site) == ["index"]
    assert told(site.clone("other")) == ["a", "index"]


def test_a11_plugins_that_change_components_change_those_of_each_page(site: ReadingSite) -> None:
    """Readers and processors make them again in each build, so there is nothing to skip."""
    assert "changed: a index\n" in site.build("html").out


def test_a11_a_page_that_shows_it_is_as_in_a_build_from_nothing(site: ReadingSite) -> None:
    site.write(
        "_templates/layout.html", '{% extends "!layout.html" %}{% block footer %}{{ page.cached }}{% endblock %}'
    )
    site.write("conf.py", (site.source / "conf.py").read_text() + "templates_path = ['_templates']\n")
    built = site.build_as_clean("html")
    assert built.read == set()
    assert "False" in (built.outdir / "a.html").read_text()
    site.write("a.rst", "A and more\n==========\n\nIs.\n")
    site.build_as_clean("html")


@pytest.mark.parametrize("name", OFF)
def test_a11_without_the_cache_no_page_is_cached_and_the_cache_is_refreshed(name: str, site: ReadingSite) -> None:
    args, env = OFF[name]
    site.write("a.rst", "A\n=\n\nIs.\n")
    assert told(site, *args, env=env) == []
    assert told(site) == ["a", "index"]
    assert told(site.clone("other")) == ["a", "index"]
