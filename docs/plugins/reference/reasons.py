"""The page about the reasons why pages are built."""

from pronghorn.cache.plan.reasons import WORDINGS

DOCNAME = "reference/reasons"
TITLE = "Reasons"
TYPE = "md"

INTRODUCTION = """\
# Reasons

Why a page was read or written in place of being taken from the cache, or is not kept there, as `pronghorn why` and
`pronghorn build --plan` say it. Each reason has a kind and often a name, such as that of a file.
[Use the page cache](/howto/page-cache.md) has examples.
"""


def render():
    return "\n".join([INTRODUCTION, *map(_entry, WORDINGS)])


def _entry(wording):
    return f"`{wording.kind}`\n: {wording.text.replace('{name}', '*name*')}\n"
