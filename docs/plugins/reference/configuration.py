"""The page about the keys of the configuration."""

from pronghorn.configuration.keys import KEYS
from pronghorn.configuration.settings import name_of_type

DOCNAME = "reference/configuration"
TITLE = "Configuration"
TYPE = "md"

INTRODUCTION = """\
# Configuration

These keys are set in `conf.py`, or without `pronghorn_` in the file `pronghorn.toml` beside it.
If both set a key, `conf.py` wins. Unknown keys are warnings; a value of the wrong type ends the build.
"""


def render():
    return "\n".join([INTRODUCTION, *map(_directive, KEYS)])


def _directive(key):
    rebuild = "When it changes, all pages are read again." if key.rebuild else "A change of it has nothing read again."
    return (
        f"````{{confval}} {key.conf_name}\n"
        f":type: `{name_of_type(key.type)}`\n"
        f":default: `{key.default!r}`\n\n"
        f"In `pronghorn.toml`: `{key.name}`\n\n"
        f"{key.meaning}\n\n"
        f"{rebuild}\n"
        "````\n"
    )
