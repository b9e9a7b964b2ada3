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

from collections.abc import Iterator
from dataclasses import dataclass

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
    rides_on: str
    """The event of Sphinx at which it is emitted; empty for custom signals."""
    meaning: str
    often: str
    """How often it is emitted in one build."""
    process: str = "main"
    """The process it is emitted in: ``main``, or ``worker`` when Sphinx reads or writes with ``-j``."""

    @property
    def own_event(self) -> str:
        """The event that the signal is: under this name, Sphinx's ``app.connect`` hears it."""
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
