"""Merging: the environment of the site, as if all pages had been read in it in sorted order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment

from pronghorn.cache.plan.reasons import Reason
from pronghorn.incremental.read.beside import BesideReader
from pronghorn.incremental.read.collisions import Collisions, Entries, divided, lay_entries, name_of
from pronghorn.incremental.read.contribution import Contribution, complete, is_core_domain, lay_in
from pronghorn.incremental.read.initial_attributes import form_of_part
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.modules import link_to_last
from pronghorn.incremental.read.pages import LivePage, LiveReading, PageReader
from pronghorn.incremental.read.patch import Assignment, plan_patch
from pronghorn.incremental.read.records import PageRecord
from pronghorn.incremental.read.silent import Met
from pronghorn.incremental.read.snapshots import PageReading, Snapshots
from pronghorn.incremental.read.table_order import kept_order
from pronghorn.incremental.read.tables import extension_attributes
from pronghorn.seam.rows.reading import MERGE


class Merger:
    """Merges what pages contribute.

    :param reader: reads pages in the environment of the site, as Sphinx does.
    :param beside: gives pages that define what an earlier one does.
    """

    def __init__(
        self, app: Sphinx, isolation: Isolation, reader: PageReader, snapshots: Snapshots, beside: BesideReader
    ) -> None:
        self._app = app
        self._beside = beside
        self._snapshots = snapshots
        self._isolation = isolation
        self._reader = reader
        self._collisions = Collisions(isolation.blank, isolation.startup_data)
        self.beside: set[str] = set()
        """The pages that were taken up beside what others have under their names."""
        self._are_merged: dict[str, bool] = {}
        """Whether extensions merge what pages change in their attributes of the environment, by name."""

    def replace(self, env: BuildEnvironment, before: dict[str, PageRecord], changed: dict[str, PageReading]) -> bool:
        """Put new contributions in the places of old ones.

        :param before: what was known of all pages.
        :return: False, and nothing is changed, if they do not fit there.
        """
        is_known = all(docname in before and docname in env.all_docs for docname in changed)
        if not is_known or any(record.collision for record in before.values()):
            return False
        old = self._snapshots.load_all({docname: before[docname].snapshot for docname in changed})
        if old.keys() != changed.keys():
            return False
        assignments: list[Assignment] = []
        for docname, reading in changed.items():
            planned = plan_patch(env, docname, old[docname].contribution, reading.contribution, is_core_domain)
            if planned is None:
                return False
            assignments += planned
        for table, key, value in assignments:
            table[key] = value
        return True

    def forget_all(self, env: BuildEnvironment, docnames: Iterable[str]) -> None:
        """Bring *env* to the state before the first page was read."""
        self._isolation.blank.lay_into(env, self._isolation.startup_data)
        for docname in docnames:
            self._app.events.emit("env-purge-doc", env, docname)
        self._isolation.forget_attributes()

    def merge_all(
        self, env: BuildEnvironment, readings: Mapping[str, PageReading], met: Met | None
    ) -> dict[str, LiveReading]:
        """Merge all pages of the site into *env*, which holds none.

        :param met: where code of a silent extension is met: the pages that it reaches contribute nothing yet.
        :return: the pages that had to be read in *env*.
        """
        if met is None:
            return self._merge_each(env, readings)
        live = self._merge_each(env, {d: reading for d, reading in readings.items() if not met.reaches(d)})
        return live | self._read_each(env, filter(met.reaches, env.found_docs), met.reason)

    def go_on(
        self,
        env: BuildEnvironment,
        before: dict[str, PageRecord],
        changed: dict[str, PageReading],
        others: Collection[str],
        met: Met,
    ) -> dict[str, LiveReading]:
        """Merge some pages into *env*, and read *others* there; all else stays as it is, as Sphinx does it.

        :param before: what was known of all pages.
        :return: the pages that had to be read in *env*.
        """
        is_replaced = self.replace(env, before, changed)
        with kept_order(env):
            for docname in () if is_replaced else sorted(changed):
                self._app.events.emit("env-purge-doc", env, docname)
                env.clear_doc(docname)
            live = {} if is_replaced else self._merge_each(env, changed)
            return live | self._read_each(env, others, met.reason)

    def _merge_each(self, env: BuildEnvironment, readings: Mapping[str, PageReading]) -> dict[str, LiveReading]:
        """Merge pages; read those there that cannot be merged, and return them."""
        live = {}
        for docname, reading in sorted(readings.items()):
            reason = self._take_up(env, docname, reading.contribution)
            if reason is not None:
                live[docname] = LiveReading(reason, self._read_live(env, docname))
        return live

    def _read_each(self, env: BuildEnvironment, docnames: Iterable[str], reason: Reason) -> dict[str, LiveReading]:
        reached = sorted(docnames)
        progress = self._reader.progress(reached) if reached else ()
        return {docname: LiveReading(reason, self._read_live(env, docname)) for docname in progress}

    def _take_up(self, env: BuildEnvironment, docname: str, contribution: Contribution) -> Reason | None:
        """Merge one page, if need be beside what *env* has under its names; return why it has to be read there."""
        unmergeable = min(contribution.domains.keys() & _unmergeable(env), default=None)
        if unmergeable is not None:
            return Reason("unmerged", unmergeable)
        entries = self._collisions.entries(env, contribution)
        symbol = self._collisions.symbol(env, contribution)
        made: Entries = {}
        if entries and symbol is None:
            is_of_domains = {domain for domain, _, _ in entries} <= set(env.domains.keys())
            found = self._read_beside(env, docname, entries) if is_of_domains else None
            if found is None:
                return Reason("collision", name_of(entries))
            contribution, made = found
        elif symbol is not None:
            return Reason("collision", symbol)
        unmerged = self._merge(env, docname, contribution)
        if unmerged is not None:
            return Reason("unmerged", unmerged)
        lay_entries(env, made)
        if made:
            self.beside.add(docname)
        return None

    def _read_beside(
        self, env: BuildEnvironment, docname: str, entries: Entries
    ) -> tuple[Contribution, Entries] | None:
        """Return what a page contributes, and what it has made of entries of others; None if it has met others."""
        reading = self._beside.read(docname, entries)
        if reading is None or self._collisions.symbol(env, reading.contribution) is not None:
            return None
        if not self._collisions.entries(env, reading.contribution).keys() <= entries.keys():
            return None
        try:
            return divided(reading.contribution, entries)
        except KeyError:  # it has removed some
            return None

    def _read_live(self, env: BuildEnvironment, docname: str) -> LivePage:
        before = {*extension_attributes(env)}
        page = self._reader.read_live(docname)
        self._isolation.note_made(extension_attributes(env).keys() - before)
        return page

    def _merge(self, env: BuildEnvironment, docname: str, contribution: Contribution) -> str | None:
        """Merge one page, as Sphinx merges what another process has read.

        :return: the name of an attribute which its extension has not merged; None if nothing is lost.
        """
        parts = [*self._isolation.initial.changed_parts(contribution.attributes)]
        for name, _ in parts:
            if not self._are_merged.get(name, True):
                return name
        before = [(part, form_of_part(env, *part)) for part in parts if part[0] not in self._are_merged]
        self._app.events.emit("env-purge-doc", env, docname)  # as before a page is read: handlers tidy up then
        self._isolation.reset()
        lay_in(contribution, self._isolation.env, self._isolation.initial.filled)
        with self._reader.silent.not_heard("env-merge-info"), _unmergeable_passed(env):
            MERGE.of(env)([docname], self._isolation.env, self._app)
        if docname not in contribution.tables.get("metadata", {}):  # merging makes an entry; reading in place does not
            env.metadata.pop(docname, None)
        link_to_last(env, docname, self._isolation.env)
        complete(env, contribution)
        return self._lost(env, before)

    def _lost(self, env: BuildEnvironment, before: Iterable[tuple[tuple[str, Any], bytes | None]]) -> str | None:
        """Return the name of an attribute that merging has left as it was; it is looked at once in a build."""
        for (name, key), form in before:
            is_same = form is not None and form_of_part(env, name, key) == form
            self._are_merged[name] = self._are_merged.get(name, True) and not is_same
            if is_same:
                return name
        return None


def _unmergeable(env: BuildEnvironment) -> set[str]:
    """Return the names of the domains that do not say how to merge their data."""
    domains = env.domains.items()
    return {name for name, domain in domains if type(domain).merge_domaindata is Domain.merge_domaindata}


@contextmanager
def _unmergeable_passed(env: BuildEnvironment) -> Iterator[None]:
    """Have these domains merge nothing: there is nothing of theirs, and they would raise an error all the same."""
    own = [vars(env.domains[name]) for name in _unmergeable(env)]
    for attributes in own:
        attributes["merge_domaindata"] = lambda _docnames, _data: None
    try:
        yield
    finally:
        for attributes in own:
            del attributes["merge_domaindata"]
