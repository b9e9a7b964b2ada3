"""Sphinx's environment while pages are written: it tells the recorder what is read of it."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.observing.attributes import ATTRIBUTE, Attributes
from pronghorn.observing.dicts import NotedTable, noted_table, plain
from pronghorn.observing.doctrees import watch_target
from pronghorn.observing.recorder import NAMES, Recorder
from pronghorn.observing.state import DOMAIN, State, Table
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.seam.environment import KNOWN
from pronghorn.seam.internal import subclassed
from pronghorn.seam.rows.reading import FOUND_DOCS, GET_DOCTREE
from pronghorn.seam.rows.writing import MASTER_DOCTREE
from pronghorn.seam.symbols import is_symbol, symbols_below

DOCUMENTS = "all_docs"
"""The table that has an entry for each document."""

TABLES: Mapping[str, Callable[[dict[Any, Any]], Table]] = {
    DOCUMENTS: lambda items: Table(items, project=lambda _time: True),
    "titles": Table,
    "longtitles": Table,
    "tocs": Table,
    "toc_num_entries": Table,
    "toc_secnumbers": Table,
    "toc_fignumbers": Table,
    "toctree_includes": Table,
    "metadata": lambda items: Table(items, depth=2, columns=True, empty_is_absent=True),
    "included": Table,
    "dependencies": Table,
    "files_to_rebuild": Table,
    "original_image_uri": Table,
    # Besides a file's name in the output, the set of all pages that use it.
    "images": lambda items: Table(items, project=lambda entry: entry[1]),
    "dlfiles": lambda items: Table(items, project=lambda entry: entry[1]),
}
"""Dicts that Sphinx keeps in the environment, and what of them pages can see."""

OTHERS = (KNOWN - TABLES.keys()) | {"master_doctree"}
"""All other attributes that Sphinx gives an environment. Any other one is an extension's."""

_LEVELS = {"intersphinx_inventory": 2, "intersphinx_named_inventory": 3, "nb_metadata": 2}
"""Attributes of extensions that are large, or change often, and that pages look up key by key; and how many levels of
keys."""

_IRRELEVANT = frozenset({"intersphinx_cache", "ogp_social_card_plt_objects"})
"""What makes no difference to pages: the times at which inventories were fetched; what cards of pages are drawn with by
sphinxext.opengraph, which puts all texts in again for each."""


