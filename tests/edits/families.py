"""Kinds of edits: for each a strategy. A run can leave some of them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.edits.configuration import BASE_EXTENSIONS, CONF_READING, CONF_WRITING, EXTENSIONS, HOOKS, THEMES
from tests.edits.contents import CONTENTS, TEMPLATES
from tests.edits.edit import (
    AddPage,
    AnyEdit,
    Conf,
    Days,
    DeletePage,
    Field,
    Hook,
    LinkPage,
    MovePart,
    Part,
    PutFile,
    RenamePage,
    Revert,
    SwapPages,
    Title,
)
from tests.edits.markup import PARTS
from tests.edits.names import NEW_PAGES, PAGES, TITLES
from tests.edits.plugins import PLUGIN_CONF, PLUGIN_FILES, PLUGINS
from tests.edits.site import File

Value = TypeVar("Value")

_PAGE = st.sampled_from(PAGES)
_ANY_PAGE = st.sampled_from((*PAGES, *NEW_PAGES[:4]))
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "orphan": ("",),
    "tocdepth": ("1", "2"),
    "nosearch": ("",),
    "nocomments": ("",),
    "tags": ("red", "red blue", "blue", "blue, green", "Red, C++, C"),
    "series": ("first", "first/part", "second"),
    "date": ("2023-05-01", "2024-02-29", "2026-01-31 10:00:00+05:00", "soon"),
    "draft": ("true", "false"),
    "expires": ("2023-12-31",),
    "weight": ("1", "-2.5"),
    "author": ("Ann",),
    "template": ("special", "nonsense"),
    "type": ("special",),
    "title": ("Given",),
    "substitutions": ("{fruit: cherry}",),
    "html_theme.sidebar": ("x",),
}


def _of(pools: Mapping[str, Sequence[Value]]) -> SearchStrategy[tuple[str, Value | None]]:
    """Make pairs of a name and one of its values; often None."""

    def values(name: str) -> SearchStrategy[tuple[str, Value | None]]:
        return st.tuples(st.just(name), st.sampled_from([*pools[name], None]))

    return st.sampled_from(sorted(pools)).flatmap(values)


def _parts(*slots: str) -> SearchStrategy[AnyEdit]:
    def texts(slot: str) -> SearchStrategy[AnyEdit]:
        return st.builds(Part, _ANY_PAGE, st.just(slot), PARTS[slot] | PARTS[slot] | PARTS[slot] | st.none())

    return st.sampled_from(slots).flatmap(texts) | st.builds(MovePart, st.sampled_from(slots), _PAGE, _PAGE)


def _files(pools: Mapping[str, Sequence[File]]) -> SearchStrategy[AnyEdit]:
    return _of(pools).map(lambda pair: PutFile(*pair))


def _conf(pools: Mapping[str, Sequence[str]]) -> SearchStrategy[AnyEdit]:
    return _of(pools).map(lambda pair: Conf(*pair))


FAMILIES: Mapping[str, SearchStrategy[AnyEdit]] = {
    "text": st.builds(Part, _ANY_PAGE, st.just("text"), PARTS["text"]),
    "title": st.builds(Title, _ANY_PAGE, st.sampled_from(TITLES)),
    "headings": _parts("sections", "prelude"),
    "toctrees": _parts("toctree"),
    "labels": _parts("labels", "numbers"),
    "references": _parts("refs"),
    "markdown": st.builds(
        Part, st.sampled_from([page for page in PAGES if page.endswith(".md")]), st.just("links"), PARTS["links"]
    ),
    "inclusions": _parts("include", "images"),
    "objects": _parts("python", "clike", "objects", "terms", "index"),
    "notes": _parts("notes", "math", "todo", "conditions"),
    "blocks": _parts("misc", "local", "autodoc"),
    "metadata": st.builds(lambda page, pair: Field(page, *pair), _ANY_PAGE, _of(_FIELDS)),
    "lists": _parts("lists"),
    "new pages": st.builds(AddPage, st.sampled_from((*NEW_PAGES, *PAGES)), st.sampled_from(TITLES), PARTS["text"]),
    "gone pages": st.builds(DeletePage, _ANY_PAGE),
    "renamed pages": st.builds(RenamePage, _PAGE, st.sampled_from((*NEW_PAGES, *PAGES)))
    | st.builds(SwapPages, _PAGE, _PAGE),
    "linked pages": st.builds(LinkPage, st.sampled_from((*NEW_PAGES[:3], *PAGES[1:])), _PAGE),
    "files": _files(CONTENTS),
    "templates": _files(TEMPLATES),
    "reading": _conf(CONF_READING),
    "writing": _conf(CONF_WRITING),
    "theme": st.builds(Conf, st.just("html_theme"), st.sampled_from(THEMES)),
    "extensions": st.builds(Conf, st.just("extensions"), st.sampled_from((*EXTENSIONS, BASE_EXTENSIONS))),
    "hooks": _of(HOOKS).map(lambda pair: Hook(*pair)),
    "plugins": _files(PLUGINS),
    "plugin files": _files(PLUGIN_FILES) | _conf(PLUGIN_CONF),
    "days": st.builds(Days, st.sampled_from([1, 400])),
    "reverts": st.builds(Revert, st.sampled_from([1, 2, 5])),
}
"""Each kind of edit by its name; the names are what reports count."""
