"""Shortcuts for the search index and for highlighted code give what the functions give that they replace."""

from collections.abc import Iterator
from typing import Any

import pytest
import snowballstemmer  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pygments import token  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.style import Style  # type: ignore[import-untyped]
from pygments.styles import get_style_by_name  # type: ignore[import-untyped]
from snowballstemmer.basestemmer import BaseStemmer  # type: ignore[import-untyped]
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]
from sphinx.pygments_styles import NoneStyle, SphinxStyle

from tests.conftest import MakeSite
from tests.support import assert_same_output
from tests.support.shortcuts import shortcuts

WORD = st.one_of(st.sampled_from(["running", "Cities", "naïve", "häuser", ""]), st.text(max_size=8))
CODE = "# Page {number}\n\n```python\ndef runs(of): return 'words'\n```\n\n```console\n$ runs again\n```\n"


class Counting(BaseStemmer):  # type: ignore[misc]
    """Somebody's own, which gives another stem each time."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def _stem(self) -> None:
        self.number += 1
        self.current += str(self.number)


@given(st.lists(WORD, max_size=12), st.sampled_from(["english", "german", "french", "russian"]))
def test_stems_are_those_of_snowball(words: list[str], language: str) -> None:
    expected = [snowballstemmer.stemmer(language).stemWord(word) for word in words]
    with shortcuts():
        other, stemmer = EnglishStemmer(), snowballstemmer.stemmer(language)
        for word in words:
            other.stemWord(word)
        assert [stemmer.stemWord(word) for word in words] == expected
        assert [stemmer.stemWord(word) for word in words] == expected


def test_each_word_is_stemmed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(EnglishStemmer, "_stem", lambda self: asked.append(self.current))
    with shortcuts():
        stemmer = EnglishStemmer()
        for word in ("one", "two", "one"):
            stemmer.stemWord(word)
    assert asked == ["one", "two"]


def test_stemmers_of_others_are_asked_each_time() -> None:
    with shortcuts():
        stemmer = Counting()
        assert [stemmer.stemWord("a"), stemmer.stemWord("a")] == ["a1", "a2"]


class Titled(HtmlFormatter):  # type: ignore[misc]
    """Names classes in a way of its own, by something that only it knows."""

    def _get_css_class(self, ttype: Any) -> str:
        return f"{self.title}-{super()._get_css_class(ttype)}"


class Late(Style):  # type: ignore[misc]
    """Has a token whose class becomes known later."""

    styles = {token.Token.Pronghorn.Late: "bold #ff0000", token.Keyword: "italic"}  # noqa: RUF012 - Pygments' form


FORMATTERS = st.sampled_from([HtmlFormatter, Titled])
STYLE = st.sampled_from(["sphinx", "none", "monokai", "default"])


def style_of(name: str) -> Any:
    return {"sphinx": SphinxStyle, "none": NoneStyle}.get(name) or get_style_by_name(name)


def seen(formatter: Any) -> Any:
    return list(formatter.ttype2class.items()), list(formatter.class2style.items()), formatter.get_style_defs(".x")


@given(st.lists(st.tuples(FORMATTERS, STYLE, st.sampled_from(["", "p-"]), st.sampled_from("ab")), max_size=6))
def test_styles_are_those_of_pygments(wanted: list[tuple[Any, str, str, str]]) -> None:
    def make() -> Iterator[Any]:
        for cls, style, prefix, title in wanted:
            formatter = cls(style=style_of(style), classprefix=prefix, title=title)
            yield seen(formatter)
            formatter.ttype2class.clear()  # what one formatter does to its own is nothing to others
            formatter.class2style["x"] = ("", token.Token, 1)

    expected = list(make())
    with shortcuts():
        assert list(make()) == expected


def test_styles_know_tokens_that_lexers_add(monkeypatch: pytest.MonkeyPatch) -> None:
    with shortcuts():
        before = HtmlFormatter(style=Late).ttype2class[token.Token.Pronghorn.Late]
        monkeypatch.setitem(token.STANDARD_TYPES, token.Token.Pronghorn.Late, "late")
        assert HtmlFormatter(style=Late).ttype2class[token.Token.Pronghorn.Late] == "late" != before


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_pages_and_index_are_those_of_stock_sphinx(builder: str, make_site: MakeSite) -> None:
    pages = {f"page{number}.md": CODE.format(number=number) for number in range(4)}
    index = {"index.md": "# Home\n\n```{toctree}\n:glob:\n*\n```\n"}
    site = make_site({**index, **pages})
    stock = site.build(builder, "-D", "extensions=myst_parser", into="stock")
    mine = site.build(builder, into="mine")
    assert stock.exit_code == mine.exit_code == 0
    assert_same_output(stock, mine)
