"""Smart quotes, in texts that have none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docutils import nodes
from docutils.transforms.universal import SmartQuotes
from docutils.utils import normalize_language_tag, smartquotes
from sphinx.transforms import SphinxSmartQuotes

from pronghorn.seam.rows.shortcuts import (
    EDUCATE_BACKTICKS,
    EDUCATE_DASHES,
    EDUCATE_DASHES_OLD_SCHOOL,
    EDUCATE_DASHES_OLD_SCHOOL_INVERTED,
    EDUCATE_ELLIPSES,
    EDUCATE_QUOTES,
    EDUCATE_SINGLE_BACKTICKS,
    EDUCATE_TOKENS,
    IS_SMARTQUOTABLE,
    PROCESS_ESCAPES,
    SMART_QUOTES_APPLY,
    SPHINX_SMART_QUOTES_GET_TOKENS,
    TEXT_ASTEXT,
)
from pronghorn.seam.shortcuts import Place, Shortcut

_ACTIVE = re.compile(r"[\0\\\"'`&]|--|\.\.\.|\. \. \.")
"""What smart quotes change, whichever of them are wanted: a text without any of it stays as it is."""


def _make() -> Mapping[Place, Callable[..., Any]]:
    stock = SmartQuotes.apply

    def apply(self: Any) -> None:
        """Take each block apart in which something is to be changed; in others, put new texts in place of the old."""
        if not _is_usual(self):
            stock(self)
            return
        languages: dict[str, str] = {}
        document = self.document
        document_language = document.settings.language_code
        for block in document.findall(nodes.TextElement):
            if isinstance(block, self.nodes_to_skip) or isinstance(block.parent, nodes.TextElement):
                continue
            texts = [text for text in block.findall(nodes.Text) if not isinstance(text.parent, nodes.option_string)]
            language = block.get_language_code(document_language)
            if language not in languages:
                languages[language] = _supported(self, language, block)
            for text, changed in zip(texts, _changed(self, texts, languages[language]), strict=False):
                text.parent.replace(text, nodes.Text(changed))
        self.unsupported_languages.clear()

    return {(SmartQuotes, "apply"): apply}


def _is_usual(transform: Any) -> bool:
    """Check whether a transform does what Sphinx's does, with settings for which :data:`_ACTIVE` holds."""
    settings = transform.document.settings
    action = transform.smartquotes_action
    return (
        type(transform) is SphinxSmartQuotes
        and getattr(settings, "smart_quotes", False) is True
        and not settings.smartquotes_locales
        and isinstance(action, str)
        and action != "-1"  # to put plain characters in place of smart ones
    )


def _supported(transform: Any, language: str, block: nodes.TextElement) -> str:
    """Return the form of a language for which there are smart quotes; empty, with one warning, if there is none."""
    for tag in normalize_language_tag(language):
        if tag in smartquotes.smartchars.quotes:
            return tag
    transform.document.reporter.warning(f'No smart quotes defined for language "{language}".', base_node=block)
    return ""


def _changed(transform: Any, texts: list[nodes.Text], language: str) -> Iterator[str]:
    if all(type(text) is nodes.Text and _ACTIVE.search(text) is None for text in texts):
        return map(str, texts)
    tokens = transform.get_tokens(texts)
    changed: Iterator[str] = smartquotes.educate_tokens(tokens, attr=transform.smartquotes_action, language=language)
    return changed


QUOTES = Shortcut(
    relies_on=(
        SMART_QUOTES_APPLY,
        SPHINX_SMART_QUOTES_GET_TOKENS,
        IS_SMARTQUOTABLE,
        TEXT_ASTEXT,
        EDUCATE_TOKENS,
        EDUCATE_QUOTES,
        EDUCATE_BACKTICKS,
        EDUCATE_SINGLE_BACKTICKS,
        EDUCATE_DASHES,
        EDUCATE_DASHES_OLD_SCHOOL,
        EDUCATE_DASHES_OLD_SCHOOL_INVERTED,
        EDUCATE_ELLIPSES,
        PROCESS_ESCAPES,
    ),
    make=_make,
)
