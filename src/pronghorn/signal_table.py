"""Signals: plugins connect handlers to them, the engine, or a plugin, emits them."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar, overload

from pronghorn.errors import SignalError, did_you_mean
from pronghorn.handlers import check_arity, identity_of, strong_reference, weak_reference
from pronghorn.signals import PRIORITY, SIGNALS, SignalSpec
from pronghorn.supervisor import Supervisor

_NOT_GIVEN: Any = object()

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Dispatcher(Protocol):
    """What calls the handlers: Sphinx's ``EventManager``."""

    def add(self, event: str) -> None:
        """Make an event known; doing so twice changes nothing."""

    def connect(self, event: str, callback: Callable[..., object], priority: int) -> int:
        """Call ``callback(app, *args)`` on each emit; returns the number by which to disconnect."""

    def disconnect(self, listener: int) -> None:
        """Stop calling a listener."""

    def emit(self, event: str, *args: object) -> None:
        """Call all listeners of *event* by ascending priority."""

    def hears(self, event: str) -> bool:
        """Check whether *event* has a listener."""


class Signal:
    """One extension point: plugins connect to it, the engine (or a plugin) emits it."""

    def __init__(self, spec: SignalSpec, table: SignalTable, event: str | None = None) -> None:
        self.spec = spec
        self._event = event or spec.own_event
        self._table = table
        self._dispatcher = table.dispatcher
        self._supervisor = table.supervisor
        self._listeners: dict[tuple[int, int], int] = {}
        self._dispatcher.add(self._event)

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Signal {self.spec.name}>"

    @property
    def name(self) -> str:
        """The name under which ``site.signals`` knows it."""
        return self.spec.name

    @overload
    def connect(self, handler: Handler, priority: int = ..., weak: bool = ...) -> Handler: ...
    @overload
    def connect(self, *, priority: int = ..., weak: bool = ...) -> Callable[[Handler], Handler]: ...
    def connect(self, handler: Any = _NOT_GIVEN, priority: int = PRIORITY, weak: bool = False) -> Any:
        """Call *handler* at each emit. Connecting it again changes nothing.

        Usable as a decorator, with and without arguments.

        :param priority: lower numbers are called earlier.
        :param weak: forget the handler when nobody else holds it.
        :return: the handler itself.
        :raises SignalError: if the handler needs more arguments than the signal gives.
        """
        if handler is _NOT_GIVEN:
            return lambda function: self.connect(function, priority, weak)
        if not callable(handler):
            raise SignalError(
                f"signal '{self.name}': a handler is a function, not {handler!r}; was it called by mistake?"
            )
        key = identity_of(handler)
        if key not in self._listeners:
            observer = self._observer(handler, key, weak=weak)
            listener = self._dispatcher.connect(self._event, observer, priority)
            self._listeners[key] = listener
            self._table.owners[listener] = (self.name, self._supervisor.owner)
            self._supervisor.on_unload(lambda: self._drop(key, listener))
        return handler

    def _observer(self, handler: Callable[..., Any], key: tuple[int, int], *, weak: bool) -> Callable[..., object]:
        taken = check_arity(handler, self.spec)
        owner = self._supervisor.owner
        reference = weak_reference(handler, lambda _: self._died(owner, key)) if weak else strong_reference(handler)
        self._supervisor.hold(reference)
        about_page = bool(self.spec.args) and self.spec.args[0] == "page"  # type: ignore[index]

        def observe(_app: object, *args: Any) -> None:
            target = reference()
            if target is None or key not in self._listeners:  # dead, or disconnected during this very emit
                return
            location = args[0].docname if about_page else None
            self._supervisor.attempt(owner, target, *args[:taken], what=f"handler of {self.name}", location=location)

        return observe

    def _died(self, owner: str, key: tuple[int, int]) -> None:
        self._drop(key)
        self._supervisor.reporter.debug(
            f"[pronghorn] plugin '{owner}': a weakly connected handler of {self.name} is gone; nobody else held it"
        )

    def _drop(self, key: tuple[int, int], only: int | None = None) -> bool:
        listener = self._listeners.get(key)
        if listener is None or only not in {None, listener}:
            return False
        del self._listeners[key], self._table.owners[listener]
        self._dispatcher.disconnect(listener)
        return True

    def disconnect(self, handler: Callable[..., Any]) -> bool:
        """Stop calling *handler*; others are still called, also when this happens during an emit.

        :return: whether it was connected.
        """
        return self._drop(identity_of(handler))

    def emit(self, *args: Any) -> None:
        """Call every handler with *args*, by ascending priority, then in the order of connecting."""
        self._dispatcher.emit(self._event, *args)


