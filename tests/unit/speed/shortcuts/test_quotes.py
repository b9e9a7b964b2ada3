"""Texts get the smart quotes that Sphinx gives them."""

import io
from itertools import count
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.languages import get_language
from docutils.transforms.universal import SmartQuotes
from docutils.utils import Reporter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sphinx.transforms import SphinxSmartQuotes

from tests.support.shortcuts import shortcuts

ACTIONS = ("qDe", "", "q", "b", "B", "d", "i", "e", "w", "qBiew", "1", "2", "3", "-1")
LANGUAGES = ("en", "de", "fr-ch", "de-1901", "xx", "EN_us")

plain = st.text("ab .-;é“—…", max_size=8)
active = st.text("a .-\"'`&;\\\0#q4u9o63t2", max_size=10)
special = st.sampled_from(["--", "---", "...", ". . .", "&quot;", "&#34;", "&#92;", "``a''", "'80s", "“a”", ""])
texts = st.lists(plain | active | special, max_size=4).map("".join) | plain
inline = st.tuples(
    st.sampled_from([nodes.emphasis, nodes.literal, nodes.math, nodes.option_string]),
    texts,
    st.sampled_from([False] * 4 + [True]),
)
blocks = st.tuples(
    st.sampled_from([nodes.paragraph, nodes.title, nodes.literal_block, nodes.comment]),
    st.lists(texts | inline, max_size=4),
    st.none() | st.sampled_from(LANGUAGES),
)


class Quoted(nodes.Text):
    """A text that is shown in another way."""

    def astext(self) -> str:
        return f"<{self!s}>"


def taught(page: list[Any], action: str, **setting: Any) -> list[Any]:
    """Return the texts of a page after smart quotes, which of them are old, and what is warned of."""
    get_language(setting.get("language_code", "en"))  # of one that it does not know, docutils warns once in a process
    stream = io.StringIO()
    options = get_default_settings()
    vars(options).update({"smart_quotes": True, "language_code": "en", "smartquotes_locales": None, **setting})
    document = nodes.document(options, Reporter("page.rst", 2, 4, stream), source="page.rst")
    numbers = count()
    for kind, inside, language in page:
        block = kind("", classes=[f"language-{language}"] if language else [])
        for part in inside:
            if isinstance(part, str):
                block.append(nodes.Text(part))
            else:
                wrapper, first, is_quoted = part
                block.append(wrapper("", "", (Quoted if is_quoted else nodes.Text)(first)))
        document.append(block)
    for text in document.findall(nodes.Text):
        vars(text)["number"] = next(numbers)
    transform = SphinxSmartQuotes(document, None)
    vars(transform)["smartquotes_action"] = action
    SmartQuotes.apply(transform)
    found = [(str(text), type(text), vars(text).get("number")) for text in document.findall(nodes.Text)]
    return [*found, stream.getvalue()]


@settings(max_examples=400)
@example([(nodes.paragraph, ["a—b"], None)], "-1", "en")
@example([(nodes.paragraph, [(nodes.literal, "a\0b", False)], None)], "qDe", "en")
@given(st.lists(blocks, max_size=3), st.sampled_from(ACTIONS), st.sampled_from(LANGUAGES))
def test_texts_are_those_of_sphinx(page: list[Any], action: str, language: str) -> None:
    stock = taught(page, action, language_code=language)
    with shortcuts():
        assert taught(page, action, language_code=language) == stock


@given(st.lists(blocks, max_size=2), st.sampled_from([False, True, "alt", "yes"]))
def test_unusual_settings_are_those_of_sphinx(page: list[Any], smart: Any) -> None:
    stock = taught(page, "qDe", smart_quotes=smart)
    with shortcuts():
        assert taught(page, "qDe", smart_quotes=smart) == stock
