"""Extensions in a namespace package, such as ``sphinxcontrib``, beside others that a site does not use."""

from pathlib import Path

import pytest

from tests.support.cached_reading import ReadingSite

CONF = """
import sys

sys.path.insert(0, __file__.rpartition("/")[0])
extensions.append("family.one")
"""
INIT = """
from docutils import nodes
from docutils.parsers.rst import Directive

from family.one import words


class Say(Directive):
    def run(self):
        return [nodes.paragraph("", words.WORD)]


def setup(app):
    app.add_directive("say", Say)
    return {"parallel_read_safe": True}
"""
FILES = {
    "index.rst": "Home\n====\n\nText.\n\n.. say::\n",
    "family/one/__init__.py": INIT,
    "family/one/words.py": "WORD = 'was'\n",
    "family/two/__init__.py": "WORD = 'was'\n",
}


@pytest.fixture
def site(tmp_path: Path) -> ReadingSite:
    """A site that was built with one of two extensions of a family."""
    site = ReadingSite(tmp_path / "site", FILES, CONF)
    site.build()
    return site


def test_a_change_of_another_extension_of_the_family_reads_nothing(site: ReadingSite) -> None:
    site.write("family/two/__init__.py", "WORD = 'is'\n")
    site.write("family/three/__init__.py", "")
    assert not site.build_as_clean().read


def test_a_change_anywhere_in_the_extension_reads_its_pages(site: ReadingSite) -> None:
    site.write("family/one/words.py", "WORD = 'is'\n")
    assert site.build_as_clean().reasons["index"] == ("extension", "family.one")
