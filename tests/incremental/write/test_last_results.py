"""After an edit of one page, nobody looks at pages that have read nothing of what has changed."""

from pathlib import Path

import pytest

from pronghorn.incremental.write.run import Run
from tests.conftest import MakeSite
from tests.support.cached import CachedSite

pytestmark = pytest.mark.one_version

CONF = """
extensions = ["myst_parser", "pronghorn"]
html_theme = "basic"
numfig = True
"""
TWO = """\
(label)=
# Two

Text. {ref}`elsewhere` {py:func}`first`

## A section

```{py:function} second()
```

```{figure} picture.png
:name: figure-two

A caption
```

:::{index} entry
:::
"""
FILES: dict[str, str | bytes] = {
    "conf.py": CONF,
    "index.md": "# Home\n\n```{toctree}\n:numbered:\n\none\ntwo\nthree\n```\n",
    "one.md": "# One\n\n{ref}`label`, {numref}`figure-two`, {py:func}`second`, {doc}`three`\n\n"
    "```{py:function} first()\n```\n",
    "two.md": TWO,
    "three.md": "(elsewhere)=\n# Three\n\n```{figure} picture.png\n:name: figure-three\n\nAnother\n```\n\n"
    "{numref}`figure-three`\n\n## Inner\n\nText.\n",
    "picture.png": b"\x89PNG\r\n\x1a\n",
}
OTHERS = {"index", "one", "three"}


@pytest.fixture
def cached(make_site: MakeSite) -> CachedSite:
    """A site that was built."""
    cached = CachedSite(make_site(FILES))
    assert not cached.build().warnings
    return cached


@pytest.fixture
def as_left(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The pages that were left alone, for each build that looks at single pages."""
    seen: list[set[str]] = []
    original = Run.find

    def find(self: Run) -> None:
        seen.append({page.docname for page in self.pages.values() if page.is_as_left})
        original(self)

    monkeypatch.setattr(Run, "find", find)
    return seen


def test_the_text_of_a_page_is_no_matter_of_others(cached: CachedSite, as_left: list[set[str]]) -> None:
    for words in ("Other text, and longer.", "Yet another, with an {abbr}`A (abbreviation)`."):
        cached.site.write("two.md", TWO.replace("Text.", words))
        built = cached.build()
        assert as_left == [OTHERS]
        assert built.written == {"two"}
        clean = cached.build_cleanly()
        assert clean.read("two.html") == built.read("two.html")
        cached.build_as_clean(clean=clean)
        as_left.clear()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("# Two", "# Other", id="title"),
        pytest.param("## A section", "## Another", id="section"),
        pytest.param("## A section", "## A section\n\n## One more", id="more sections"),
        pytest.param("(label)=\n", "", id="no label"),
        pytest.param("second()", "second(argument)", id="signature"),
        pytest.param("second()", "other()", id="object"),
        pytest.param("A caption", "Other words", id="caption"),
        pytest.param("```{figure} pic", "```{figure} picture.png\n\nNew\n```\n\n```{figure} pic", id="figure before"),
        pytest.param("{index} entry", "{index} other", id="index entry"),
        pytest.param("(label)=", "---\norphan: true\n---\n\n(label)=", id="metadata"),
        pytest.param("{py:func}`first`", "{py:func}`nothing`", id="unknown object"),
        pytest.param("{ref}`elsewhere`", "{ref}`nowhere`", id="warning"),
        pytest.param("Text.", "```{toctree}\n\nthree\n```", id="toctree"),
        pytest.param("Text.", "{download}`picture.png`", id="download"),
        pytest.param("Text.", "% nothing to see", id="comment"),
    ],
)
def test_what_matters_to_others_is_noticed(cached: CachedSite, before: str, after: str) -> None:
    assert before in TWO
    cached.site.write("two.md", TWO.replace(before, after))
    cached.build_as_clean()
    cached.site.write("two.md", TWO + "\nMore text.\n")
    cached.build_as_clean()
    cached.site.write("two.md", TWO)
    cached.build_as_clean()


def test_what_changes_besides_is_noticed(cached: CachedSite, as_left: list[set[str]]) -> None:
    cached.site.write("two.md", TWO.replace("Text.", "Words."))
    cached.site.write("picture.png", b"\x89PNG\r\n\x1a\nother")
    cached.build_as_clean()
    cached.site.write("two.md", TWO)
    cached.site.write("conf.py", CONF + "html_title = 'Other'\n")
    cached.build_as_clean()
    assert as_left[0] == OTHERS
    assert as_left[2] == set()


def test_a_page_that_is_gone_from_the_output_comes_back(cached: CachedSite) -> None:
    for name in ("one.html", "two.html"):
        (cached.site.root / "build" / "html" / name).unlink()
    cached.site.write("two.md", TWO.replace("Text.", "Words."))
    cached.build_as_clean()


def test_a_page_that_is_gone_from_output_and_cache_is_made_anew(cached: CachedSite) -> None:
    (cached.site.root / "build" / "html" / "one.html").unlink()
    cached.site.write("two.md", TWO.replace("Text.", "Words."))
    assert cached.build(store="other store").reason("one") == ("damaged", "")
    cached.build_as_clean()


def test_another_builder_in_between(cached: CachedSite, as_left: list[set[str]]) -> None:
    """It has changed the environment since this builder has written."""
    cached.site.write("two.md", TWO.replace("# Two", "# Other"))
    cached.build("text")
    cached.site.write("two.md", TWO.replace("# Two", "# Other").replace("Text.", "Words."))
    cached.build_as_clean()
    assert as_left[0] == set()


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"not what it was", None])
def test_results_that_are_damaged_are_none(cached: CachedSite, as_left: list[set[str]], content: bytes | None) -> None:
    (file,) = (cached.site.root / "build").rglob("results-*.json")
    data = file.read_bytes()
    file.write_bytes(data[:-1] if content is None else content)
    cached.site.write("two.md", TWO.replace("Text.", "Words."))
    cached.build_as_clean()
    assert as_left[0] == set()


def test_pages_that_a_listener_may_have_changed_are_looked_at(
    make_site: MakeSite, as_left: list[set[str]], tmp_path: Path
) -> None:
    title = tmp_path / "title"
    title.write_text("First")
    listener = f"""
def setup(app):
    def change(app, env):
        text = open({str(title)!r}).read()
        env.titles["three"].children[0] = type(env.titles["three"].children[0])(text)

    app.connect("env-updated", change)
"""
    cached = CachedSite(make_site({**FILES, "conf.py": CONF + listener}))
    cached.build()
    title.write_text("Second")
    cached.site.write("two.md", TWO.replace("Text.", "Words."))
    as_left.clear()
    cached.build_as_clean()
    assert as_left[0] == set()
