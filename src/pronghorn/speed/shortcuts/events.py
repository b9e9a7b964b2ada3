"""Events that are emitted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from sphinx import events
from sphinx.events import EventManager
from sphinx.util.logging import SphinxLoggerAdapter

from pronghorn.seam.rows.shortcuts import (
    EVENT_MANAGER_EMIT,
    LOGGER_ADAPTER_DEBUG,
    LOGGER_CALL_HANDLERS,
    SPHINX_LOGGER_ADAPTER_LOG,
    SPHINX_LOGGER_ADAPTER_PROCESS,
)
from pronghorn.seam.shortcuts import Place, Shortcut


def _make() -> Mapping[Place, Callable[..., Any]]:
    """Make what writes no debug message about an event unless somebody is going to see it.

    The message has all that is given to the listeners in it, such as the whole text of a page.
    """
    stock = EventManager.emit
    silent = _without_message(stock)

    def emit(self: Any, name: str, *args: Any, **options: Any) -> list[Any]:
        return (stock if _is_heard(events.logger) else silent)(self, name, *args, **options)

    return {(EventManager, "emit"): emit}


def _without_message(stock: Any) -> Callable[..., list[Any]]:
    """Make a copy of ``emit`` that takes its arguments for such as cannot be shown, of which it says nothing."""
    names = {**vars(events), "repr": _refuse}
    copy = FunctionType(stock.__code__, names, stock.__name__, stock.__defaults__, stock.__closure__)
    copy.__kwdefaults__ = stock.__kwdefaults__
    return copy


def _refuse(_arguments: object) -> str:
    raise ValueError


def _is_heard(adapter: Any) -> bool:
    """Check whether anybody may take note of a debug message; it can change at any time."""
    if type(adapter) is not SphinxLoggerAdapter:
        return True
    logger = adapter.logger
    if type(logger) is not logging.Logger or logger.filters:
        return True
    if logging.getLogRecordFactory() is not logging.LogRecord:
        return True
    has_handlers = False
    place: logging.Logger | None = logger
    while place is not None:
        for handler in place.handlers:
            if handler.level <= logging.DEBUG:
                return True
            has_handlers = True
        place = place.parent if place.propagate else None
    return not has_handlers  # then Python may say that there is none


EVENTS = Shortcut(
    relies_on=(
        EVENT_MANAGER_EMIT,
        LOGGER_ADAPTER_DEBUG,
        SPHINX_LOGGER_ADAPTER_LOG,
        SPHINX_LOGGER_ADAPTER_PROCESS,
        LOGGER_CALL_HANDLERS,
    ),
    make=_make,
)
