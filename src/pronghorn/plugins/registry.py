"""The registry of plugins: what there is, what is loaded, and why something is not."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from pronghorn.errors import Place, PluginError, PronghornError, describe_exception, did_you_mean
from pronghorn.plugins.classes import ClassPlugins
from pronghorn.plugins.discovery import digest_files
from pronghorn.plugins.importing import PluginImporter
from pronghorn.plugins.info import Candidate, PluginInfo, PluginOrigin, PluginStatus
from pronghorn.plugins.order import load_order, requirement_circle
from pronghorn.supervisor import Supervisor
from pronghorn.warnings import WarningKind


class PluginRegistry(Mapping[str, PluginInfo]):
    """``site.plugins``: from name to :class:`PluginInfo`, for every plugin that was found.

    :param find: gives the candidates, those that win over others of the same name first.
    :param wanted: tells whether a candidate should be loaded.
    :param host: what ``register_plugin`` gets: the site. ``setup`` of a module gets its ``app``.
    :param guard: a context for each registration that takes back, when it fails, what the plugin
        registered with the host directly.
    """

    def __init__(
        self,
        find: Callable[[], list[Candidate]],
        wanted: Callable[[Candidate], bool],
        *,
        host: Any,
        supervisor: Supervisor,
        importer: PluginImporter,
        classes: ClassPlugins,
        guard: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._find = find
        self._wanted = wanted
        self._host = host
        self._supervisor = supervisor
        self._importer = importer
        self._classes = classes
        self._guard = guard
        self._infos: dict[str, PluginInfo] = {}
        self._candidates: dict[str, Candidate] = {}
        self._reset: set[str] = set()
        self._enabled: set[str] = set()
        self._disabled: set[str] = set()
        self._is_finished = False

    def __getitem__(self, name: str) -> PluginInfo:
        try:
            return self._infos[name]
        except KeyError:
            raise KeyError(f"no plugin '{name}'{did_you_mean(name, self._infos)}") from None

    def __setitem__(self, name: str, value: None) -> None:
        """Load the plugin again in the next :meth:`setup_all`; the only value is None."""
        if value is not None:
            raise TypeError("an entry of the registry can only be set to None, which asks for a reload")
        self._reset.add(self[name].name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<PluginRegistry: {len(self)}>"

    def detect(self, reset_all: bool = False) -> list[str]:
        """Look for plugins again, without loading any.

        :param reset_all: forget what is known, too, so that :meth:`setup_all` loads everything again.
        :return: the names found.
        """
        found: dict[str, Candidate] = {}
        infos: dict[str, PluginInfo] = {}
        for candidate in self._find():
            if candidate.name in found:
                infos[candidate.name].overrides = f"{candidate.origin} plugin {candidate.package}".strip()
                continue
            found[candidate.name] = candidate
            known = self._infos.get(candidate.name)
            infos[candidate.name] = known or PluginInfo(candidate.name, candidate.origin, candidate.file)
        for name in [name for name in self._infos if name not in found]:
            self._unload(name)
        self._candidates, self._infos = found, infos
        if reset_all:
            self._reset.update(infos)
        return list(infos)

    def setup_all(self, reload_all: bool = False) -> None:
        """Load every plugin that is wanted and not loaded yet.

        A plugin that failed is tried again only when its files changed, or its entry was set to None.

        :param reload_all: load those again that are loaded.
        """
        self.detect(reset_all=reload_all)
        for name in load_order(self._candidates):
            if not self._wanted(self._candidates[name]) and name not in self._enabled:
                self._switch_off(name)
            elif self._is_due(name):
                self.load(name, force=self._infos[name].status is not PluginStatus.NOT_LOADED)
        self._reset.clear()

    def _is_due(self, name: str) -> bool:
        info = self._infos[name]
        if name in self._disabled:
            return False
        if name in self._reset or info.status is PluginStatus.NOT_LOADED:
            return True
        return info.status is PluginStatus.FAILED and info.digest != self._digest(name)

    def _switch_off(self, name: str) -> None:
        info = self._infos[name]
        if info.origin is PluginOrigin.SITE or info.status is PluginStatus.LOADED:
            self._unload(name)
            info.status = PluginStatus.DISABLED

    def load(self, name: str, force: bool = False) -> PluginInfo:
        """Load one plugin; a fault is reported and shows in its entry, and nothing of it stays.

        :param force: load it although it failed before, or once more although it is loaded; no trace of its
            old registrations remains.
        :raises KeyError: if there is no plugin of that name.
        """
        info = self[name]
        if info.status in {PluginStatus.LOADED, PluginStatus.FAILED} and not force:
            return info
        self._unload(name)
        if info.digest:  # it was tried before; else it may be imported already, by another plugin
            self._importer.forget(name)
        info.digest = self._digest(name)
        self._supervisor.owns(name, *self._roots(name))
        try:
            with self._supervisor.working(name), self._guard():
                self._register(self._candidates[name], info)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code may raise anything
            self._fail(info, error)
        else:
            info.status, info.error = PluginStatus.LOADED, ""
            if self._is_finished:
                self._finish()
        return info

    def _register(self, candidate: Candidate, info: PluginInfo) -> None:
        """Import a plugin and run its registration; whatever it raises is its fault."""
        if candidate.problem is not None:
            raise candidate.problem
        self._check_relations(candidate)
        plugin = candidate.load()
        module = plugin if isinstance(plugin, ModuleType) else inspect.getmodule(plugin)
        info.version = str(getattr(module, "__version__", candidate.version))
        if info.file is None and module is not None and module.__file__:
            info.file = Path(module.__file__)
            self._supervisor.owns(info.name, info.file)
        if not isinstance(plugin, ModuleType):
            self._register_object(plugin)
            return
        register, setup = getattr(plugin, "register_plugin", None), getattr(plugin, "setup", None)
        if not callable(register) and not callable(setup):
            raise PluginError(f"the module has neither register_plugin(site) nor setup(app){_near_miss(plugin)}")
        if callable(setup):
            setup(self._host.app)
        if callable(register):
            register(self._host)

    def _register_object(self, plugin: object) -> None:
        """Register what an entry point gives beside a module: a class with hooks, or a function."""
        if inspect.isclass(plugin):
            self.register(plugin())
        elif callable(plugin):
            plugin(self._host)
        else:
            raise PluginError(f"an entry point gives a module, a class or a function, not {plugin!r}")

    def _check_relations(self, candidate: Candidate) -> None:
        circle = requirement_circle(self._candidates, candidate.name)
        if circle:
            raise PluginError(f"a circle of requirements: {' requires '.join(circle)}")
        for name in candidate.requires:
            other = self._infos.get(name)
            if other is None:
                raise PluginError(f"it requires plugin '{name}', which does not exist{did_you_mean(name, self._infos)}")
            if other.status is not PluginStatus.LOADED:
                hint = "; add it to pronghorn_plugins_enabled" if other.active is None else ""
                state = "failed to load" if other.status is PluginStatus.FAILED else f"is {other.status}"
                raise PluginError(f"it requires plugin '{name}', which {state}{hint}")
        for name in candidate.conflicts:
            if name in self._infos and self._infos[name].status is PluginStatus.LOADED:
                raise PluginError(f"it conflicts with plugin '{name}', which is loaded")

    def _fail(self, info: PluginInfo, error: BaseException) -> None:
        self._unload(info.name)
        info.status = PluginStatus.FAILED
        place = self._supervisor.place_of(info.name, error) or (Place(info.file) if info.file else None)
        said = describe_exception(error)
        if isinstance(error, PronghornError) and error.place is not None:
            # An error may name another file than the plugin's: a configuration file, say.
            place, said = error.place, error.message
        info.error = f"{place.below(self._supervisor.root)}: {said}" if place else said
        self._supervisor.reporter.warning(
            WarningKind.PLUGIN,
            f"plugin '{info.name}' is not loaded: {info.error}\n  Nothing of it is active. {self._way_out(info)}",
            location=place,
        )

    def _way_out(self, info: PluginInfo) -> str:
        package = self._candidates[info.name].package
        if info.origin is PluginOrigin.SITE:
            return f"Mend it, or add '{info.name}' to pronghorn_plugins_disabled."
        of_package = f" It is of the package {package}." if package else ""
        return f"Take '{info.name}' out of pronghorn_plugins_enabled to build without it.{of_package}"

    def _unload(self, name: str) -> None:
        self._supervisor.unload(name)
        info = self._infos[name]
        info.hooks = []
        info.status = PluginStatus.NOT_LOADED

    def register(self, plugin: object) -> None:
        """Register an instance of a class with ``@hookimpl`` methods; call it in ``register_plugin``.

        :raises PluginError: if it has no hooks, or one that asks for arguments its signal does not give.
        """
        hooks = self._classes.register(plugin)
        info = self._infos.get(self._supervisor.owner)
        if info is not None:
            info.hooks.extend(hooks)

    def enable(self, name: str) -> PluginInfo:
        """Load a plugin, and keep it loaded, whatever the configuration says."""
        self._enabled.add(self[name].name)
        self._disabled.discard(name)
        return self.load(name, force=self[name].status is not PluginStatus.LOADED)

    def disable(self, name: str) -> PluginInfo:
        """Take back all that a plugin registered, and keep it from being loaded until :meth:`enable` is called."""
        info = self[name]
        self._enabled.discard(name)
        self._disabled.add(name)
        self._unload(name)
        info.status, info.error = PluginStatus.DISABLED, ""
        return info

    def _finish(self) -> None:
        self._is_finished = True
        for name, error in self._classes.faults():
            if name in self._infos:
                self._fail(self._infos[name], error)
            else:
                raise error
        self._classes.complete()

    def _digest(self, name: str) -> str:
        return digest_files(self._roots(name))

    def _roots(self, name: str) -> list[Path]:
        root, file = self._candidates[name].root, self._infos[name].file
        if root is not None:
            return [root]
        return [file] if file is not None else []


class SitePlugins(PluginRegistry):
    """The registry, for the engine."""

    def finish(self) -> None:
        """When all plugins are loaded: fail those with hooks that no signal calls, and those loaded later likewise."""
        self._finish()

    def digests(self) -> dict[str, str]:
        """Digest the code of each loaded plugin, by its name."""
        loaded = [name for name, info in self._infos.items() if info.status is PluginStatus.LOADED]
        return {name: f"{self._infos[name].version} {self._digest(name)}" for name in sorted(loaded)}


def _near_miss(module: ModuleType) -> str:
    """Say what in *module* was probably meant to be its entry point."""
    for name in ("register_plugin", "setup"):
        if hasattr(module, name):
            return f"; its `{name}` is not a function"
    near = difflib.get_close_matches("register_plugin", vars(module), n=1)
    return f"; rename `{near[0]}`?" if near else ""
