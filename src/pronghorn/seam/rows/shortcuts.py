"""What shortcuts stand in for, and what that rests on."""

from __future__ import annotations

from functools import partial

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Function, KeptAside


def _relied_on(
    place: str,
    parameters: str,
    *uses: str,
    reasons: tuple[str, str],
    since: tuple[int, int] = (0, 0),
    touch: Touch = Touch.WATCHED,
) -> Internal:
    """Make a row for a function that must do its work in a way that is known.

    :param uses: all names that it uses, one text for each version of it.
    :param reasons: what would be wrong, and why there is no public way.
    """
    shapes = tuple(Function(parameters, uses=names) for names in uses)
    lost, why = reasons
    return Internal(place, touch, shapes, Capability.SHORTCUTS, lost=lost, why=why, since=since)


_replaced = partial(_relied_on, touch=Touch.REPLACED)
"""The same for a function that another one stands in for."""

_WALKING = (
    "transforms would find other nodes, or in another order",
    "docutils walks through all nodes for each search, and has no hook for it",
)
NODE_FINDALL = _replaced(
    "docutils.nodes:Node.findall",
    "self, condition=None, include_self=True, descend=True, siblings=False, ascend=False",
    "_superfast_findall isinstance type _fast_findall len children findall parent index",
    "_superfast_findall isinstance type tuple _fast_findall len children findall parent index",
    reasons=_WALKING,
)
NODE_FAST_FINDALL = _replaced(
    "docutils.nodes:Node._fast_findall", "self, cls", "isinstance children _fast_findall", reasons=_WALKING
)
NODE_SUPERFAST_FINDALL = _replaced(
    "docutils.nodes:Node._superfast_findall", "self", "children _superfast_findall", reasons=_WALKING
)
ELEMENT_GETITEM = _relied_on(
    "docutils.nodes:Element.__getitem__",
    "self, key",
    "isinstance str attributes int children slice step start stop TypeError",
    reasons=_WALKING,
)
ELEMENT_CONTAINS = _relied_on(
    "docutils.nodes:Element.__contains__", "self, key", "isinstance str attributes children", reasons=_WALKING
)
NODE_MATCHER_MATCH = _relied_on(
    "sphinx.util.nodes:NodeMatcher.match",
    "self, node",
    "classes isinstance attrs nodes Element items Any get Exception",
    reasons=_WALKING,
)
NODE_MATCHER_CALL = _relied_on("sphinx.util.nodes:NodeMatcher.__call__", "self, node", "match", reasons=_WALKING)
_QUOTES = (
    "texts that smart quotes would change would stay as they are",
    "docutils takes each text apart, also where there is nothing to change",
)
SMART_QUOTES_APPLY = _replaced(
    "docutils.transforms.universal:SmartQuotes.apply",
    "self",
    "AttributeError Text TextElement add clear dict document educate_tokens findall get_language_code"
    " get_tokens isinstance language_code nodes nodes_to_skip normalize_language_tag option_string parent"
    " quotes replace reporter setdefault settings smartchars smartquotes smartquotes_action"
    " smartquotes_locales startswith unsupported_languages update utils warning zip",
    reasons=_QUOTES,
)
SPHINX_SMART_QUOTES_GET_TOKENS = _relied_on(
    "sphinx.transforms:SphinxSmartQuotes.get_tokens",
    "self, txtnodes",
    "astext is_smartquotable re str sub",
    reasons=_QUOTES,
)
IS_SMARTQUOTABLE = _relied_on(
    "sphinx.util.nodes:is_smartquotable",
    "node",
    "NON_SMARTQUOTABLE_PARENT_NODES get getattr isinstance parent traverse_parent",
    reasons=_QUOTES,
)
TEXT_ASTEXT = _relied_on("docutils.nodes:Text.astext", "self", "str unescape", reasons=_QUOTES)
EDUCATE_TOKENS = _relied_on(
    "docutils.utils.smartquotes:educate_tokens",
    "text_tokens, attr='1', language='en'",
    "educateBackticks educateDashes educateDashesOldSchool educateDashesOldSchoolInverted educateEllipses"
    " educateQuotes educateSingleBackticks processEscapes replace stupefyEntities",
    reasons=_QUOTES,
)
EDUCATE_QUOTES = _relied_on(
    "docutils.utils.smartquotes:educateQuotes",
    "text, language='en'",
    "ADJACENT_1 ADJACENT_2 APOSTROPHE CLOSING_PRIMARY CLOSING_SECONDARY DECADE OPENING_PRIMARY"
    " OPENING_SECONDARY OPEN_DOUBLE OPEN_SINGLE START_DOUBLE START_SINGLE apostrophe cpquote csquote"
    " opquote osquote re regexes replace search smartchars startswith sub",
    reasons=_QUOTES,
)
EDUCATE_BACKTICKS = _relied_on(
    "docutils.utils.smartquotes:educateBackticks",
    "text, language='en'",
    "cpquote opquote replace smartchars",
    reasons=_QUOTES,
)
EDUCATE_SINGLE_BACKTICKS = _relied_on(
    "docutils.utils.smartquotes:educateSingleBackticks",
    "text, language='en'",
    "csquote osquote replace smartchars",
    reasons=_QUOTES,
)
EDUCATE_DASHES = _relied_on(
    "docutils.utils.smartquotes:educateDashes", "text", "emdash endash replace smartchars", reasons=_QUOTES
)
EDUCATE_DASHES_OLD_SCHOOL = _relied_on(
    "docutils.utils.smartquotes:educateDashesOldSchool", "text", "emdash endash replace smartchars", reasons=_QUOTES
)
EDUCATE_DASHES_OLD_SCHOOL_INVERTED = _relied_on(
    "docutils.utils.smartquotes:educateDashesOldSchoolInverted",
    "text",
    "emdash endash replace smartchars",
    reasons=_QUOTES,
)
EDUCATE_ELLIPSES = _relied_on(
    "docutils.utils.smartquotes:educateEllipses", "text", "ellipsis replace smartchars", reasons=_QUOTES
)
PROCESS_ESCAPES = _relied_on(
    "docutils.utils.smartquotes:processEscapes", "text, restore=False", "replace", reasons=_QUOTES
)
_SETTINGS = ("documents would lack settings", "docutils makes an option parser for each document")
GET_DEFAULT_SETTINGS = _replaced(
    "docutils.frontend:get_default_settings",
    "*components",
    "OptionParser catch_warnings DeprecationWarning get_default_values warnings filterwarnings",
    reasons=_SETTINGS,
)
GET_SETTINGS = _replaced(
    "sphinx.util.docutils:_get_settings",
    "*components, defaults, read_config_files=False",
    "OptionParser catch_warnings DeprecationWarning get_default_values warnings",
    "OptionParser catch_warnings DeprecationWarning get_default_values warnings docutils frontend",
    reasons=_SETTINGS,
    since=(9, 0),
)
OPTION_PARSER_GET_STANDARD_CONFIG_SETTINGS = _relied_on(
    "docutils.frontend:OptionParser.get_standard_config_settings",
    "self",
    "DeprecationWarning Values catch_warnings filterwarnings get_config_file_settings"
    " get_standard_config_files update warnings",
    reasons=_SETTINGS,
)
_STEMMING = (
    "words would be found under stems of other words",
    "Sphinx remembers stems for the page that it is at only",
)
BASE_STEMMER_STEM_WORD = _replaced(
    "snowballstemmer.basestemmer:BaseStemmer.stemWord", "self, word", "set_current _stem get_current", reasons=_STEMMING
)
CONFIG_FILES = Internal(
    "docutils.frontend:OptionParser._config_files",
    Touch.CHANGED,
    (KeptAside("get_default_values"),),
    Capability.SHORTCUTS,
    lost=_SETTINGS[0],
    why="docutils keeps there which files of settings a document has",
)
