"""Warnings as a part of a page: held back while it is made, kept with it, and given whenever it is used."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any, Self

from docutils import nodes
from sphinx.util.logging import SafeEncodingWriter, get_node_location

from pronghorn.cache.pickles.portable_paths import put_on, split_off
from pronghorn.resources import PACKAGE
from pronghorn.seam.rows.events import NAMESPACE, WARNING_HANDLER

_SRCDIR = "\0"
"""Stands for the source directory at the beginning of a location; no path has this character."""

_OWN_FRAMES = re.compile(
    rf"""^  File "{re.escape(str(PACKAGE))}[^"]*", line .*\n(?:    .*\n)*"""
    rf"""|'  File "{re.escape(str(PACKAGE))}(?:[^'\\]|\\.)*', """,  # as an item in the text of a list, in Sphinx 8
    re.MULTILINE,
)

_PLAIN = (str, int, float, bool, type(None))

Location = str | tuple[str | None, int | None] | None
"""A docname, a docname with a line, ``path:line``, or nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """A warning or an error, as plain data.

    Its location means the same in every clone. Its text is as it was, with all paths in it.
    """

    logger: str
    level: int
    template: str
    """With placeholders for the arguments."""
    arguments: tuple[str | float | None, ...]
    type: str | None
    subtype: str | None
    location: Location
    once: bool
    """Whether to give it only once in a build, which looks at template and arguments."""
    colour: str | None
    details: tuple[str | None, str | None]
    """The traceback of an exception, and the stack of calls: what stands below the text."""

    @property
    def text(self) -> str:
        """All that is said, without the location."""
        return "\n".join([self._said, *(detail for detail in self.details if detail)])

    @property
    def _said(self) -> str:
        try:
            return self.template % self.arguments if self.arguments else self.template
        except (TypeError, ValueError):  # they do not fit: logging says so when it is given
            return self.template

    def to_tuple(self) -> tuple[Any, ...]:
        """Return it as plain values."""
        return astuple(self)

    @classmethod
    def from_tuple(cls, values: Iterable[Any]) -> Self:
        """Undo :meth:`to_tuple`; lists may stand for tuples.

        :raises TypeError: these are other values.
        """
        plain: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
        message = cls(*plain)
        if not _is_sound(message):
            raise TypeError("these values are no warning")
        return message

    def make_record(self, srcdir: str) -> logging.LogRecord:
        """Return what is logged for it where *srcdir* is the source directory."""
        location = self.location
        if isinstance(location, str) and location.startswith(_SRCDIR):
            location = put_on(srcdir, location.removeprefix(_SRCDIR))
        traceback, stack = self.details
        return logging.makeLogRecord(
            {
                "name": self.logger,
                "levelno": self.level,
                "levelname": logging.getLevelName(self.level),
                "msg": self.template,
                "args": self.arguments,
                "type": self.type,
                "subtype": self.subtype,
                "location": location,
                "once": self.once,
                "color": self.colour,
                "exc_text": traceback,
                "stack_info": stack,
            }
        )


def _is_sound(message: Message) -> bool:
    text = (str, type(None))
    kinds = (str, int, str, tuple, text, text, (*text, tuple), bool, text, tuple)
    return (
        _is_made_of(astuple(message), *kinds)
        and message.logger.split(".")[0] == NAMESPACE.of()
        and message.level >= logging.WARNING
        and all(type(argument) in _PLAIN for argument in message.arguments)
        and (not isinstance(message.location, tuple) or _is_made_of(message.location, text, (int, *text)))
        and _is_made_of(message.details, text, text)
    )


def _is_made_of(values: tuple[Any, ...], *kinds: type | tuple[type, ...]) -> bool:
    return len(values) == len(kinds) and all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=True))


class MessageRecorder:
    """Holds warnings back, so that they can be kept, and given later or never.

    All records come to the handlers of the logger ``sphinx``, above all extensions' loggers; one of them, a
    ``WarningStreamHandler``, suppresses, counts and prints the warnings.

    :param srcdir: the source directory; locations are kept relative to it.
    """

    def __init__(self, srcdir: str) -> None:
        self._srcdir = srcdir

    @contextmanager
    def hold(self, *, but_after: type[BaseException] = GeneratorExit) -> Iterator[list[Message]]:
        """Collect the warnings that are given inside. They are shown only if an exception ends the block.

        :param but_after: exceptions after which they are not shown, either.
        """
        logger = logging.getLogger(NAMESPACE.of())
        messages: list[Message] = []
        try:
            with _replaced_handlers(logger, messages, self._srcdir):
                yield messages
        except BaseException as error:
            if not isinstance(error, but_after):
                give(messages, self._srcdir)
            raise


@contextmanager
def _replaced_handlers(logger: logging.Logger, messages: list[Message], srcdir: str) -> Iterator[None]:
    """Put a collector where warnings are printed, as ``pending_warnings()`` has one that buffers them.

    It is of the same class: ``prefixed_warnings()`` looks for that, and ``pending_warnings()`` too. The other handlers,
    such as the buffers of these, get all but warnings meanwhile. Like there, a node that is a warning's location is
    asked for file and line at the end: parsers tell it these after they have warned of it.
    """
    printing = [handler for handler in logger.handlers if isinstance(handler, WARNING_HANDLER.of())]
    others = [handler for handler in logger.handlers if handler not in printing]
    collector = _printing_collector()() if printing else _Collector()
    for handler in printing:
        logger.removeHandler(handler)
    for other in others:
        other.filters.insert(0, _is_no_warning)
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
        for other in others:
            other.filters.remove(_is_no_warning)
        for handler in printing:
            logger.addHandler(handler)
        messages += collector.messages(srcdir)


def _is_no_warning(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING


class _Collector(logging.Handler):
    """Collects records, and makes messages of them."""

    def __init__(self) -> None:
        logging.Handler.__init__(self, logging.WARNING)  # and not that of a class beside it
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def messages(self, srcdir: str) -> Iterator[Message]:
        """Return what was collected, as it is by now."""
        for record in self._records:
            try:
                yield _message_of(record, srcdir)
            except Exception:  # noqa: BLE001 - a call that cannot be formatted: logging reports it and goes on
                self.handleError(record)


@cache
def _printing_collector() -> type[_Collector]:
    """Make the class of a collector that stands for the handler that prints; its stream stays empty."""

    def __init__(self: Any) -> None:  # noqa: N807 - of the class below
        _Collector.__init__(self)
        self.stream = SafeEncodingWriter(io.StringIO())

    return type("PrintingCollector", (_Collector, WARNING_HANDLER.of()), {"__init__": __init__})


def _message_of(record: logging.LogRecord, srcdir: str) -> Message:
    template, arguments = str(record.msg), _plain_arguments(record)
    if arguments is None:
        template, arguments = "%s", (record.getMessage(),)
    traceback = logging.Formatter().formatException(record.exc_info) if record.exc_info else record.exc_text
    return Message(
        record.name,
        record.levelno,
        _without_own_frames(template),
        tuple(_without_own_frames(one) if isinstance(one, str) else one for one in arguments),
        _text_of(record, "type"),
        _text_of(record, "subtype"),
        _location_of(record, srcdir),
        bool(getattr(record, "once", False)),
        _text_of(record, "color"),
        (traceback, record.stack_info),
    )


def _without_own_frames(text: str) -> str:
    """Remove Pronghorn's frames from tracebacks that extensions show: Sphinx alone would not have them."""
    return _OWN_FRAMES.sub("", text) if str(PACKAGE) in text else text


