"""Every extension point of Pronghorn, declared once: :data:`SIGNALS`.

A signal is a typed face over an event of Sphinx. ``site.signals.page_added`` is the event
``pronghorn-page-added``; handlers of both are called by one dispatcher, Sphinx's own. Connect in
``register_plugin``::

    def register_plugin(site):
        site.signals.page_added.connect(greet)


    def greet(page):
        print(page.docname)

A handler may take fewer arguments than its signal gives; this is looked at once, when it is connected.
"""

from __future__ import annotations

import inspect
import keyword
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, overload

from pronghorn.errors import SignalError, did_you_mean
from pronghorn.supervisor import Supervisor, name_of_function, place_of_function

_NOT_GIVEN: Any = object()

Handler = TypeVar("Handler", bound=Callable[..., Any])

PRIORITY = 500
"""The priority of a handler that asks for none. Lower numbers are called earlier, as in Sphinx."""

COMPONENTS = ("metadata", "source", "input", "output", "toc", "taxonomy", "term")
"""The components of a page; setting one emits ``<component>_created`` or ``<component>_removed``."""

COMPONENT_SIGNALS = frozenset(f"{name}_{change}" for name in COMPONENTS for change in ("created", "removed"))
"""The signals that each page has for itself, too: ``page.input_created``."""


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """What a signal promises to its handlers."""

    name: str
    args: tuple[str, ...] | None
    """Names of the arguments, in order; None for a custom signal that did not declare them."""
    event: str
    """The event of Sphinx at which it is emitted; empty for custom signals."""
    meaning: str
    often: str
    """How often it is emitted in one build."""
    process: str = "main"
    """The process it is emitted in: ``main``, or ``worker`` when Sphinx reads or writes with ``-j``."""

    @property
    def sphinx_event(self) -> str:
        """The name under which Sphinx's ``app.connect`` hears the signal."""
        return "pronghorn-" + self.name.replace("_", "-")


_ONCE = "once"
_PAGE = "once for each page"


def _component_specs() -> Iterator[SignalSpec]:
    when = "when it is set"
    for name in COMPONENTS:
        often = "whenever a plugin or the engine sets it"
        yield SignalSpec(f"{name}_created", ("page", name), when, f"A page got its {name}.", often)
        yield SignalSpec(f"{name}_removed", ("page", name), when, f"A page's {name} was set to None.", often)


SIGNALS: tuple[SignalSpec, ...] = (
    SignalSpec("plugins_loaded", ("site",), "config-inited", "Every plugin's `register_plugin` has run.", _ONCE),
    SignalSpec(
        "jinja_environment_prepared",
        ("env", "site"),
        "builder-inited",
        "The HTML builder's template environment exists: add filters, globals and tests to it.",
        "once, with builders that render Jinja templates",
    ),
    SignalSpec("readers_init", ("site",), "env-get-outdated", "Before the site's files are visited.", _ONCE),
    SignalSpec("page_added", ("page",), "env-get-outdated", "The site has a new page.", _PAGE),
    *_component_specs(),
    SignalSpec("readers_finished", ("site",), "env-get-outdated", "Every file has its metadata and its input.", _ONCE),
    SignalSpec("processors_init", ("site",), "env-get-outdated", "Processors now give pages their output.", _ONCE),
    SignalSpec("processors_finished", ("site",), "env-get-outdated", "All processors are done.", _ONCE),
    SignalSpec(
        "page_read",
        ("page", "doctree"),
        "doctree-read",
        "Sphinx has parsed a page. The doctree may be changed.",
        "once for each page that is read",
        "worker",
    ),
    SignalSpec("rendering_init", ("site",), "write-started", "Before the pages are written.", _ONCE),
    SignalSpec(
        "page_rendering",
        ("page", "context"),
        "html-page-context",
        "A page's template is about to be rendered. The context may be changed.",
        "once for each page that is written, with HTML builders",
        "worker",
    ),
    SignalSpec("rendering_finished", ("site",), "build-finished", "All pages are written.", _ONCE),
    SignalSpec("site_finished", ("site",), "build-finished", "The site is complete.", _ONCE),
    SignalSpec(
        "build_failed",
        ("site", "exception"),
        "build-finished",
        "The build ended with an exception.",
        "at most once",
    ),
)


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


