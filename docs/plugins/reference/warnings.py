"""The page about the kinds of warnings."""

from pronghorn.warnings import WarningKind

DOCNAME = "reference/warnings"
TITLE = "Warnings"
TYPE = "md"

INTRODUCTION = """\
# Warnings

Each warning ends with its kind, such as `[pronghorn.plugin]`. `suppress_warnings = ["pronghorn.plugin"]` in `conf.py`
silences one kind, `["pronghorn"]` all of them. [Log and warn](/howto/log-and-warnings.md) has examples.
"""


def render():
    kinds = [f"```{{warningkind}} pronghorn.{kind.subtype}\n{kind.meaning}\n```\n" for kind in WarningKind]
    return "\n".join([INTRODUCTION, *kinds])
