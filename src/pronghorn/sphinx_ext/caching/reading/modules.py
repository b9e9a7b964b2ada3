"""Links from the source of modules, which the extension ``viewcode`` shows, to the pages that document them."""

from __future__ import annotations

from sphinx.environment import BuildEnvironment


def link_to_last(env: BuildEnvironment, docname: str, other: BuildEnvironment) -> None:
    """Have the source link to the last page that documents something, as it does when one process reads all pages.

    Touches ``_viewcode_modules``, of which ``viewcode`` keeps the first page when it merges what processes have read:
    if it keeps that elsewhere, the source of what several pages document links to the first of them.

    :param other: has been merged into *env*, and holds that page alone.
    """
    merged = getattr(env, "_viewcode_modules", {})
    for module, found in getattr(other, "_viewcode_modules", {}).items():
        if found and merged.get(module):  # otherwise, there is no source
            _, _, uses, _ = merged[module]
            uses.update(dict.fromkeys(found[2], docname))