class SignalTable:
    """All signals, for the engine.

    :ivar signals: the signals by name.
    :ivar owners: the signal's name and the plugin for each handler that is connected, by the dispatcher's number.
    """

    def __init__(self, dispatcher: Dispatcher, supervisor: Supervisor) -> None:
        self.dispatcher = dispatcher
        self.supervisor = supervisor
        self.owners: dict[int, tuple[str, str]] = {}
        self.signals = {spec.name: Signal(spec, self) for spec in SIGNALS}
        self._n_local = 0

    def emit(self, name: str, *args: Any) -> None:
        """Emit a signal."""
        self.signals[name].emit(*args)

    def make_local(self, name: str) -> Signal:
        """Make a signal like *name* that is heard for one page only."""
        self._n_local += 1
        spec = self.signals[name].spec
        return Signal(spec, self, f"{spec.own_event}-{self._n_local}")

    def is_heard(self, name: str) -> bool:
        """Check whether a signal has any handler, whoever has connected it."""
        return self.dispatcher.hears(self.signals[name].spec.own_event)

    def heard_by(self, plugin: str) -> set[str]:
        """Return the names of the signals to which a plugin has a handler connected."""
        return {name for name, owner in self.owners.values() if owner == plugin}


def _are_parameters(names: Sequence[object]) -> bool:
    """Check whether *names* can be the names of a function's parameters."""
    are_identifiers = all(isinstance(n, str) and n.isidentifier() and not keyword.iskeyword(n) for n in names)
    return are_identifiers and len(set(names)) == len(names)


class Signals:
    """``site.signals``: every signal, by its name as an attribute or an item."""

    def __init__(self, table: SignalTable) -> None:
        self._table = table
        self._signals = table.signals

    def __getattr__(self, name: str) -> Signal:
        try:
            return self._signals[name]
        except KeyError:
            hint = did_you_mean(name, self._signals)
            raise AttributeError(
                f"no signal '{name}'{hint} (a plugin makes one by site.signals.register_signal({name!r}))"
            ) from None

    def __getitem__(self, name: str) -> Signal:
        return self._signals[name]

    def __iter__(self) -> Iterator[Signal]:
        return iter(tuple(self._signals.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._signals

    def register_signal(self, name: str, args: Sequence[str] | None = None) -> Signal:
        """Get the signal *name*, and make it first if nobody has: so emitter and subscriber load in any order.

        :param args: names of its arguments. With them, class plugins can have a hook of that name, and
            handlers are checked when they are connected.
        :raises SignalError: if *name* is not an identifier, or another plugin declared other arguments.
        """
        if not name.isidentifier() or name.startswith("_") or name in vars(type(self)):
            raise SignalError(f"{name!r} cannot be the name of a signal: it must be a plain identifier")
        declared = tuple(args) if args is not None else None
        if declared is not None and (isinstance(args, str) or not _are_parameters(declared)):
            raise SignalError(f"signal '{name}': arguments are given as a list of identifiers, not {args!r}")
        signal = self._signals.get(name)
        if signal is None:
            spec = SignalSpec(name, declared, "", "A signal of a plugin.", "when a plugin emits it")
            signal = self._signals[name] = Signal(spec, self._table)
        elif declared is not None and signal.spec.args is None:
            signal.spec = SignalSpec(name, declared, "", signal.spec.meaning, signal.spec.often)
        elif declared is not None and signal.spec.args != declared:
            raise SignalError(
                f"signal '{name}' already has the arguments ({', '.join(signal.spec.args or ())}),"
                f" not ({', '.join(declared)})"
            )
        return signal

    register_signals = register_signal
    """The name that the guide to plugins gives it in its text."""
