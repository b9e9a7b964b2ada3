"""The rendered tree of the site, from which the navigation of each page is put together, from build to build."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.seam.substitutes import substituted
from pronghorn.speed.navigation import fast
from pronghorn.speed.navigation.fast import Navigation
from pronghorn.speed.navigation.template import Template
from pronghorn.speed.navigation.tree import Item, tocdepth_of

_TYPES: tuple[Any, ...] = (int | None, int, int, int, str, str, str)


@contextmanager
def remembered_trees(
    navigation: Navigation, env: BuildEnvironment, store: Store, key: Callable[[], bytes]
) -> Iterator[None]:
    """Make *navigation*, in place, take rendered trees from the store, and keep new ones there.

    Rendering takes as long as reading and writing a hundred pages; it is not worth it for a single page.

    :param key: gives a digest of all that the tree is made from.
    """
    make_template = navigation._make_template  # noqa: SLF001 - see above

    def make(kind: Any) -> Template:
        place = digest_of_parts(b"tree", key(), repr(kind).encode())
        for data in store.manifests(place):
            known = _decoded(data)
            if known is not None:
                return Template(*known, partial(tocdepth_of, env))
        made: list[bytes] = []

        def note(html: str, items: Sequence[Item], docnames: Sequence[str], tocdepth: Callable[[str], int]) -> Template:
            made.append(_encoded(html, items, docnames))
            return Template(html, items, docnames, tocdepth)

        with substituted(fast, Template=note):
            template = make_template(kind)
        for data in made:
            store.add_manifest(place, data)
        return template

    with substituted(navigation, _make_template=make):
        yield


def _encoded(html: str, items: Sequence[Item], docnames: Sequence[str]) -> bytes:
    return json.dumps([html, [astuple(item) for item in items], list(docnames)], separators=(",", ":")).encode()


def _decoded(data: bytes) -> tuple[str, list[Item], list[str]] | None:
    """Understand what :func:`_encoded` gave; None for anything else."""
    try:
        html, items, docnames = json.loads(data)
        rows = [tuple(row) for row in items]
    except (TypeError, ValueError, RecursionError):
        return None
    is_sound = isinstance(html, str) and isinstance(docnames, list) and set(map(type, docnames)) <= {str}
    if not is_sound or not all(_is_item(row) for row in rows):
        return None
    return html, [Item(*row) for row in rows], docnames


def _is_item(row: tuple[Any, ...]) -> bool:
    return len(row) == len(_TYPES) and all(isinstance(value, kind) for value, kind in zip(row, _TYPES, strict=True))
