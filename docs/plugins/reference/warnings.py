"""The page about the kinds of warnings."""

from pronghorn.warnings import WarningKind

DOCNAME = "reference/warnings"
TITLE = "Warnings"
TYPE = "md"

INTRODUCTION = """\
# Warnings

Each warning ends with its kind, such as `[pronghorn.plugin]`. `suppress_warnings = ["pronghorn.plugin"]` in `conf.py`
silences one kind, `["pronghorn"]` all of them. [Log and warn](/howto/log-and-warnings.md) has examples.
`pronghorn.unkept` is a notice in the progress of a build. It is silenced in the same way, and `-W` does not count it.
"""


def render():
    kinds = [f"```{{warningkind}} pronghorn.{kind.subtype}\n{kind.meaning}\n```\n" for kind in WarningKind]
    return "\n".join([INTRODUCTION, *kinds])
