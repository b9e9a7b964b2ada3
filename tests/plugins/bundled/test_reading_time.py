"""The bundled plugin ``reading_time``."""

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, build_cleanly

CONF = "templates_path = ['_templates']\npronghorn_plugins_enabled = ['reading_time']\n"
TEMPLATE = (
    '{% extends "!page.html" %}{% block body %}{% set t = body | reading_time %}[{{ t.words }} {{ t.minutes }}]'
    '{% if site.find("b") %}<{{ (site.find("b") | reading_time).words }}>{% endif %}{% endblock %}'
)


@pytest.mark.parametrize(
    ("body", "words", "minutes"),
    [
        ("one two *thr*ee don't 3.14 well-known", 7, 1),
        ("", 1, 1),
        ("word " * 219, 220, 1),
        ("word " * 220, 221, 2),
        ("日本語の文章です。", 9, 1),
        ("漢" * 401, 402, 2),
        ("ภาษาไทย", 8, 1),
        ("한국어 문장", 3, 1),
        ("one\n\n```python\nnot = counted\n```\n", 2, 1),
        ("one & <!-- no --> two", 3, 1),
    ],
)
def test_d2_words_and_minutes_of_a_page(make_site: MakeSite, body: str, words: int, minutes: int) -> None:
    site = make_site({"index.md": f"# Title\n\n{body}\n", "_templates/page.html": TEMPLATE}, CONF)
    assert f"[{words} {minutes}]" in build_cleanly(site).read("index.html")


def test_d2_options_count(make_site: MakeSite) -> None:
    page = "# A\n\n" + "word " * 99 + "\n\n```python\none two\n```\n"
    table = "pronghorn_plugins = {'reading_time': {'words_per_minute': 10, 'code': True}}\n"
    site = make_site({"index.md": page, "_templates/page.html": TEMPLATE}, CONF + table)
    assert "[102 11]" in build_cleanly(site).read("index.html")


def test_d2_speed_that_cannot_be(make_site: MakeSite) -> None:
    table = "pronghorn_plugins = {'reading_time': {'words_per_minute': 0}}\n"
    assert "'words_per_minute' is at least 1" in build(make_site({"index.md": "# A\n"}, CONF + table)).warnings


def test_d2_words_of_another_page_follow_it(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nb\n```\n",
        "b.md": "---\nmany: words that do not count\n---\n# B\n\none two\n",
        "_templates/page.html": TEMPLATE,
    }
    site = CachedSite(make_site(files, CONF))
    assert "<3>" in site.build_as_clean().read("index.html")
    site.site.write("b.md", "# B\n\none two three\n")
    assert "<4>" in site.build_as_clean().read("index.html")
