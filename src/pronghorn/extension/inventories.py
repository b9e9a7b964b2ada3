"""Inventories of other projects, as the extension ``intersphinx`` keeps them from build to build."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from pronghorn.seam.rows.extensions import INTERSPHINX


def forget_local(app: Sphinx) -> None:
    """Forget inventories that are files of this machine, before ``intersphinx`` reads them again.

    Of one that cannot be read any more, it would use what it has kept. That is right for those on the network only.
    """
    if not INTERSPHINX.is_loaded or INTERSPHINX.has_changed:
        return
    cache = getattr(app.env, "intersphinx_cache", {})
    mapping: dict[str, Any] = getattr(app.config, "intersphinx_mapping", {})
    for url, (name, *_) in list(cache.items()):
        _name, (_url, locations) = mapping.get(name, (name, (url, ())))
        if any("://" not in (location or url) for location in locations):
            del cache[url]


def leave_out_forgotten(app: Sphinx) -> None:
    """Make references find nothing in inventories that are forgotten: ``intersphinx`` does so when it reads another."""
    if not INTERSPHINX.is_loaded or INTERSPHINX.has_changed:
        return
    kept = vars(app.env)
    cache, named = kept.get("intersphinx_cache", {}), kept.get("intersphinx_named_inventory", {})
    if named.keys() == {name for name, *_ in cache.values()}:
        return
    main = kept["intersphinx_inventory"]
    named.clear()
    main.clear()
    for name, _time, inventory in sorted(cache.values(), key=lambda entry: entry[:2]):
        named[name] = inventory
        for kind, objects in inventory.items():
            main.setdefault(kind, {}).update(objects)
