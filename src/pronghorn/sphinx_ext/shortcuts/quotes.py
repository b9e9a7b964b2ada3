"""Smart quotes, in texts that have none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docutils import nodes
from docutils.transforms.universal import SmartQuotes
from docutils.utils import normalize_language_tag, smartquotes
from sphinx.transforms import SphinxSmartQuotes
from sphinx.util import nodes as sphinx_nodes

from pronghorn.sphinx_ext.shortcuts.installing import Place, Shortcut
from pronghorn.sphinx_ext.shortcuts.known import Known

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
    """Tell whether a transform does what Sphinx's does, with settings for which :data:`_ACTIVE` holds."""
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
    """Give the form of a language for which there are smart quotes; empty, with one warning, if there is none."""
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
        Known(
            SmartQuotes,
            "apply",
            "self",
            "AttributeError Text TextElement add clear dict document educate_tokens findall get_language_code"
            " get_tokens isinstance language_code nodes nodes_to_skip normalize_language_tag option_string parent"
            " quotes replace reporter setdefault settings smartchars smartquotes smartquotes_action"
            " smartquotes_locales startswith unsupported_languages update utils warning zip",
        ),
        Known(SphinxSmartQuotes, "get_tokens", "self, txtnodes", "astext is_smartquotable re str sub"),
        Known(
            sphinx_nodes,
            "is_smartquotable",
            "node",
            "NON_SMARTQUOTABLE_PARENT_NODES get getattr isinstance parent traverse_parent",
        ),
        Known(nodes.Text, "astext", "self", "str unescape"),
        Known(
            smartquotes,
            "educate_tokens",
            "text_tokens, attr='1', language='en'",
            "educateBackticks educateDashes educateDashesOldSchool educateDashesOldSchoolInverted educateEllipses"
            " educateQuotes educateSingleBackticks processEscapes replace stupefyEntities",
        ),
        Known(
            smartquotes,
            "educateQuotes",
            "text, language='en'",
            "ADJACENT_1 ADJACENT_2 APOSTROPHE CLOSING_PRIMARY CLOSING_SECONDARY DECADE OPENING_PRIMARY"
            " OPENING_SECONDARY OPEN_DOUBLE OPEN_SINGLE START_DOUBLE START_SINGLE apostrophe cpquote csquote opquote"
            " osquote re regexes replace search smartchars startswith sub",
        ),
        Known(smartquotes, "educateBackticks", "text, language='en'", "cpquote opquote replace smartchars"),
        Known(smartquotes, "educateSingleBackticks", "text, language='en'", "csquote osquote replace smartchars"),
        Known(smartquotes, "educateDashes", "text", "emdash endash replace smartchars"),
        Known(smartquotes, "educateDashesOldSchool", "text", "emdash endash replace smartchars"),
        Known(smartquotes, "educateDashesOldSchoolInverted", "text", "emdash endash replace smartchars"),
        Known(smartquotes, "educateEllipses", "text", "ellipsis replace smartchars"),
        Known(smartquotes, "processEscapes", "text, restore=False", "replace"),
    ),
    make=_make,
)
"""Touches ``SmartQuotes.apply`` and the functions that tell what becomes of a text: if they did their work in another
way unnoticed, texts that they would change would stay as they are."""
