"""The rendered tree of the site, from which the navigation of each page is put together, from build to build."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any

from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.seam.substitutes import substituted
from pronghorn.speed.navigation.fast import Navigation, TreeKind
from pronghorn.speed.navigation.template import Rendered
from pronghorn.speed.navigation.tree import Item

_TYPES: tuple[Any, ...] = (int | None, int, int, int, str, str, str)


@contextmanager
def remembered_trees(navigation: Navigation, store: Store, key: Callable[[], bytes]) -> Iterator[None]:
    """Make *navigation*, in place, take rendered trees from the store, and keep new ones there.

    Rendering takes as long as reading and writing a hundred pages; it is not worth it for a single page.

    :param key: gives a digest of all that the tree is made from.
    """
    render = navigation.render

    def remembered(kind: TreeKind) -> Rendered:
        place = digest_of_parts(b"tree", key(), repr(kind).encode())
        for data in store.manifests(place):
            known = _decoded(data)
            if known is not None:
                return known
        made = render(kind)
        store.add_manifest(place, _encoded(made))
        return made

    with substituted(navigation, render=remembered):
        yield


def _encoded(tree: Rendered) -> bytes:
    rows = [astuple(item) for item in tree.items]
    return json.dumps([tree.html, rows, tree.docnames], separators=(",", ":")).encode()


def _decoded(data: bytes) -> Rendered | None:
    """Understand what :func:`_encoded` gave; None for anything else."""
    try:
        html, items, docnames = json.loads(data)
        rows = [tuple(row) for row in items]
    except (TypeError, ValueError, RecursionError):
        return None
    is_sound = isinstance(html, str) and isinstance(docnames, list) and set(map(type, docnames)) <= {str}
    if not is_sound or not all(_is_item(row) for row in rows):
        return None
    return Rendered(html, [Item(*row) for row in rows], docnames)


def _is_item(row: tuple[Any, ...]) -> bool:
    return len(row) == len(_TYPES) and all(isinstance(value, kind) for value, kind in zip(row, _TYPES, strict=True))
