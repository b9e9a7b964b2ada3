"""The form of our pickles: what may stand in one, so that nothing runs when it is loaded.

A pickle is a program for a small machine with a stack and a numbered memory. Stock pickles may fetch any object that a
module has, call it, and change what they have fetched. Ours are pickles too, and anything that loads pickles loads
them, but they keep to a form that can be verified before the machine starts:

- All classes stand at the beginning, by name. They take the memory's first :data:`SLOTS` places, and only they are
  asked for by the short instruction.
- Then come the paths below the source directory, so that others can take their place.
- In the body, a class is followed by its arguments and by the instruction that makes the object, and nothing else ever
  gets hold of it: it cannot be changed, called otherwise, or become part of the data. So no data can be called either.
- An object is made by its ``__new__`` alone, except paths, and no other callable has a place in the form.
- Nothing declares a size, but of what stands there.
- The number of tuples is limited: Python computes the hash of nested ones by recursion in C, which overflows the stack.

Plain data, without any class, may also be in the form that ``pickle.dumps`` gives it.
"""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pronghorn.errors import PronghornError

VALUES = (list, dict, set, int, str, float, bool, tuple)
"""Classes that may be data, as the factory of a ``defaultdict`` is."""

SLOTS = 256
FIRST_CALLED, FIRST_MADE = 1 + len(VALUES), 32
"""The first slots of classes that are called, and of those that are made without. Text is in the first of all."""

MAX_CALLED, MAX_MADE = FIRST_MADE - FIRST_CALLED, SLOTS - FIRST_MADE

_MAX_TUPLES = 10_000 if sys.platform == "win32" else 50_000
"""A level of nesting takes some 60 bytes of a stack of 8 MB; Windows has one of 2 MB, and takes more."""

_START = b"\x80\x04\x95"
_PLAIN_STARTS = (b"\x80\x04", b"\x80\x05")
_FRAME = struct.Struct("<Q")
_LENGTH = struct.Struct("<I")
_LINE = re.compile(rb"c([^\n]+)\n([^\n]+)\n\x94")
_EMPTY = b"N\x94"
_MARK, _POP_MARK, _STRING, _MEMOIZE = b"(", b"1", b"X", b"\x94"

_STOP, _NEWOBJ, _REDUCE, _CLASS, _OPEN, _FRAMED = b".\x81Rh(\x95"
_TUPLES, _LONG, _CLOSING = b"t\x85\x86\x87", b"XB", b"t\x91eu\x90"
_EFFECTS = {
    ord("t"): (0, 1),
    0x91: (0, 1),
    **dict.fromkeys(b"eu\x90", (1, 1)),
    **dict.fromkeys(b"ab", (2, 1)),
    ord("s"): (3, 1),
    **dict.fromkeys(b"\x85\x94", (1, 1)),
    0x86: (2, 1),
    0x87: (3, 1),
}
"""How much of the stack, above a mark that it closes, an instruction takes and leaves; others push one object."""


class PickleRefused(PronghornError):  # noqa: N818 - it says what has happened; nothing has gone wrong
    """A pickle cannot be trusted, or cannot be read."""


class Named(NamedTuple):
    """A class as a pickle names it."""

    module: str
    name: str
    is_called: bool
    """Whether it may be called. Otherwise, objects are made by its ``__new__``."""

    def __str__(self) -> str:
        """Return the dotted name."""
        return f"{self.module}.{self.name}"


def write_classes(called: Iterable[type], made: Iterable[type]) -> bytes:
    """Return the instructions that put classes into their slots, Text and values left out."""
    return _fill(called, MAX_CALLED) + _fill(made, MAX_MADE)


def _fill(classes: Iterable[type], size: int) -> bytes:
    lines = [_line(cls) for cls in classes]
    if len(lines) > size:
        raise PickleRefused(f"it has objects of more than {size} classes")
    return b"".join(lines) + _EMPTY * (size - len(lines))


def _line(cls: type) -> bytes:
    return b"c%s\n%s\n\x94" % (cls.__module__.encode(), cls.__qualname__.encode())


_HEAD = _MARK + b"cdocutils.nodes\nText\n\x94" + b"".join(map(_line, VALUES))


def assemble(classes: bytes, paths: Iterable[bytes], body: bytes) -> bytes:
    """Put a pickle together.

    :param classes: from :func:`write_classes`.
    :param paths: UTF-8, for the places in memory behind the classes.
    :param body: instructions from behind the protocol's number, without frames.
    """
    lines = [_STRING + _LENGTH.pack(len(path)) + path + _MEMOIZE for path in paths]
    framed = b"".join([_HEAD, classes, *lines, _POP_MARK, body])
    return _START + _FRAME.pack(len(framed)) + framed


def check(data: bytes) -> list[Named]:
    """Verify the form of a pickle.

    :return: the classes it asks for, Text and values left out.
    :raises PickleRefused: something stands in it that may not.
    :raises IndexError, ValueError, struct.error: it is damaged.
    """
    at = len(_START) + _FRAME.size
    if not data.startswith(_START) or not data.startswith(_HEAD, at):
        if not data.startswith(_PLAIN_STARTS):
            raise PickleRefused("it is not a pickle of protocol 4 or 5")
        _Body(data, _grammar().plain, is_plain=True).check(2)
        return []
    called, at = _read_classes(data, at + len(_HEAD), MAX_CALLED, is_called=True)
    made, at = _read_classes(data, at, MAX_MADE, is_called=False)
    _Body(data, _grammar().run, is_plain=False).check(_behind_paths(data, at))
    return called + made


