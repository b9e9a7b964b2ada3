"""The tables of Sphinx's environment: what reading pages fills."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from pronghorn.seam.environment import KNOWN, SCRATCH, TABLES
from pronghorn.seam.rows.reading import ATTRIBUTES, DOMAINS, FROM_ENVIRONMENT

StartupData = dict[str, dict[str, Any]]
"""Data of domains that extensions provide when a build starts, by domain and by name of the data."""


class BlankTables:
    """The tables as they are before the first page is read."""

    def __init__(self, app: Sphinx) -> None:
        ATTRIBUTES.check()
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
        """Data that is not a container, pickled: such as the root of C's symbols."""

    def make(self) -> dict[str, Any]:
        """Return fresh tables, by attribute."""
        tables: dict[str, Any] = pickle.loads(self._pickled)  # noqa: S301 - made above
        return tables

    def lay_into(self, env: BuildEnvironment, startup: StartupData) -> None:
        """Make *env* forget all pages, in place; what is only in memory stays.

        :param startup: data of domains that is not a page's, which stays as well.
        """
        vars(env).update({name: table for name, table in self.make().items() if name not in SCRATCH})
        for domain in env.domains.values():
            if domain.name not in env.domaindata:
                env.domaindata[domain.name] = copy.deepcopy(domain.initial_data) | {"version": domain.data_version}
            env.domaindata[domain.name].update(startup.get(domain.name, {}))
            domain.data = env.domaindata[domain.name]
        for name in startup.keys() - env.domaindata.keys():  # data that an extension keeps there, without a domain
            env.domaindata[name] = dict(startup[name])

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
    """Check whether data of a domain is as it was when the domain was made."""
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
    """Make domains for *env*, on its own data."""
    DOMAINS.put(env, FROM_ENVIRONMENT.of()(env, registry=app.registry))


def extension_attributes(env: BuildEnvironment) -> dict[str, Any]:
    """Return what extensions keep on an environment."""
    return {name: value for name, value in vars(env).items() if name not in KNOWN and not name.startswith("pronghorn_")}
