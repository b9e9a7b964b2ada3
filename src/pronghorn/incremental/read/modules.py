"""Links from the source of modules, which the extension ``viewcode`` shows, to the pages that document them."""

from __future__ import annotations

from sphinx.environment import BuildEnvironment

from pronghorn.seam.rows.extensions import VIEWCODE_MODULES


def link_to_last(env: BuildEnvironment, docname: str, other: BuildEnvironment) -> None:
    """Make the source link to the last page that documents something, as it does when one process reads all pages.

    :param other: has been merged into *env*, and holds that page alone.
    """
    if not VIEWCODE_MODULES.is_loaded:
        return
    merged = VIEWCODE_MODULES.find(env, {})
    for module, found in VIEWCODE_MODULES.find(other, {}).items():
        if found and merged.get(module):  # otherwise, there is no source
            _, _, uses, _ = merged[module]
            uses.update(dict.fromkeys(found[2], docname))