def _arity(handler: Callable[..., Any]) -> tuple[int, int | None]:
    """How many positional arguments *handler* needs, and how many it takes (None: any number)."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):  # written in C, without a signature
        return 0, None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    needed += [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    takes_all = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return len(needed), None if takes_all else len(positional)


def _check_arity(handler: Callable[..., Any], spec: SignalSpec) -> int | None:
    needed, taken = _arity(handler)
    if spec.args is not None and needed > len(spec.args):
        given = f"{len(spec.args)}: {', '.join(spec.args)}" if spec.args else "none"
        raise SignalError(
            f"`{name_of_function(handler)}` needs {needed} arguments, but signal '{spec.name}' gives {given}",
            place=place_of_function(handler),
        )
    return taken


def _identity(handler: Callable[..., Any]) -> tuple[int, int]:
    """Tell handlers apart by what they are, never by ``==`` or truth, which they may define as they like."""
    if inspect.ismethod(handler):
        return id(handler.__self__), id(handler.__func__)
    owner = getattr(handler, "__self__", None)
    if inspect.isbuiltin(handler) and owner is not None and not inspect.ismodule(owner):
        return id(owner), hash(handler.__name__)  # a method of a built-in type is a new object at each access
    return id(handler), 0


def _strong(handler: Callable[..., Any]) -> Callable[[], Callable[..., Any]]:
    return lambda: handler


def _weak(handler: Callable[..., Any], died: Callable[[object], None]) -> Callable[[], Callable[..., Any] | None]:
    if inspect.ismethod(handler):
        return weakref.WeakMethod(handler, died)
    return weakref.ref(handler, died)


class Signal:
    """One extension point: plugins connect to it, the engine (or a plugin) emits it."""

    def __init__(
        self, spec: SignalSpec, dispatcher: Dispatcher, supervisor: Supervisor, event: str | None = None
    ) -> None:
        self.spec = spec
        self._event = event or spec.sphinx_event
        self._dispatcher = dispatcher
        self._supervisor = supervisor
        self._listeners: dict[tuple[int, int], int] = {}
        self._owners: dict[int, str] = {}
        dispatcher.add(self._event)

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
        key = _identity(handler)
        if key not in self._listeners:
            observer = self._observer(handler, key, weak=weak)
            listener = self._dispatcher.connect(self._event, observer, priority)
            self._listeners[key] = listener
            self._owners[listener] = self._supervisor.owner
            self._supervisor.on_unload(lambda: self._drop(key, listener))
        return handler

    def _observer(self, handler: Callable[..., Any], key: tuple[int, int], *, weak: bool) -> Callable[..., object]:
        taken = _check_arity(handler, self.spec)
        owner = self._supervisor.owner
        reference = _weak(handler, lambda _: self._died(owner, key)) if weak else _strong(handler)
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
        del self._listeners[key], self._owners[listener]
        self._dispatcher.disconnect(listener)
        return True

    def disconnect(self, handler: Callable[..., Any]) -> bool:
        """Stop calling *handler*; others are still called, also when this happens during an emit.

        :return: whether it was connected.
        """
        return self._drop(_identity(handler))

    @property
    def is_heard(self) -> bool:
        """Whether any handler is connected, whoever has connected it."""
        return self._dispatcher.hears(self._event)

    def is_heard_by(self, owner: str) -> bool:
        """Check whether a plugin has a handler connected."""
        return owner in self._owners.values()

    def emit(self, *args: Any) -> None:
        """Call every handler with *args*, by ascending priority, then in the order of connecting."""
        self._dispatcher.emit(self._event, *args)


def _are_parameters(names: Sequence[object]) -> bool:
    """Check whether *names* can be the names of a function's parameters."""
    are_identifiers = all(isinstance(n, str) and n.isidentifier() and not keyword.iskeyword(n) for n in names)
    return are_identifiers and len(set(names)) == len(names)


class Signals:
    """``site.signals``: every signal, by its name as an attribute or an item."""

    def __init__(self, dispatcher: Dispatcher, supervisor: Supervisor) -> None:
        self._dispatcher = dispatcher
        self._supervisor = supervisor
        self._signals = {spec.name: Signal(spec, dispatcher, supervisor) for spec in SIGNALS}
        self._local_number = 0

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

    def make_local(self, name: str) -> Signal:
        """Make a signal like *name* that is heard for one page only."""
        self._local_number += 1
        spec = self._signals[name].spec
        event = f"{spec.sphinx_event}-{self._local_number}"
        return Signal(spec, self._dispatcher, self._supervisor, event)

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
            signal = self._signals[name] = Signal(spec, self._dispatcher, self._supervisor)
        elif declared is not None and signal.spec.args is None:
            signal.spec = SignalSpec(name, declared, "", signal.spec.meaning, signal.spec.often)
        elif declared is not None and signal.spec.args != declared:
            raise SignalError(
                f"signal '{name}' already has the arguments ({', '.join(signal.spec.args or ())}),"
                f" not ({', '.join(declared)})"
            )
        return signal
