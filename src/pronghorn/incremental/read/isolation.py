"""Reading one page in an environment of its own."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterable, Iterator, MutableMapping, MutableSequence, MutableSet
from contextlib import contextmanager
from typing import Any

from sphinx.application import Sphinx

from pronghorn.incremental.read.collisions import Entries, lay_entries
from pronghorn.incremental.read.initial_attributes import InitialAttributes
from pronghorn.incremental.read.page_environment import AskingData, PageEnvironment
from pronghorn.incremental.read.records import Records
from pronghorn.incremental.read.tables import BlankTables, StartupData, extension_attributes, make_domains
from pronghorn.observing.attributes import PLAIN
from pronghorn.observing.recorder import Recorder
from pronghorn.seam.environment import SHARED
from pronghorn.seam.rows.configuration import APP_ENV
from pronghorn.seam.rows.reading import BUILDER_ENV

_CONTAINERS = (MutableMapping, MutableSequence, MutableSet)


def _is_empty_container(value: object) -> bool:
    return isinstance(value, _CONTAINERS) and not len(value)


class Isolation:
    """Swaps the site's environment for one that holds a single page, and back."""

    def __init__(
        self,
        app: Sphinx,
        recorder: Recorder,
        records: Records,
    ) -> None:
        self._app = app
        self._main = app.env
        self._recorder = recorder
        self._page_attributes = page_attributes = records.page_attributes
        self._made_by_pages = records.made_by_pages
        self._beside: Entries = {}
        startup_names = records.startup_names
        self.initial = initial = InitialAttributes(self._main, records.initial_attributes)
        self.blank = BlankTables(app)
        if not app.env.all_docs:
            found = self.blank.find_startup_data(app.env)
            startup_names.update({domain: set(data) for domain, data in found.items()})
        self.startup_data: StartupData = {
            domain: {name: data[name] for name in startup_names[domain] if name in data}
            for domain, data in app.env.domaindata.items()
            if domain in startup_names
        }
        """Data of domains that is not a page's, by domain and name."""
        self.env = env = PageEnvironment.__new__(PageEnvironment)
        vars(env).update(
            pronghorn_main=self._main,
            pronghorn_recorder=recorder,
            pronghorn_page_attributes=page_attributes,
            pronghorn_made_by_pages=records.made_by_pages,
            pronghorn_initial=initial,
            pronghorn_emptied={},
            domaindata={},
        )
        self._take_shared()
        vars(env).update(self.blank.make())
        make_domains(env, app)
        self._equip_domains()
        self.reset()

    def startup_state(self) -> dict[str, Any]:
        """Return what extensions have put on the environment, or into domains' data, that is not data of pages."""
        attributes = extension_attributes(self._main)
        if not self._main.all_docs:
            self._page_attributes |= {name for name, value in attributes.items() if _is_empty_container(value)}
        of_site = {name: value for name, value in attributes.items() if name not in self._page_attributes}
        data = self.startup_data.items()
        of_domains = {f"{domain}:{name}": value for domain, found in data for name, value in found.items()}
        return of_site | self.initial.kept() | of_domains

    def _equip_domains(self) -> None:
        """Hand the page's domains what extensions have put on the site's since they were made."""
        for name, domain in self._main.domains.items():
            own = vars(self.env.domains[name])
            own.update({attribute: value for attribute, value in vars(domain).items() if attribute not in own})

    def _take_shared(self) -> None:
        shared = vars(self._main)
        vars(self.env).update({name: shared[name] for name in SHARED if name in shared})
        self.env.settings = self._main.settings | {"env": self.env}

    def reset(self) -> None:
        """Forget the page."""
        for name in extension_attributes(self.env):
            delattr(self.env, name)
        self.blank.lay_into(self.env, {})
        self.env.ref_context.clear()
        for domain, data in self.startup_data.items():
            asking = AskingData(self.env.domaindata.get(domain, {}), data, self._recorder, domain)
            self.env.domaindata[domain] = asking
            if domain in self.env.domains:  # an extension may keep data there without a domain
                self.env.domains[domain].data = asking

    def separate(self) -> None:
        """Leave what was there before the first page was read out of what the page has put on the environment."""
        own = vars(self.env)
        for name, value in extension_attributes(self.env).items():
            if hasattr(self._main, name) and self.env.pronghorn_is_start(name):
                own[name] = self.initial.growth(name, value)
                if own[name] is None:
                    del own[name]

    def learn(self, names: Iterable[str]) -> None:
        """Hear in which attributes pages keep what they contribute."""
        for name in names:
            if name not in self._page_attributes:
                if not hasattr(self._main, name):
                    self.note_made([name])
                self.initial.keep(name)
                self._page_attributes.add(name)

    def note_made(self, names: Iterable[str]) -> None:
        """Hear of attributes that were not there before a page made them."""
        self._made_by_pages.update(names)
        self._page_attributes.update(names)

    def forget_attributes(self) -> None:
        """Make the site's environment hold nothing of pages in attributes, also where an extension purges nothing.

        Those that were there, and not empty, without any page stay as they are: what is not a page's in them may be of
        this build.
        """
        for name, value in extension_attributes(self._main).items():
            if name in self._made_by_pages:
                delattr(self._main, name)
            elif name in self._page_attributes and not self.initial.has(name) and isinstance(value, _CONTAINERS):
                value.clear()  # somebody else may hold it, too

    @contextmanager
    def entered(self) -> Iterator[PageEnvironment]:
        """Make Sphinx read into the environment of one page: code takes it from the application, or the builder."""
        app = self._app
        self.reset()
        lay_entries(self.env, self._beside)
        self._take_shared()
        with APP_ENV.replaced(self.env, app), BUILDER_ENV.replaced(self.env, app.builder), self.emptied():
            try:
                yield self.env
            finally:
                self._take_from_emptied()

    @contextmanager
    def beside(self, entries: Entries) -> Iterator[None]:
        """Show pages that are read inside some entries of others; they may change them."""
        self._beside = entries
        try:
            yield
        finally:
            self._beside = {}

    @contextmanager
    def emptied(self) -> Iterator[None]:
        """Empty what pages have put into containers of the site's environment, until the block ends.

        An extension may keep the same container in memory, and put there what it finds on a page: that is the page's.
        Around many pages it is done once.
        """
        emptied, before = self.env.pronghorn_emptied, dict[int, tuple[Any, Any]]()  # two names may have one container
        if emptied:
            yield
            return
        for name in self._page_attributes - self._made_by_pages:
            value: Any = vars(self._main).get(name)
            if type(value) in PLAIN and not self.initial.has(name):
                emptied[name] = value
                before.setdefault(id(value), (value, copy.copy(value)))
                value.clear()
        try:
            yield
        finally:
            for value, items in before.values():
                value.clear()
                _fill(value, items)
            emptied.clear()

    def _take_from_emptied(self) -> None:
        """Take what lies in emptied containers for what the page has put on its own environment."""
        own = vars(self.env)
        for name, value in self.env.pronghorn_emptied.items():
            if own.get(name, value) is value and (name in own or value):
                own[name] = copy.copy(value)
            value.clear()


def _fill(container: Any, items: Any) -> None:
    """Put items into an empty container."""
    if isinstance(container, list | deque):
        container.extend(items)
    else:
        container.update(items)
