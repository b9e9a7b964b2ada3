"""Long runs with given seeds: tasks for several processes, and what is told of them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Report = TypeVar("Report")


def reports_of(
    run: Callable[[Task], Report],
    tasks: Iterable[Task],
    n_processes: int,
    *,
    max_s: float = float("inf"),
    fresh: bool = False,
) -> Iterator[Report]:
    """Run tasks in processes of their own, and yield what comes of each as it is done.

    :param max_s: begin nothing new after so many seconds.
    :param fresh: start a process for each task: what one leaves in memory reaches no other.
    """
    start = time.monotonic()
    with ProcessPoolExecutor(
        n_processes, mp_context=get_context("spawn"), max_tasks_per_child=1 if fresh else None
    ) as pool:
        waiting = {pool.submit(run, task) for task in tasks}
        for future in as_completed(waiting):
            if future.cancelled():
                continue
            yield future.result()
            if time.monotonic() - start > max_s:
                for other in waiting:
                    other.cancel()


def tell(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell_failure(seed: int, text: str) -> None:
    """Print a failure, so that it stands out."""
    tell(f"\nFAILED (seed {seed}): {text}\n")


def tell_counts(counts: Counter[str]) -> None:
    """Print a table of counts, sorted by name."""
    width = max(map(len, counts), default=0)
    for name, number in sorted(counts.items()):
        tell(f"  {name:<{width}} {number:>7}")


def tell_seeds(seeds: Sequence[int], n_failures: int) -> None:
    """Print the last line: which seeds were run, and what came of it."""
    tell(f"seeds {min(seeds)} to {max(seeds)}; {n_failures} failures" if seeds else "nothing was run")
