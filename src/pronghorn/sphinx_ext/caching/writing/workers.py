"""Rendering in several processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence

from sphinx.locale import __
from sphinx.util.display import status_iterator
from sphinx.util.parallel import ParallelTasks, parallel_available

from pronghorn.sphinx_ext.caching.writing.renderer import Rendered

MIN_PAGES = 16
"""To start processes for fewer pages takes longer than to render them."""
_CHUNKS_PER_JOB = 4
"""So that one process with long pages does not keep the others waiting."""


def can_share(n_pages: int, jobs: int) -> bool:
    """Tell whether it pays to render in several processes, and whether the system can."""
    return bool(parallel_available) and jobs > 1 and n_pages >= MIN_PAGES


def rendered_by_workers(
    docnames: Sequence[str], jobs: int, verbosity: int, render: Callable[[Sequence[str]], list[Rendered]]
) -> Iterator[Rendered]:
    """Render pages in forked processes, which inherit everything; in any order.

    :param render: renders some pages; what it gives is sent back, so it had better be small.
    """
    n_pages = max(1, -(-len(docnames) // (jobs * _CHUNKS_PER_JOB)))
    chunks = [list(docnames[at : at + n_pages]) for at in range(0, len(docnames), n_pages)]
    progress = iter(status_iterator(chunks, __("writing output... "), "darkgreen", len(chunks), verbosity))
    pages: list[Rendered] = []

    def take(_chunk: object, rendered: list[Rendered]) -> None:
        pages.extend(rendered)
        next(progress, None)

    gc.freeze()  # or a collection in a child would copy all that it shares with its parent
    tasks = ParallelTasks(jobs)
    for chunk in chunks:
        tasks.add_task(render, chunk, take)
    tasks.join()
    next(progress, None)
    yield from pages