class NotedEnvironment(BuildEnvironment):
    """An environment that tells what is read. The class of Sphinx's is swapped for one with this in front.

    Python asks ``__getattr__`` for what is not there, and what extensions keep is put elsewhere.
    """

    pronghorn_recorder: Recorder
    pronghorn_attributes: Attributes

    @property
    def found_docs(self) -> set[str]:
        """All docnames."""
        self.pronghorn_recorder.note(DOCUMENTS + NAMES)
        return self.project.docnames

    @property
    def master_doctree(self) -> nodes.document:
        """The document of the site's root page."""
        self.pronghorn_recorder.note("doctree", self.config.root_doc)
        with self.pronghorn_recorder.suspended():
            return super().master_doctree

    def get_doctree(self, docname: str) -> nodes.document:
        """Return the document of a page as it was read; of another page than the one at work, tell what is read."""
        doctree = super().get_doctree(docname)
        recorder = self.pronghorn_recorder
        if recorder.noted is not None and docname != recorder.docname:
            watch_target(doctree, docname, recorder)
        return doctree

    def __getattr__(self, name: str) -> Any:
        """Return what an extension keeps; only asked for attributes that are not there."""
        if name.startswith(("__", "pronghorn_")):
            raise AttributeError(name)
        self.pronghorn_recorder.note(ATTRIBUTE, name)
        self.pronghorn_recorder.asked_by(sys._getframe(1))  # noqa: SLF001
        self.pronghorn_attributes.hear(name)
        try:
            return self.pronghorn_attributes.values[name]
        except KeyError:
            raise AttributeError(f"'BuildEnvironment' object has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; what an extension keeps is changed where it is kept."""
        if _is_foreign(name):
            # To begin with nothing is not a change: if something is put into it, that will be seen.
            self._pronghorn_change(name, begins=name not in self.pronghorn_attributes.values and _is_empty(value))
            self.pronghorn_attributes.values[name] = value
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        """Remove an attribute."""
        if _is_foreign(name):
            self._pronghorn_change(name)
            del self.pronghorn_attributes.values[name]
        else:
            super().__delattr__(name)

    def _pronghorn_change(self, name: str, *, begins: bool = False) -> None:
        if name in _LEVELS and not begins:
            self.pronghorn_recorder.spoil(f"it changes 'env.{name}'")
        self.pronghorn_recorder.note(ATTRIBUTE, name)
        self.pronghorn_attributes.hear(name)


def _is_foreign(name: str) -> bool:
    return name not in TABLES and name not in OTHERS and not name.startswith(("__", "pronghorn_"))


def _is_empty(value: object) -> bool:
    return isinstance(value, dict | list | set) and not value


@contextmanager
def noted_environment(
    env: BuildEnvironment,
    recorder: Recorder,
    state: State,
    name_of: Callable[[str], str],
    *,
    pack: Callable[[object], bytes],
    unpack: Callable[[bytes], Any],
) -> Iterator[Attributes]:
    """Make *env*, in place, tell *recorder* what is read; *state* answers what is in it. Put back at the end.

    :param name_of: names an absolute path, so that it means the same in every clone.
    :param pack: pickles a value for the store.
    """
    attributes = Attributes(state, _IRRELEVANT | _LEVELS.keys(), pack=pack, unpack=unpack)
    with ExitStack() as stack:
        _replace_tables(env, recorder, state, stack)
        _replace_domain_data(env, recorder, state, stack)
        state.add(ATTRIBUTE, lambda name: _digest_of_kept(attributes.values, name, name_of))
        _take_aside(env, recorder, state, stack, attributes)
        yield attributes


def _replace_tables(env: BuildEnvironment, recorder: Recorder, state: State, stack: ExitStack) -> None:
    attributes = vars(env)
    for name, make in TABLES.items():
        table = make(attributes[name])
        state.add_table(name, table)
        noted = noted_table(attributes[name], name, recorder, depth=table.depth)
        attributes[name] = noted
        stack.callback(_put_back, attributes, name, noted)


def _put_back(owner: dict[str, Any], name: str, noted: NotedTable) -> None:
    owner[name] = plain(noted)


def _replace_domain_data(env: BuildEnvironment, recorder: Recorder, state: State, stack: ExitStack) -> None:
    for name, data in list(env.domaindata.items()):
        kind = domain_kind(name)
        state.add_table(kind, Table(data, depth=2, project=seen_of))
        noted = noted_table(data, kind, recorder, depth=2)
        _set_data(env, name, noted)
        stack.callback(_set_data, env, name, data)


def _set_data(env: BuildEnvironment, name: str, data: dict[str, Any]) -> None:
    env.domaindata[name] = data
    if name in env.domains:
        env.domains[name].data = data


def domain_kind(name: str) -> str:
    """Return the name under which a domain's tables are noted."""
    return DOMAIN + name


def seen_of(value: Any) -> Any:
    """Return what pages can see of a value that a domain keeps.

    Of a tree of C or C++ symbols, names and declarations can be seen, and which of those with one name comes first.
    """
    if is_symbol(value):
        return [
            (str(symbol.get_full_nested_name()), str(symbol.declaration), symbol.docname or "")
            for symbol in symbols_below(value)
            if symbol.declaration is not None
        ]
    return value


def _take_aside(env: BuildEnvironment, recorder: Recorder, state: State, stack: ExitStack, kept: Attributes) -> None:
    """Put what extensions keep where it is only found by way of ``__getattr__``."""
    attributes, cls = vars(env), type(env)
    for name in [name for name in attributes if _is_foreign(name)]:
        value = attributes.pop(name)
        if name in _LEVELS and type(value) in {dict, defaultdict}:
            state.add_table(name, Table(value, depth=_LEVELS[name], empty_is_absent=True))
            kept.values[name] = noted_table(value, name, recorder, depth=_LEVELS[name])
        else:
            kept.values[name] = value
            if _is_empty(value):  # that costs nothing, and who fills it may have it in memory
                kept.hear(name)
    attributes.update(pronghorn_recorder=recorder, pronghorn_attributes=kept)
    stack.callback(_bring_back, env, cls)
    own = type(cls.__name__, (NotedEnvironment, cls), {"__module__": cls.__module__})
    subclassed(env, own, (FOUND_DOCS, GET_DOCTREE, MASTER_DOCTREE))


def _digest_of_kept(kept: Mapping[str, Any], name: str, name_of: Callable[[str], str]) -> bytes:
    if name in _IRRELEVANT or name not in kept or _is_empty(kept[name]):
        return ABSENT
    if name in _LEVELS:
        return digest_of_state("told elsewhere")
    return digest_of_state(kept[name], name_of)


def _bring_back(env: BuildEnvironment, cls: type[BuildEnvironment]) -> None:
    subclassed(env, cls)
    attributes = vars(env)
    kept = attributes.pop("pronghorn_attributes").values
    del attributes["pronghorn_recorder"]
    attributes.update({name: plain(value) if isinstance(value, NotedTable) else value for name, value in kept.items()})
