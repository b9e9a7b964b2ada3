"""Events are emitted as Sphinx emits them, and whoever listens to debug messages hears of them."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sphinx import events
from sphinx.errors import ExtensionError, SphinxError
from sphinx.events import EventManager
from sphinx.util import logging as sphinx_logging

from tests.conftest import MakeSite
from tests.support import assert_same_output
from tests.support.shortcuts import shortcuts

LEVELS = [logging.NOTSET, logging.DEBUG, sphinx_logging.VERBOSE, logging.INFO, logging.WARNING]
ERRORS = {"plain": ValueError, "sphinx": SphinxError, "allowed": KeyError, "extension": ExtensionError}

answers = st.lists(st.sampled_from([1, None, "a", *ERRORS]), max_size=4)
places = st.lists(
    st.tuples(st.sampled_from(["", "sphinx", "sphinx.sphinx.events"]), st.sampled_from(LEVELS)), max_size=3
)
special = st.sampled_from([None] * 4 + ["filter", "factory", "propagate", "class", "adapter", "disabled"])


class Unshown:
    """Cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("not for you")


class Counted:
    """Counts how often it is shown."""

    times = 0

    def __repr__(self) -> str:
        self.times += 1
        return "counted"


class Listening(logging.Logger):
    """Hears what it logs by itself."""

    heard: list[Any]

    def handle(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


class Collecting(logging.Handler):
    """Collects what is said of each record."""

    def __init__(self, level: int, heard: list[Any]) -> None:
        super().__init__(level)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append((self.level, record.name, record.levelno, record.funcName, record.getMessage()))


@contextmanager
def loggers(handlers: list[tuple[str, int]], what: str | None) -> Iterator[list[Any]]:
    """Connect these handlers only, and something special; return what is heard."""
    heard: list[Any] = []

    def note(*args: Any, **named: Any) -> Any:
        heard.append((what, str(args)))
        return logging.LogRecord(*args, **named) if what == "factory" else True

    with pytest.MonkeyPatch.context() as patch:
        all_loggers = {name: logging.getLogger(name) for name in (None, "sphinx", "sphinx.sphinx.events")}
        for logger in all_loggers.values():
            patch.setattr(logger, "handlers", [])
        patch.setattr(all_loggers["sphinx"], "propagate", what == "propagate")
        patch.setattr(all_loggers["sphinx"], "level", logging.DEBUG)
        patch.setattr(logging, "lastResort", None)
        patch.setattr(logging.Logger.manager, "emittedNoHandlerWarning", False)
        patch.setattr("sys.stderr", stream := io.StringIO())
        for name, level in handlers:
            all_loggers[name or None].handlers.append(Collecting(level, heard))
        inner = all_loggers["sphinx.sphinx.events"]
        if what == "filter":
            patch.setattr(inner, "filters", [lambda record: note(record.getMessage())])
        elif what == "factory":
            patch.setattr(logging, "_logRecordFactory", note)
        elif what == "disabled":
            patch.setattr(inner, "disabled", True)
        elif what == "class":
            other = Listening("sphinx.sphinx.events")
            other.heard, other.parent = heard, all_loggers["sphinx"]
            patch.setattr(events, "logger", sphinx_logging.SphinxLoggerAdapter(other, {}))
        elif what == "adapter":
            patch.setattr(events, "logger", SimpleNamespace(debug=note))
        for logger in all_loggers.values():
            logger.manager._clear_cache()  # type: ignore[attr-defined]
        yield heard
        heard.append(stream.getvalue())


def emitted(given_answers: list[Any], arguments: list[Any], *, pdb: bool) -> Any:
    """Return what comes of an event, and what was given to its listeners."""
    manager = EventManager(SimpleNamespace(pdb=pdb, name="application"))  # type: ignore[arg-type]
    calls: list[Any] = []

    def listener(number: int, answer: Any) -> Any:
        def listen(app: Any, *args: Any) -> Any:
            calls.append((number, app.name, [type(one) for one in args]))
            if answer in ERRORS:
                raise ERRORS[answer](number)
            return answer

        return listen

    for number, answer in enumerate(given_answers):
        vars(manager)["listeners"]["mine"].append(
            events.EventListener(number, listener(number, answer), 500 - number % 2 * 100)
        )
    try:
        return manager.emit("mine", *arguments, allowed_exceptions=(KeyError,)), calls
    except (ValueError, KeyError, SphinxError) as error:
        said = str(error).partition(" at 0x")
        return type(error), said[0], getattr(error, "modname", None), type(error.__cause__), calls


@settings(max_examples=500)
@example([], [1], [("sphinx", logging.INFO), ("sphinx", logging.WARNING)], None, False)
@example(["plain"], [1], [("sphinx", logging.INFO)], None, True)
@example([], [1], [], None, False)
@example([], [1], [("sphinx", logging.INFO)], "class", False)
@example([], [1], [("", logging.DEBUG), ("sphinx", logging.INFO)], "propagate", False)
@given(
    answers,
    st.lists(st.sampled_from([1, "text %s", None, Unshown()]), max_size=2),
    places,
    special,
    st.booleans(),
)
def test_events_are_emitted_and_told_as_sphinx_does(
    given_answers: list[Any],
    arguments: list[Any],
    handlers: list[tuple[str, int]],
    what: str | None,
    pdb: bool,
) -> None:
    with loggers(handlers, what) as expected:
        stock = emitted(given_answers, arguments, pdb=pdb)
    with shortcuts(), loggers(handlers, what) as heard:
        assert emitted(given_answers, arguments, pdb=pdb) == stock
    assert heard == expected


def test_what_nobody_is_going_to_see_is_not_shown() -> None:
    counted = Counted()
    with shortcuts(), loggers([("sphinx", logging.INFO)], None):
        emitted([], [counted], pdb=False)
        with sphinx_logging.pending_warnings():
            emitted([], [counted], pdb=False)
        assert counted.times == 0
        with sphinx_logging.suppress_logging() as collected:
            emitted([], [counted], pdb=False)
        assert counted.times == 1
        emitted([], [counted], pdb=False)
        assert counted.times == 1
    assert [record.getMessage() for record in collected.buffer] == ["[app] emitting event: 'mine'(counted,)"]


PAGES = {"index.md": "# Home\n\n[](other.md)\n", "other.md": "---\norphan: true\n---\n\n# Other\n"}
CONF = """\
extensions = ["myst_parser", "pronghorn"]
class Shown:
    def __repr__(self):
        print("shown:", app_.env.docname)
        return "<shown>"
def tell(app, doctree):
    global app_
    app_ = app
    print("told:", app.emit("mine", Shown()))
def setup(app):
    app.add_event("mine")
    app.connect("mine", lambda app, shown: type(shown).__name__)
    app.connect("doctree-read", tell)
"""


@pytest.mark.parametrize("options", [(), ("-vv",)], ids=["usual", "debug"])
def test_builds_say_what_they_say_without_it(options: tuple[str, ...], make_site: MakeSite) -> None:
    site = make_site({**PAGES, "conf.py": CONF})
    env = {"PRONGHORN_NO_CACHE": "1"}

    def events_of(out: str) -> list[str]:
        return [line.partition("<")[0] for line in out.splitlines() if "[app] emitting event: " in line]

    mine = site.build("html", *options, into="mine")
    slow = site.build("html", "-D", "pronghorn_fast=0", *options, into="slow", env=env)
    plain = site.build("html", *options, into="plain", env=env)
    assert mine.out.count("told: ['Shown']") == plain.out.count("told: ['Shown']") == 2
    assert slow.out.count("shown: ") == 2
    assert mine.out.count("shown: ") == plain.out.count("shown: ") == 2 * (options == ("-vv",))
    assert events_of(plain.out) == events_of(slow.out)
    assert bool(events_of(mine.out)) == (options == ("-vv",))
    assert_same_output(mine, slow)
    assert_same_output(plain, slow)
