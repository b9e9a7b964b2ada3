"""The page about the signals."""

from pronghorn.signals import COMPONENTS, SIGNALS

DOCNAME = "reference/signals"
TITLE = "Signals"
TYPE = "md"

PROCESSES = {"main": "the main process", "worker": "with `-j`, the process that reads or writes the page"}


ABOUT_COMPONENTS = """\
Setting a component of a page emits these signals. They are there for all pages, as `site.signals.input_created`,
and for one page, as `page.input_created`.
"""


def render():
    components = {f"{name}_{change}" for name in COMPONENTS for change in ("created", "removed")}
    general = [spec for spec in SIGNALS if spec.name not in components]
    of_pages = [spec for spec in SIGNALS if spec.name in components]
    introduction = (
        "The signals in the order of a build. [Connect to signals](/howto/signals.md) says how to use them.\n"
    )
    parts = ["# Signals\n", introduction, _table(general), *map(_directive, general)]
    parts += ["## Components of pages\n", ABOUT_COMPONENTS, *map(_directive, of_pages)]
    return "\n".join(parts)


def _table(specs):
    rows = [f"* - {{signal}}`{spec.name}`\n  - {_arguments(spec)}\n  - {_event(spec)}" for spec in specs]
    heading = "* - signal\n  - arguments\n  - event of Sphinx"
    return "\n".join(["```{list-table}", ":header-rows: 1", "", heading, *rows, "```", ""])


def _directive(spec):
    return (
        f"```{{signal}} {spec.name}\n"
        f"{spec.meaning}\n\n"
        f"- Arguments: {_arguments(spec)}\n"
        f"- Emitted: {spec.often}, in {PROCESSES[spec.process]}\n"
        f"- When: {'' if ' ' in spec.rides_on else 'at the event '}{_event(spec)}\n"
        f"- For `app.connect`: `{spec.own_event}`\n"
        "```\n"
    )


def _arguments(spec):
    return ", ".join(f"`{name}`" for name in spec.args) if spec.args else "none"


def _event(spec):
    """The moment in Sphinx's words; that of a component is told in plain ones."""
    return f"`{spec.rides_on}`" if "-" in spec.rides_on else spec.rides_on
