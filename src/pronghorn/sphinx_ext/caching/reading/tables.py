"""The tables of Sphinx's environment: what reading pages fills."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains._domains_container import _DomainsContainer
from sphinx.environment import BuildEnvironment

TABLES = (
    "all_docs",
    "dependencies",
    "included",
    "reread_always",
    "metadata",
    "titles",
    "longtitles",
    "tocs",
    "toc_num_entries",
    "toc_secnumbers",
    "toc_fignumbers",
    "toctree_includes",
    "files_to_rebuild",
    "glob_toctrees",
    "numbered_toctrees",
    "images",
    "dlfiles",
    "original_image_uri",
)
"""Attributes of ``BuildEnvironment`` that reading a page adds to, domains' data aside."""

SCRATCH = (
    "_pickled_doctree_cache",
    "_write_doc_doctree_cache",
    "_search_index_titles",
    "_search_index_filenames",
    "_search_index_mapping",
    "_search_index_title_mapping",
    "_search_index_all_titles",
    "_search_index_index_entries",
    "_search_index_objtypes",
    "_search_index_objnames",
    "current_document",
    "ref_context",
    "temp_data",
)
"""Attributes that are no part of what a page contributes."""

SHARED = (
    "_app",
    "_doctreedir",
    "_srcdir",
    "app",
    "config",
    "config_status",
    "config_status_extra",
    "doctreedir",
    "events",
    "project",
    "srcdir",
    "version",
    "versioning_compare",
    "versioning_condition",
    "_builder_cls",
)
"""Attributes that are the same for all pages."""

OTHERS = ("domaindata", "domains", "settings")
"""Attributes that get a treatment of their own."""

KNOWN = frozenset((*TABLES, *SCRATCH, *SHARED, *OTHERS))
"""All attributes that Sphinx gives an environment; any other one is an extension's."""


StartupData = dict[str, dict[str, Any]]
"""Data of domains that extensions provide when a build starts, by domain and by name of the data."""


class BlankTables:
    """The tables as they are before the first page is read.

    Touches the attributes of ``BuildEnvironment`` named above and ``_DomainsContainer._from_environment``. If Sphinx
    gives an environment a table that is not among them, what pages contribute to it would be lost.
    """

    def __init__(self, app: Sphinx) -> None:
        fresh = BuildEnvironment(app)
        fresh.clear_doc("")  # domains make some of their tables when they are first asked for anything
        self._pickled = pickle.dumps(
            {name: vars(fresh)[name] for name in (*TABLES, *SCRATCH, "domaindata") if name in vars(fresh)},
            pickle.HIGHEST_PROTOCOL,
        )
        tables = self.make()
        self.domains: dict[str, dict[str, Any]] = tables["domaindata"]
        """The data of each domain, to compare with; never changed."""
        self.pickled: dict[tuple[str, str], bytes] = {
            (domain, name): pickled_form(value)
            for domain, data in self.domains.items()
            for name, value in data.items()
            if not isinstance(value, dict | list | set)
        }
        """Data that is no container, pickled: such as the root of C's symbols."""

    def make(self) -> dict[str, Any]:
        """Give fresh tables, by attribute."""
        tables: dict[str, Any] = pickle.loads(self._pickled)  # noqa: S301 - made above
        return tables

    def lay_into(self, env: BuildEnvironment, startup: StartupData) -> None:
        """Have *env* forget all pages, in place; what is only in memory stays.

        :param startup: data of domains that is no page's, which stays as well.
        """
        vars(env).update({name: table for name, table in self.make().items() if name not in SCRATCH})
        for domain in env.domains.values():
            if domain.name not in env.domaindata:
                env.domaindata[domain.name] = copy.deepcopy(domain.initial_data) | {"version": domain.data_version}
            env.domaindata[domain.name].update(startup.get(domain.name, {}))
            domain.data = env.domaindata[domain.name]

    def find_startup_data(self, env: BuildEnvironment) -> StartupData:
        """Find what extensions have put into the data of domains of *env*, which holds no page yet."""
        found = {}
        for domain, data in env.domaindata.items():
            before = self.domains.get(domain, {})
            own = {name: value for name, value in data.items() if not _is_blank(name, value, before)}
            if own:
                found[domain] = own
        return found


def _is_blank(name: str, value: Any, before: Mapping[str, Any]) -> bool:
    """Tell whether data of a domain is as it was when the domain was made."""
    if name not in before:
        return False
    if isinstance(value, dict | list | set):
        return bool(value == before[name])
    return _reloaded_form(value) == _reloaded_form(before[name])


def _reloaded_form(value: object) -> bytes:
    """Pickle what was pickled before: then it does not matter which strings were one object."""
    return pickled_form(pickle.loads(pickled_form(value)))  # noqa: S301 - made by this process


def pickled_form(value: object) -> bytes:
    """Pickle to compare."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def make_domains(env: BuildEnvironment, app: Sphinx) -> None:
    """Give *env* domains of its own, on its own data."""
    vars(env)["domains"] = _DomainsContainer._from_environment(env, registry=app.registry)  # noqa: SLF001 - see above


def extension_attributes(env: BuildEnvironment) -> dict[str, Any]:
    """Give what extensions keep on an environment."""
    return {name: value for name, value in vars(env).items() if name not in KNOWN and not name.startswith("pronghorn_")}
