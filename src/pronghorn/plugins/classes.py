"""Plugins that are objects with ``@hookimpl`` methods, on pluggy. A hook has the name of its signal."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pluggy

from pronghorn.errors import PluginError, did_you_mean
from pronghorn.model.page import Page
from pronghorn.signal_table import Signal, Signals
from pronghorn.signals import PRIORITY
from pronghorn.supervisor import Supervisor, place_of_function

PROJECT = "pronghorn"

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a method of a class plugin as a hook; takes pluggy's options: ``tryfirst``, ``trylast``, ``wrapper``."""

_hookspec = pluggy.HookspecMarker(PROJECT)


class ClassPlugins:
    """Registers objects and calls their hooks when signals are emitted: one listener for each signal."""

    def __init__(self, signals: Signals, supervisor: Supervisor) -> None:
        self._signals = signals
        self._supervisor = supervisor
        self._manager = pluggy.PluginManager(PROJECT)
        self._known: set[str] = set()
        self._registered: list[tuple[str, object]] = []

    def register(self, plugin: object) -> list[str]:
        """Add *plugin*, an instance of a class with hooks.

        :return: the names of its hooks.
        :raises PluginError: if it is a class, has no hooks, or a hook asks for arguments its signal does not give.
        """
        if inspect.isclass(plugin):
            raise PluginError(f"register an instance: site.plugins.register({plugin.__name__}())")
        hooks = _hooks_of(plugin)
        if not hooks:
            raise PluginError(f"{type(plugin).__name__} has no @hookimpl method", place=place_of_function(type(plugin)))
        if any(registered is plugin for _, registered in self._registered):
            raise PluginError(f"this {type(plugin).__name__} is registered already")
        for name, method in hooks.items():
            self._check_arguments(name, method)
            self._specify(name)
        owner = self._supervisor.owner
        proxy = SimpleNamespace(**{name: self._guarded(owner, method) for name, method in hooks.items()})
        try:
            self._manager.register(proxy, f"{owner}.{type(plugin).__name__}.{id(plugin)}")
        except pluggy.PluginValidationError as error:
            raise PluginError(str(error)) from error
        self._registered.append((owner, plugin))
        self._supervisor.hold(lambda: plugin)
        self._supervisor.on_unload(lambda: self._remove(plugin, proxy))
        return list(hooks)

    def _remove(self, plugin: object, proxy: object) -> None:
        self._manager.unregister(proxy)
        self._registered = [entry for entry in self._registered if entry[1] is not plugin]

    def _check_arguments(self, name: str, method: Callable[..., Any]) -> None:
        given = self._signals[name].spec.args if name in self._signals else None
        unknown = [p for p in inspect.signature(method).parameters if given is not None and p not in given]
        if unknown:
            raise PluginError(
                f"hook `{name}` asks for {', '.join(unknown)}; it may take: {', '.join(given or ()) or 'nothing'}",
                place=place_of_function(method),
            )

    def _specify(self, name: str) -> None:
        """Make a pluggy hook of the signal *name*, if it declares its arguments."""
        if name in self._known or name not in self._signals or self._signals[name].spec.args is None:
            return
        signal = self._signals[name]
        self._known.add(name)
        self._manager.add_hookspecs(type("Specs", (), {name: staticmethod(_spec_function(signal))}))
        listener = functools.partial(self._call_hooks, signal)
        with self._supervisor.working(PROJECT):  # the listener is the engine's: no plugin's unloading removes it
            signal.connect(listener, PRIORITY)

    def _call_hooks(self, signal: Signal, *args: Any) -> None:
        hook = getattr(self._manager.hook, signal.name)
        hook(**dict(zip(signal.spec.args or (), args, strict=True)))

    def _guarded(self, owner: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a hook so that its fault is its owner's, and the next plugin's hook is still called."""

        @functools.wraps(method)
        def guarded(*args: Any) -> Any:
            answer = self._supervisor.attempt(owner, method, *args, what="hook", location=_docname_in(args))
            return answer[0] if answer else None

        @functools.wraps(method)
        def guarded_wrapper(*args: Any) -> Any:
            steps = method(*args)

            @functools.wraps(method)
            def step(value: object) -> Any:
                """Run the wrapper to its `yield` or, from there, to its end; None if it failed."""
                try:
                    return (steps.send(value),)
                except StopIteration as end:
                    return (end.value,)

            begun = self._supervisor.attempt(owner, step, None, what="hook", location=_docname_in(args))
            result = yield
            if begun is None:
                return result
            ended = self._supervisor.attempt(owner, step, result, what="hook", location=_docname_in(args))
            return ended[0][0] if ended else result

        # A wrapper surrounds the other hooks; pluggy runs it in two steps.
        return guarded_wrapper if inspect.isgeneratorfunction(method) else guarded

    def faults(self) -> list[tuple[str, PluginError]]:
        """Find hooks that no signal calls, or whose signal gives other arguments, when all plugins are loaded.

        :return: the owner of each and an error that names the nearest signal, or the arguments.
        """
        found = []
        for owner, plugin in self._registered:
            for name, method in _hooks_of(plugin).items():
                is_optional = getattr(method, PROJECT + "_impl")["optionalhook"]
                if name not in self._signals or self._signals[name].spec.args is None:
                    if not is_optional:
                        found.append((owner, self._unknown_hook(plugin, name, method)))
                    continue
                try:
                    self._check_arguments(name, method)
                except PluginError as error:
                    found.append((owner, error))
        return found

    def complete(self) -> None:
        """Call the hooks of custom signals that were declared after the plugins with these hooks."""
        for _, plugin in self._registered:
            for name in _hooks_of(plugin):
                self._specify(name)

    def _unknown_hook(self, plugin: object, name: str, method: Callable[..., Any]) -> PluginError:
        place = place_of_function(method)
        title = f"hook `{type(plugin).__name__}.{name}`"
        if name in self._signals:
            return PluginError(
                f"{title}: signal '{name}' does not declare its arguments; make it with"
                f" site.signals.register_signal({name!r}, args=(...)), or connect a function",
                place=place,
            )
        hint = did_you_mean(name.removeprefix("on_"), (signal.name for signal in self._signals))
        return PluginError(f"{title}: there is no signal '{name}'{hint}", place=place)


def _docname_in(args: tuple[Any, ...]) -> str | None:
    """Return the docname of the page among *args*."""
    return next((arg.docname for arg in args if isinstance(arg, Page)), None)


def _hooks_of(plugin: object) -> dict[str, Callable[..., Any]]:
    found = {}
    for name in dir(type(plugin)):
        if hasattr(getattr(type(plugin), name, None), PROJECT + "_impl"):
            method = getattr(plugin, name)
            options = getattr(method, PROJECT + "_impl")
            found[options["specname"] or name] = method
    return found


def _spec_function(signal: Signal) -> Callable[..., None]:
    """Make a function with the signal's arguments: pluggy reads them from its signature.

    pluggy reads the names from the code object, so they are put there.
    """

    def spec() -> None:
        """Do nothing; only the signature counts."""

    names = signal.spec.args or ()
    spec.__code__ = spec.__code__.replace(co_argcount=len(names), co_nlocals=len(names), co_varnames=names)
    spec.__name__ = spec.__qualname__ = signal.name
    return _hookspec(spec)
