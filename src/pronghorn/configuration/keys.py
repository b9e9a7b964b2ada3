"""The keys of the configuration, each declared once: here.

They feed Sphinx, the check of ``pronghorn.toml``, the error texts and the reference in the manual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Key:
    """A key: ``pronghorn_<name>`` in ``conf.py``, ``<name>`` in ``pronghorn.toml``."""

    name: str
    default: Any
    type: Any
    """The type a value must have, as an annotation."""
    rebuild: Literal["env", ""]
    """What Sphinx redoes when the value changes: ``env`` rereads the pages, an empty string nothing."""
    meaning: str

    @property
    def conf_name(self) -> str:
        """The name in ``conf.py``."""
        return "pronghorn_" + self.name


KEYS: tuple[Key, ...] = (
    Key(
        "plugins_path",
        ["plugins"],
        list[str],
        "env",
        "Folders with the site's own plugins, relative to `conf.py`. All plugins in them are loaded.",
    ),
    Key("plugins_enabled", [], list[str], "env", "Names of bundled and installed plugins to load."),
    Key("plugins_disabled", [], list[str], "env", "Names of plugins not to load."),
    Key(
        "plugins",
        {},
        dict[str, dict[str, Any]],
        "env",
        "A table of options for each plugin, by its name. A table can also be the file `configs/<name>.toml`"
        " or `configs/<name>.ini`.",
    ),
    Key(
        "copy_files",
        [],
        list[str],
        "",
        "Patterns of files to copy to the output when no reader reads them, relative to the source directory:"
        " `**/*.pdf`. Sphinx's `exclude_patterns` apply. HTML builders only.",
    ),
    Key(
        "fast",
        True,
        bool,
        "",
        "Write the navigation of each page from pieces that are made once, in place of resolving the tree of the"
        " whole site on each page. The output is the same; `False` leaves it to Sphinx.",
    ),
    Key(
        "cache_dir",
        "",
        str,
        "",
        "The folder for what Pronghorn keeps between builds, such as the timings that `pronghorn plugins` shows."
        " The default is the user's cache folder; the environment variable `PRONGHORN_CACHE_DIR` wins over both.",
    ),
)
