"""Tables that tell the recorder what is read of them."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pronghorn.observing.recorder import ALL, IS_THERE, NAMES, Recorder
from pronghorn.seam.internal import subclassed

_EVENTS = "sphinx.events"
"""The module that formats the arguments of each event for a message that nobody sees."""

_MISSING: Any = object()
_COPIED = (dict, defaultdict)  # Python lets nobody swap their class


class NotedTable(dict[Any, Any]):
    """A dict that tells which of its keys are asked for. Changes also go to the dict that it stands for.

    Put in front of the class of the dict by :func:`noted_table`. Python's C code does not look into a dict whose
    class has an ``__iter__`` of its own, so that ``dict(table)`` and ``{**table}`` are told as well.
    """

    _pronghorn_recorder: Recorder
    _pronghorn_name: str
    _pronghorn_path: tuple[Any, ...]
    """Keys of the tables around this one."""
    _pronghorn_depth: int
    """How many levels of tables there are from this one on."""
    _pronghorn_original: dict[Any, Any] | None
    """What this stands for; None if it is the original itself, with another class."""

    def _pronghorn_note(self, key: Any) -> None:
        noted = self._pronghorn_recorder.noted
        if noted is not None:
            path, name = self._pronghorn_path, self._pronghorn_name
            is_table = self._pronghorn_depth > 1 and isinstance(dict.get(self, key, self), NotedTable | NotedList)
            noted[name + IS_THERE if is_table else name, (*path, key) if path else key] = None

    def _pronghorn_note_whole(self, extent: str) -> None:
        """Note that all keys, or all keys and values, are read."""
        path = self._pronghorn_path
        key = path if len(path) > 1 else path[0] if path else ""
        self._pronghorn_recorder.note(self._pronghorn_name + extent, key)
        self._pronghorn_recorder.asked_by(sys._getframe(2))  # noqa: SLF001

    def _pronghorn_change(self) -> None:
        self._pronghorn_recorder.spoil(f"it changes '{self._pronghorn_name}'")

    def __getitem__(self, key: Any) -> Any:
        self._pronghorn_note(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value for *key*, or *default*."""
        self._pronghorn_note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._pronghorn_note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        self._pronghorn_note_whole(NAMES)
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self._pronghorn_note_whole(NAMES)
        return super().__reversed__()

    def __len__(self) -> int:
        self._pronghorn_note_whole(NAMES)
        return super().__len__()

    def keys(self) -> Any:
        """Return all keys."""
        self._pronghorn_note_whole(NAMES)
        return super().keys()

    def values(self) -> Any:
        """Return all values."""
        self._pronghorn_note_whole(ALL)
        return super().values()

    def items(self) -> Any:
        """Return all keys and values."""
        self._pronghorn_note_whole(ALL)
        return super().items()

    def copy(self) -> Any:
        """Return a plain dict."""
        self._pronghorn_note_whole(ALL)
        return plain_copy(self)

    def __eq__(self, other: object) -> bool:
        self._pronghorn_note_whole(ALL)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._pronghorn_note_whole(ALL)
        return super().__ne__(other)

    __hash__ = None

    def __or__(self, other: Any) -> Any:
        self._pronghorn_note_whole(ALL)
        return plain_copy(self) | other

    def __ror__(self, other: Any) -> Any:
        self._pronghorn_note_whole(ALL)
        return other | plain_copy(self)

    def __repr__(self) -> str:
        if sys._getframe(1).f_globals.get("__name__") != _EVENTS:  # noqa: SLF001 - there is no public way
            self._pronghorn_note_whole(ALL)
        return super().__repr__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._pronghorn_note_whole(ALL)
        return plain_copy(self).__reduce_ex__(protocol)

    def __missing__(self, key: Any) -> Any:
        """Make what a ``defaultdict`` gives for an absent key: it counts as absent still."""
        factory = getattr(self, "default_factory", None)
        if factory is None:
            raise KeyError(key)
        value = factory()
        if self._pronghorn_original is not None:
            self._pronghorn_original[key] = value
        if self._pronghorn_depth > 1:
            path = (*self._pronghorn_path, key)
            depth = self._pronghorn_depth - 1
            value = noted_table(value, self._pronghorn_name, self._pronghorn_recorder, depth=depth, path=path)
        super().__setitem__(key, value)
        return value

    def __setitem__(self, key: Any, value: Any) -> None:
        self._pronghorn_change()
        if self._pronghorn_original is not None:
            self._pronghorn_original[key] = value
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self._pronghorn_change()
        if self._pronghorn_original is not None:
            del self._pronghorn_original[key]
        super().__delitem__(key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Return the value for *key*; put *default* in if there is none."""
        if not super().__contains__(key):
            self[key] = default
        return self[key]

    def pop(self, key: Any, default: Any = _MISSING) -> Any:
        """Remove a key and give its value."""
        value = self[key] if default is _MISSING else self.get(key, default)
        if super().__contains__(key):
            del self[key]
        return value

    def popitem(self) -> Any:
        """Remove the last key and give it with its value."""
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Remove everything."""
        for key in list(super().keys()):
            del self[key]

    def update(self, *others: Any, **more: Any) -> None:
        """Put in what another dict has."""
        for key, value in dict(*others, **more).items():
            self[key] = value

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self


def noted_table(
    original: dict[Any, Any], name: str, recorder: Recorder, *, depth: int = 1, path: tuple[Any, ...] = ()
) -> NotedTable:
    """Return a table that stands for *original* and tells *recorder* what is read of it under *name*.

    The class of a dict of a class of its own, such as ``FilenameUniqDict``, is swapped in place; :func:`plain` undoes
    that. A copy stands for other dicts.

    :param depth: how many levels of dicts in dicts are told key by key. Keys are tuples, if there are several.
    :param path: keys of the tables around this one.
    """
    cls = _class_for(type(original))
    table: Any
    if type(original) in _COPIED:
        table = cls(original.default_factory) if isinstance(original, defaultdict) else cls()
        items = original.items()
        if depth > 1:
            nested = {
                key: noted_table(value, name, recorder, depth=depth - 1, path=(*path, key))
                if type(value) in _COPIED
                else value
                for key, value in items
            }
            items = nested.items()
        dict.update(table, items)
        stands_for: dict[Any, Any] | None = original
    else:
        table, stands_for = original, None
        subclassed(table, cls)
    vars(table).update(
        _pronghorn_recorder=recorder,
        _pronghorn_name=name,
        _pronghorn_path=path,
        _pronghorn_depth=depth,
        _pronghorn_original=stands_for,
    )
    return table  # type: ignore[no-any-return]


_PLAINEST = frozenset({"__new__", "__init__", "__getattribute__", "__len__", "__getitem__", "__class_getitem__"})


def _telling_whole(cls: type) -> type:
    """Make all methods of a class of lists, but the plainest, tell that the whole list is read, or changed."""
    for name in vars(list).keys() - _PLAINEST:
        method = vars(list)[name]
        if callable(method):
            setattr(cls, name, _with_whole(method))
    return cls


def _with_whole(method: Callable[..., Any]) -> Callable[..., Any]:
    def telling(self: Any, *args: Any, **named: Any) -> Any:
        self._pronghorn_note_whole()
        return method(self, *args, **named)

    return telling


@_telling_whole
class NotedList(list[Any]):
    """A list that tells which of its items is asked for, or that more is.

    How long it is tells nothing: lists in one table are of one length.
    """

    def __init__(self, items: Iterable[Any], table: NotedTable, key: Any) -> None:
        super().__init__(items)
        self._pronghorn_place = (table, key)

    def __getitem__(self, index: Any) -> Any:
        table, key = self._pronghorn_place
        if type(index) is int and index >= 0:
            table._pronghorn_recorder.note(table._pronghorn_name, (key, index))  # noqa: SLF001 - both are this module's
        else:
            self._pronghorn_note_whole()
        return super().__getitem__(index)

    def _pronghorn_note_whole(self) -> None:
        table, key = self._pronghorn_place
        table._pronghorn_recorder.note(table._pronghorn_name + ALL, key)  # noqa: SLF001 - both are this module's

    def __radd__(self, other: Any) -> Any:
        return [*other, *self]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return [*self].__reduce_ex__(protocol)


def noted_lists(original: Mapping[Any, list[Any]], name: str, recorder: Recorder) -> NotedTable:
    """Return a table of lists that tells *recorder* which items of which list are read under *name*."""
    table = noted_table({}, name, recorder, depth=2)
    dict.update(table, {key: NotedList(items, table, key) for key, items in original.items()})
    return table


@cache
def _class_for(cls: type) -> Any:
    return type(f"Noted{cls.__name__}", (NotedTable, cls), {})


def plain(table: NotedTable) -> dict[Any, Any]:
    """Return what *table* stands for, as it is now; it is not to be used any more."""
    if table._pronghorn_original is not None:  # noqa: SLF001 - both are this module's
        return table._pronghorn_original  # noqa: SLF001
    for name in [name for name in vars(table) if name.startswith("_pronghorn_")]:
        delattr(table, name)
    subclassed(table, type(table).__mro__[2])
    return table


def plain_copy(table: dict[Any, Any]) -> dict[Any, Any]:
    """Copy a table without telling anybody, tables in it included."""
    items = dict.items(table)
    return {key: plain_copy(value) if isinstance(value, NotedTable) else value for key, value in items}
