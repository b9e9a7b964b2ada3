"""The keys of the configuration, each declared once: here.

They feed Sphinx, the check of ``pronghorn.toml``, the error texts and the reference in the manual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from pronghorn.configuration.sizes import parse_size
from pronghorn.model.dates import parse_date, parse_zone
from pronghorn.model.flags import parse_flag
from pronghorn.model.publication import Drafts


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
    parse: Callable[[Any], Any] | None = None
    """Makes the value of what is written; raises ValueError. With ``-D``, numbers are written as strings."""

    @property
    def conf_name(self) -> str:
        """The name in ``conf.py``."""
        return "pronghorn_" + self.name


def parse_share(value: object) -> float:
    """Understand a share: a number from 0 to 1.

    :raises ValueError: if it is something else.
    """
    share = float(str(value))
    if not 0 <= share <= 1:
        raise ValueError(f"{value!r} is not a share; it goes from 0 to 1")
    return share


def parse_drafts(value: object) -> Drafts | None:
    """Understand what is to be done with drafts; None: it depends on the site.

    :raises ValueError: if it is something else.
    """
    if value == "auto":
        return None
    return Drafts.SHOW if parse_flag(value) else Drafts.HIDE


def parse_now(value: object) -> object:
    """Check that a value is a date, and give it as it is; None if it is empty.

    :raises ValueError: if it is something else.
    """
    if value == "":
        return None
    parse_date(value, UTC)
    return value


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
        "taxonomies",
        [],
        list[dict[str, Any]],
        "",
        "A table for each taxonomy: `key`, and if need be `singular`, `plural`, `possible_terms`, `order` (`title`,"
        " `date` or `weight`), `hierarchical`, `separator`, `template` and `term_template`.",
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
        "drafts",
        "auto",
        bool | str,
        "",
        "Whether pages are documents that are drafts (`draft: true`), that have a `date` in the future, or that have"
        " expired (`expires`). `False` hides them, `True` shows them; so do `pronghorn build --drafts` and the"
        " environment variable `PRONGHORN_DRAFTS=1`. `auto` hides them if a plugin is loaded, if there are taxonomies,"
        " or if `now` or `time_zone` is set; in other projects, these fields mean nothing.",
        parse_drafts,
    ),
    Key(
        "now",
        "",
        str | date | datetime,
        "",
        "The time of the build, such as `2026-05-31 18:30`: pages with a later `date` are not published yet. The"
        " default is that of the environment variable `SOURCE_DATE_EPOCH`, else what the clock says.",
        parse_now,
    ),
    Key(
        "time_zone",
        "",
        str,
        "",
        "The time zone of dates that say none, such as `Europe/Berlin`. The default is UTC.",
        parse_zone,
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
        "cache",
        True,
        bool,
        "",
        "Take pages from the page cache when nothing that they depend on has changed. `False` makes every page again,"
        " and keeps it for later builds; so do `pronghorn build --no-cache` and the environment variable"
        " `PRONGHORN_NO_CACHE=1`.",
    ),
    Key(
        "cache_check",
        "0",
        float | int | str,
        "",
        "The share of the pages taken from the cache, from 0 to 1, that are made again all the same and compared: 0.02"
        " checks two of a hundred pages in each build. A difference is an error.",
        parse_share,
    ),
    Key(
        "cache_size",
        "2 GiB",
        int | str,
        "",
        "The size of the page cache, for all sites together: `500 MB`, `2 GiB`, or bytes. What was not used for longest"
        " goes first.",
        lambda value: parse_size(str(value)),
    ),
    Key(
        "cache_dir",
        "",
        str,
        "",
        "The folder for what Pronghorn keeps between builds: the page cache, and what `pronghorn plugins` shows."
        " The default is the user's cache folder; the environment variable `PRONGHORN_CACHE_DIR` wins over both.",
    ),
)
