"""Shortcuts for the search index give what the functions give that they replace."""

import pytest
import snowballstemmer  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer.basestemmer import BaseStemmer  # type: ignore[import-untyped]
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

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


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_pages_and_index_are_those_of_stock_sphinx(builder: str, make_site: MakeSite) -> None:
    pages = {f"page{number}.md": CODE.format(number=number) for number in range(4)}
    index = {"index.md": "# Home\n\n```{toctree}\n:glob:\n*\n```\n"}
    site = make_site({**index, **pages})
    stock = site.build(builder, "-D", "extensions=myst_parser", into="stock")
    mine = site.build(builder, into="mine")
    assert stock.exit_code == mine.exit_code == 0
    assert_same_output(stock, mine)
