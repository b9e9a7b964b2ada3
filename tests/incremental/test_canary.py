"""The page cache is alive: with each combination of versions, this much works, or it does nothing at all."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from pronghorn.cache.plan.plan import Action
from pronghorn.cache.plan.record import load_plan
from tests.conftest import MakeSite
from tests.support import Result, Site, assert_same_output

THEMES = [
    "alabaster",
    pytest.param("furo", marks=pytest.mark.skipif(find_spec("furo") is None, reason="furo is not installed")),
]
CONF = """
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "modules"))
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "pronghorn"]
project = "Mine"
html_theme = {theme!r}
pronghorn_cache = "CANARY_WITHOUT_CACHE" not in os.environ
"""
FILES = {
    "index.md": """
        # The mine

        ```{toctree}
        depths
        bird
        gauges
        ```

        Go {doc}`down <depths>`, or read of {py:func}`bird.sings`.
        """,
    "depths.rst": """
        Depths
        ======

        .. _shaft:

        The shaft
        ---------

        .. image:: shaft.svg

        .. note:: It is dark; see :doc:`index`.
        """,
    "bird.rst": """
        The bird
        ========

        Below :ref:`shaft`, listen.

        .. automodule:: bird
           :members:
        """,
    "shaft.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "modules/bird.py": '''
        """A bird."""


        def sings(gas: float) -> bool:
            """Check whether it sings."""
            return gas < 0.1
        ''',
    "gauges.csv": "methane,0.2\nair,0.8\n",
    "plugins/tables.py": """
        from pronghorn import Content, Metadata


        def read(page):
            rows = "".join(f"   {line}\\n" for line in page.source.read_text().splitlines())
            return Metadata(title="Gauges"), Content("rst", f".. csv-table::\\n\\n{rows}")


        def register_plugin(site):
            site.readers.register_reader(condition=lambda path: path.ext == "csv", read=read)
        """,
}
PAGES = {"index", "depths", "bird", "gauges"}


@pytest.mark.parametrize("theme", THEMES)
def test_pages_come_from_the_cache_and_are_what_a_build_without_it_makes(make_site: MakeSite, theme: str) -> None:
    site = make_site({**FILES, "conf.py": CONF.format(theme=theme)})
    cache = site.root / "cache"
    stock = built(site, site.root / "other", "stock", CANARY_WITHOUT_CACHE="1")

    first = built(site, cache, "build")
    assert actions(site, cache) == {Action.READ: PAGES}
    written = times(first)

    again = built(site, cache, "build")
    assert actions(site, cache) == {Action.REUSED: PAGES}
    assert times(again) == written

    clone = make_site({**FILES, "conf.py": CONF.format(theme=theme)})
    restored = built(clone, cache, "build")
    assert actions(clone, cache) == {Action.RESTORED: PAGES}
    for result in (first, again, restored):
        assert_same_output(stock, result)


def built(site: Site, cache: Path, into: str, **variables: str) -> Result:
    """Build as a user does; it may not warn."""
    result = site.build(env={"PRONGHORN_CACHE_DIR": str(cache), **variables}, into=into)
    assert (result.exit_code, result.warnings) == (0, "")
    assert {page for page in PAGES if result.exists(f"{page}.html")} == PAGES
    return result


def actions(site: Site, cache: Path) -> dict[Action, set[str]]:
    """Return what the last build did with which pages."""
    last = load_plan(cache, site.source)
    assert last is not None
    pages = list(last.plan.pages())
    assert set(Counter(page.docname for page in pages).values()) == {1}
    return {action: {page.docname for page in pages if page.action == action} for action in {p.action for p in pages}}


def times(result: Result) -> dict[str, int]:
    """Return when the pages were written."""
    return {page: (result.outdir / f"{page}.html").stat().st_mtime_ns for page in PAGES}
