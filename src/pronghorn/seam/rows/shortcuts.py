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
_VISITING = (
    "translators would miss nodes, or be told of them in another order",
    "docutils writes a debug message at each node, which nobody sees",
)
NODE_WALK = _replaced(
    "docutils.nodes:Node.walk",
    "self, visitor",
    "document reporter debug __class__ __name__ dispatch_visit SkipChildren SkipNode SkipDeparture"
    " children walk SkipSiblings StopTraversal",
    reasons=_VISITING,
)
NODE_WALKABOUT = _replaced(
    "docutils.nodes:Node.walkabout",
    "self, visitor",
    "document reporter debug __class__ __name__ dispatch_visit dispatch_departure SkipChildren SkipNode"
    " SkipDeparture children walkabout SkipSiblings StopTraversal",
    reasons=_VISITING,
)
REPORTER_DEBUG = _relied_on(
    "docutils.utils:Reporter.debug", "self, *args, **kwargs", "debug_flag system_message DEBUG_LEVEL", reasons=_VISITING
)
_SPARSE = (
    "blocks of code would be highlighted as another language, or references would not be resolved",
    "docutils takes visitors to each node, also to those at which they do nothing",
)
NODE_VISITOR_DISPATCH_VISIT = _relied_on(
    "docutils.nodes:NodeVisitor.dispatch_visit",
    "self, node",
    "__class__ __name__ debug document getattr reporter unknown_visit",
    reasons=_SPARSE,
)
HIGHLIGHT_LANGUAGE_TRANSFORM_APPLY = _replaced(
    "sphinx.transforms.post_transforms.code:HighlightLanguageTransform.apply",
    "self, **kwargs",
    "HighlightLanguageVisitor addnodes config document findall highlight_language highlightlang list"
    " parent remove walkabout",
    reasons=_SPARSE,
)
HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_VISIT = _relied_on(
    "sphinx.transforms.post_transforms.code:HighlightLanguageVisitor.unknown_visit", "self, node", "", reasons=_SPARSE
)
HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_DEPARTURE = _relied_on(
    "sphinx.transforms.post_transforms.code:HighlightLanguageVisitor.unknown_departure",
    "self, node",
    "",
    reasons=_SPARSE,
)
HIGHLIGHT_LANGUAGE_VISITOR_VISIT_DOCUMENT = _relied_on(
    "sphinx.transforms.post_transforms.code:HighlightLanguageVisitor.visit_document",
    "self, node",
    "append default_setting settings",
    reasons=_SPARSE,
)
HIGHLIGHT_LANGUAGE_VISITOR_DEPART_DOCUMENT = _relied_on(
    "sphinx.transforms.post_transforms.code:HighlightLanguageVisitor.depart_document",
    "self, node",
    "pop settings",
    reasons=_SPARSE,
)
NODE_VISITOR_DISPATCH_DEPARTURE = _relied_on(
    "docutils.nodes:NodeVisitor.dispatch_departure",
    "self, node",
    "__class__ __name__ debug document getattr reporter unknown_departure",
    reasons=_SPARSE,
)
DANGLING_REFERENCES_APPLY = _replaced(
    "docutils.transforms.references:DanglingReferences.apply",
    "self",
    "DanglingReferencesVisitor document findall get info nodes referenced reporter target transformer"
    " unknown_reference_resolvers walk",
    reasons=_SPARSE,
)
DANGLING_REFERENCES_VISITOR_UNKNOWN_VISIT = _relied_on(
    "docutils.transforms.references:DanglingReferencesVisitor.unknown_visit", "self, node", "", reasons=_SPARSE
)
NOP = _relied_on("docutils.nodes:_nop", "self, node", "", reasons=_SPARSE)
_CHILDREN = (
    "nodes would not know their documents, or where they come from",
    "docutils asks for the document four times for each node",
)
NODE_SETUP_CHILD = _replaced(
    "docutils.nodes:Node.setup_child",
    "self, child",
    "parent document source current_source line current_line",
    reasons=_CHILDREN,
)
NODE_BOOL = _relied_on("docutils.nodes:Node.__bool__", "self", "", reasons=_CHILDREN)
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
_STYLES = (
    "tokens would have the classes of another style",
    "Sphinx makes a formatter for each block of code, which lists the tokens of its style",
)
HTML_FORMATTER_CREATE_STYLESHEET = _replaced(
    "pygments.formatters.html:HtmlFormatter._create_stylesheet",
    "self",
    "Token _get_css_class class2style format len style ttype2class webify",
    reasons=_STYLES,
)
HTML_FORMATTER_GET_CSS_CLASS = _relied_on(
    "pygments.formatters.html:HtmlFormatter._get_css_class",
    "self, ttype",
    "_get_ttype_class classprefix",
    reasons=_STYLES,
)
GET_TTYPE_CLASS = _relied_on(
    "pygments.formatters.html:_get_ttype_class", "ttype", "STANDARD_TYPES get parent", reasons=_STYLES
)
WEBIFY = _relied_on("pygments.formatters.html:webify", "color", "len startswith upper", reasons=_STYLES)
STYLE_META_ITER = _relied_on("pygments.style:StyleMeta.__iter__", "cls", "_styles style_for_token", reasons=_STYLES)
STYLE_META_STYLE_FOR_TOKEN = _relied_on(
    "pygments.style:StyleMeta.style_for_token",
    "cls, token",
    "_ansimap _deprecated_ansicolors _styles ansicolors bool",
    reasons=_STYLES,
)
_FILENAMES = (
    "links, images and files that are included would be looked for in another place",
    "Sphinx follows the folders around the site for each path",
)
BUILD_ENVIRONMENT_RELFN2PATH = _replaced(
    "sphinx.environment:BuildEnvironment.relfn2path",
    "self, filename, docname=None",
    "KeyError Path _relative_path as_posix doc2path docname fspath joinpath os parent parts resolve srcdir",
    reasons=_FILENAMES,
)
RELATIVE_PATH = _relied_on(
    "sphinx.util.osutil:_relative_path",
    "path, root",
    "Path anchor os parts path relative_to relpath resolve sys version_info",
    "anchor parts relative_to resolve",
    reasons=_FILENAMES,
)
_EVENTS = (
    "a debug message could be missing, or what else is done with its text",
    "Sphinx writes a debug message about each event, with the whole text of a page in it",
)
EVENT_MANAGER_EMIT = _replaced(
    "sphinx.events:EventManager.emit",
    "self, name, *args, allowed_exceptions=()",
    "Exception ExtensionError SphinxError __ append attrgetter debug handler listeners logger repr"
    " safe_getattr sorted _app _reraise_errors",
    "Exception ExtensionError SphinxError __ append attrgetter debug handler listeners logger repr"
    " safe_getattr sorted app pdb",
    reasons=_EVENTS,
)
LOGGER_ADAPTER_DEBUG = _relied_on(
    "logging:LoggerAdapter.debug", "self, msg, *args, **kwargs", "log DEBUG", reasons=_EVENTS
)
SPHINX_LOGGER_ADAPTER_LOG = _relied_on(
    "sphinx.util.logging:SphinxLoggerAdapter.log",
    "self, level, msg, *args, **kwargs",
    "LEVEL_NAMES int isinstance log super",
    reasons=_EVENTS,
)
SPHINX_LOGGER_ADAPTER_PROCESS = _relied_on(
    "sphinx.util.logging:SphinxLoggerAdapter.process", "self, msg, kwargs", "KEYWORDS pop setdefault", reasons=_EVENTS
)
LOGGER_CALL_HANDLERS = _relied_on(
    "logging:Logger.callHandlers",
    "self, record",
    "emittedNoHandlerWarning handle handlers lastResort level levelno manager name parent propagate"
    " raiseExceptions stderr sys write",
    reasons=_EVENTS,
)
CONFIG_FILES = Internal(
    "docutils.frontend:OptionParser._config_files",
    Touch.CHANGED,
    (KeptAside("get_default_values"),),
    Capability.SHORTCUTS,
    lost=_SETTINGS[0],
    why="docutils keeps there which files of settings a document has",
)