def _read_classes(data: bytes, at: int, size: int, *, is_called: bool) -> tuple[list[Named], int]:
    found = []
    while match := _LINE.match(data, at):
        found.append(Named(match[1].decode(), match[2].decode(), is_called))
        at = match.end()
    rest = _EMPTY * (size - len(found))
    if len(found) > size or not data.startswith(rest, at):
        raise PickleRefused("its list of classes is damaged")
    return found, at + len(rest)


def _behind_paths(data: bytes, at: int) -> int:
    while data[at] == ord(_STRING):
        at = _behind_long(data, at)
        if data[at] != ord(_MEMOIZE):
            raise PickleRefused("its list of paths is damaged")
        at += 1
    if data[at] != ord(_POP_MARK):
        raise PickleRefused("its list of paths is damaged")
    return at + 1


def _behind_long(data: bytes, at: int) -> int:
    (length,) = _LENGTH.unpack_from(data, at + 1)
    return int(at + 1 + _LENGTH.size + length)


class _Grammar(NamedTuple):
    token: re.Pattern[bytes]
    """An instruction, whichever; all but those that :meth:`_Body._behind_other` knows."""
    run: re.Pattern[bytes]
    """As many instructions of a body as possible."""
    plain: re.Pattern[bytes]
    """As many instructions of plain data as possible."""


@cache
def _grammar() -> _Grammar:
    """Compile the expressions, which takes some milliseconds, when they are first needed.

    They let the scan run in C. An expression cannot count, so each length of a short string is an alternative.
    """
    short = rb"[\x8cC\x8a](?:%s)" % b"|".join(re.escape(bytes([n])) + b".{%d}" % n for n in range(256))
    simple = rb"[N\x88\x89)\]}\x8f(\x94aeus\x90\x91b]"
    numbers = rb"K.|M..|J.{4}|G.{8}"
    get = rb"j(?!.\0\0\0).{4}"
    value = rb"h[\x01-\x%02x]" % (FIRST_CALLED - 1)
    instance = rb"h[\x%02x-\xff]\)\x81" % FIRST_MADE
    text = rb"h\0(?:%s|%s\x94)\x85\x94\x81" % (get, short)
    run = b"|".join((simple + b"++", get, short, value, instance, text, numbers))
    plain = b"|".join((simple + b"++", rb"h.|j.{4}", short, numbers))
    token = b"|".join((simple, rb"[t\x85-\x87]", get, short, value, numbers))
    return _Grammar(*(re.compile(b"(?s:%s)" % part) for part in (token, b"(?:%s)*+" % run, b"(?:%s)*+" % plain)))


class _Body:
    """Verifies instructions.

    :param run: matches as many as possible that need no closer look.
    :param is_plain: whether all of the memory may be asked for, and classes are not known at all.
    """

    def __init__(self, data: bytes, run: re.Pattern[bytes], *, is_plain: bool) -> None:
        self._data = data
        self._run = run
        self._is_plain = is_plain
        self._n_tuples = 0

    def check(self, at: int) -> None:
        """Verify all from *at* to the end."""
        data, run, last = self._data, self._run, len(self._data) - 1
        while True:
            at = _end_of(run.match(data, at))
            if data[at] == _STOP and at == last:
                return
            at = self._behind_other(at)

    def _behind_other(self, at: int) -> int:
        """Verify an instruction that no run has: give the place behind it."""
        code = self._data[at]
        if code in _TUPLES:
            self._n_tuples += 1
            if self._n_tuples > _MAX_TUPLES:
                raise PickleRefused("it has too many tuples")
            return at + 1
        if code in _LONG:
            return _behind_long(self._data, at)
        if code == _FRAMED and self._is_plain:
            return at + 1 + _FRAME.size
        if code == _CLASS and not self._is_plain:
            return self._behind_instance(at)
        raise PickleRefused(f"it has the instruction {chr(code)!r} at byte {at}, which could run code")

    def _behind_instance(self, at: int) -> int:
        """Verify that a class is followed by one object, its arguments, and the instruction to make an object."""
        data, slot = self._data, self._data[at + 1]
        if 0 < slot < FIRST_CALLED:
            return at + 2
        ending = _REDUCE if FIRST_CALLED <= slot < FIRST_MADE else _NEWOBJ
        heights = [0]
        at += 2
        while data[at] != ending or heights != [1]:
            code = data[at]
            if code == _CLASS or code in _TUPLES or code in _LONG:
                at = self._behind_other(at)
            else:
                at = _end_of(_grammar().token.match(data, at))
            _keep_height(heights, code)
        return at + 1


def _keep_height(heights: list[int], code: int) -> None:
    """Follow what an instruction does to the stack.

    :param heights: of the stack above the class, and above each mark.
    """
    if code == _OPEN:
        heights.append(0)
        return
    if code in _CLOSING:
        heights.pop()
    taken, left = _EFFECTS.get(code, (0, 1))
    if not heights or heights[-1] < taken:
        raise PickleRefused("it uses a class for something else than making an object")
    heights[-1] += left - taken


def _end_of(match: re.Match[bytes] | None) -> int:
    if match is None:
        raise PickleRefused("it has an instruction that is not allowed there")
    return match.end()


def without_frames(pickled: bytes) -> bytes:
    """Return the instructions of a pickle of protocol 4, without its number and the frames, which only group them."""
    return b"".join(_unframed(pickled))


def _unframed(data: bytes) -> Iterator[bytes]:
    at = 2
    while at < len(data):
        start = at
        if data[at] == _FRAMED:
            start = at + 1 + _FRAME.size
            at = start + _FRAME.unpack_from(data, at + 1)[0]
        elif data[at] in _LONG:
            at = _behind_long(data, at)
        else:
            match = _grammar().token.match(data, at)
            at = match.end() if match is not None else at + 1
        yield data[start:at]
