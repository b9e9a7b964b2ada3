"""Work on pages in several processes."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Self, TypeVar

from sphinx.application import Sphinx
from sphinx.errors import SphinxParallelError
from sphinx.util import logging
from sphinx.util.parallel import parallel_available

from pronghorn.seam.capability import Capability
from pronghorn.seam.register import notices
from pronghorn.seam.rows.events import LOG_COLLECTOR, SERIALIZABLE
from pronghorn.speed.garbage import collector_at_rest

Result = TypeVar("Result")

MIN_PAGES = 16
"""To start processes for fewer pages takes longer than to do them."""
_MOST_PAGES = 16
"""So many pages are given to a process at once, and fewer at the end, so that all end at about the same time."""

_logger = logging.getLogger(__name__)


def can_share(n_pages: int, jobs: int) -> bool:
    """Check whether it pays to work in several processes, and whether the system can."""
    return bool(parallel_available) and jobs > 1 and n_pages >= MIN_PAGES


def keep_to_what_is_known(app: Sphinx, tell: Callable[[str], None]) -> None:
    """Make a build go on in one process, and say so, where Sphinx's own processes are not as expected."""
    for notice in notices(Capability.PARALLEL) if app.parallel > 1 else ():
        app.parallel = 1
        tell(notice)


def in_workers(
    docnames: Sequence[str],
    jobs: int,
    work: Callable[[Sequence[str]], Result],
    progress: Callable[[Sequence[Sequence[str]]], Iterator[object]],
) -> Iterator[Result]:
    """Do *work* on some pages at a time in forked processes, and return what it returns, in any order.

    The processes inherit everything, and live until all is done: what one has learnt from its first pages, it knows for
    the others. Each gets more pages when it is done with some, and none at its end, so that it can tell what it knows
    then. (Sphinx's ``ParallelTasks`` forks for each share.)

    :param work: what it gives is sent back, so it had better be small.
    :param progress: shows the shares one after the other as they are done.
    :raises SphinxParallelError: *work* has failed, or a process was killed.
    """
    shares = list(_shares(docnames, jobs))
    shown = progress(shares)
    with _Workers(min(jobs, len(shares)), work, shares) as workers, collector_at_rest():  # what they send stays
        yield from workers.results(lambda: next(shown, None))
    next(shown, None)


def _shares(docnames: Sequence[str], jobs: int) -> Iterator[Sequence[str]]:
    """Return the pages in shares, which are smaller towards the end."""
    at = 0
    while at < len(docnames):
        n_pages = max(1, min(_MOST_PAGES, (len(docnames) - at) // (2 * jobs)))
        yield docnames[at : at + n_pages]
        at += n_pages


class _Workers:
    """Processes that wait for the numbers of shares."""

    def __init__(self, n: int, work: Callable[[Sequence[str]], Any], shares: Sequence[Sequence[str]]) -> None:
        self._shares = shares
        self._processes: dict[Connection, Any] = {}
        fork: Any = multiprocessing.get_context("fork")
        for _ in range(n):
            ours, theirs = fork.Pipe()
            process = fork.Process(target=_serve, args=(theirs, [*self._processes, ours], work, shares))
            process.start()
            theirs.close()  # or the end of the process would not be seen
            self._processes[ours] = process

    def results(self, done: Callable[[], object]) -> Iterator[Any]:
        """Hand out all shares, and give what is made of each.

        :param done: called after each share.
        """
        waiting = iter(range(len(self._shares)))
        busy = {pipe: _hand_out(pipe, next(waiting)) for pipe in self._processes}
        while busy:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)  # noqa: S101 - nothing else is waited for
                number = busy.pop(pipe)
                answer = self._received(pipe, number)
                if number is not None:
                    busy[pipe] = _hand_out(pipe, next(waiting, None))
                has_failed, logs, result = pickle.loads(answer)  # noqa: S301 - from a process of our own
                if has_failed:
                    raise SphinxParallelError(*result)
                for record in logs:
                    _logger.handle(record)
                if number is not None:
                    done()
                yield result

    def _received(self, pipe: Connection, number: int | None) -> bytes:
        try:
            return pipe.recv_bytes()
        except (EOFError, ConnectionError):
            place = f", at one of these pages: {', '.join(self._shares[number])}" if number is not None else ""
            raise SphinxParallelError(
                f"A process of this build was killed{place}. It may have needed too much memory.", ""
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the processes; after an exception, what one is still at is given up."""
        for pipe, process in self._processes.items():
            pipe.close()
            if kind is not None:
                process.terminate()
        for process in self._processes.values():
            process.join()


def _hand_out(pipe: Connection, number: int | None) -> int | None:
    """Ask a process to do a share; or to tell what it knows at its end."""
    with suppress(ConnectionError):  # it has ended, which is seen where its answer is missed
        pipe.send(number)
    return number


def _serve(
    pipe: Connection,
    of_parent: Sequence[Connection],
    work: Callable[[Sequence[str]], Any],
    shares: Sequence[Sequence[str]],
) -> None:
    """Do what the parent asks for, until it does not any more."""
    for connection in of_parent:
        connection.close()  # or the end of the parent would not be seen
    gc.freeze()  # or a collection would copy all that is shared with the parent
    # The parent process reports an interruption. When it is gone, there is no report to wait for.
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):
        while True:
            number = pipe.recv()
            pipe.send_bytes(_answer(work, () if number is None else shares[number]))


def _answer(work: Callable[[Sequence[str]], Any], share: Sequence[str]) -> bytes:
    collector: Any = LOG_COLLECTOR.owner()  # type: ignore[operator, misc]
    try:
        with collector.collect():
            result = work(share)
        SERIALIZABLE.of()(collector.logs)
        return pickle.dumps((False, collector.logs, result))
    except BaseException as error:  # noqa: BLE001 - the parent raises it
        message = traceback.format_exception_only(error)[0].strip()
        return pickle.dumps((True, [], (message, traceback.format_exc())))