def _plain_arguments(record: logging.LogRecord) -> tuple[Any, ...] | None:
    """Return the values of the placeholders; None if they are not all plain values."""
    arguments = record.args or ()
    if isinstance(arguments, tuple) and all(type(argument) in _PLAIN for argument in arguments):
        return arguments
    return None


def _text_of(record: logging.LogRecord, name: str) -> str | None:
    value = getattr(record, name, None)
    return None if value is None else f"{value}"


def _location_of(record: logging.LogRecord, srcdir: str) -> Location:
    """Write a location so that it means the same in another clone.

    Docnames stay as they are: Sphinx finds their files when the warning is given.
    """
    location = getattr(record, "location", None)
    if isinstance(location, nodes.Node):
        location = get_node_location(location)
    if isinstance(location, tuple):
        docname, line = location
        return docname, line
    if location is None:
        return None
    text = str(location)
    rest = split_off(srcdir, text)
    return portable_location(rest) if rest else text


def portable_location(rest: str) -> str:
    """Return the location that means the same in every clone, from what :func:`split_off` gives."""
    return _SRCDIR + rest


def give(messages: Iterable[Message], srcdir: str) -> None:
    """Issue warnings as if what they are about had just been done: Sphinx suppresses, counts and prints them.

    With ``--exception-on-warning``, the exception names file and line where Sphinx may have put the whole node.

    :raises sphinx.errors.SphinxWarning: with ``--exception-on-warning``.
    """
    for message in messages:
        logging.getLogger(message.logger).handle(message.make_record(srcdir))
