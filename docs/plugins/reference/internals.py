"""The page about what of Sphinx is touched that has no public name."""

from itertools import groupby

from pronghorn.seam.capability import INSTEAD, Capability
from pronghorn.seam.register import all_rows
from pronghorn.seam.versions import span, supported

DOCNAME = "reference/internals"
TITLE = "Internals"
TYPE = "md"

INTRODUCTION = """\
# Internals

Pronghorn touches things in Sphinx, docutils and themes that have no public name, or puts functions in their place.
Each is compared with what is known of it before it is touched. Where one has changed, Pronghorn leaves to Sphinx what
needs it, and one line says so. `pronghorn doctor` says it as well. All were seen as they are listed here in
{versions}, unless a row says otherwise.

| what it is needed for | what happens without it |
|---|---|
{instead}
"""

ROW = """\
`{place}`
: {touch} for {serves}. If it changed unnoticed, {lost}. No public way: {why}. Known as {shapes}{versions}.
"""
_FIRST = ("sphinx", "docutils")


def render():
    instead = "\n".join(f"| {_named(capability)} | {INSTEAD[capability]} |" for capability in Capability)
    versions = " and ".join(f"{name} {span(supported()[name])}" for name in ("Sphinx", "docutils"))
    parts = [INTRODUCTION.format(instead=instead, versions=versions)]
    for package, rows in groupby(sorted(all_rows(), key=_order), key=_package):
        parts += [f"## {package}\n", *map(_entry, rows)]
    return "\n".join(parts)


def _order(row):
    package = _package(row)
    return package not in _FIRST, package != _FIRST[0], package, row.place


def _package(row):
    return row.module.partition(".")[0]


def _named(capability):
    return capability.name.lower()


def _entry(row):
    return ROW.format(
        place=row.place.replace(":", "."),
        touch=row.touch.capitalize(),
        serves=" and ".join(map(_named, row.serves)),
        lost=row.lost,
        why=row.why,
        shapes=" or ".join(f"`{shape}`" for shape in row.shapes),
        versions=_versions(row),
    )


def _versions(row):
    """Say in which versions of Sphinx it is there, if these are not all."""
    since = f", from Sphinx {row.since[0]}.{row.since[1]} on" if row.since > (0, 0) else ""
    until = f", before Sphinx {row.until[0]}.{row.until[1]}" if row.until is not None else ""
    return since + until
