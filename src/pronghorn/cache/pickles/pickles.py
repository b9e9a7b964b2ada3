"""Pickles that can be loaded safely, and in any clone of a site."""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import NoneType
from typing import Any

from docutils import nodes

from pronghorn.cache.pickles import form as pickle_form
from pronghorn.cache.pickles.classes import AllowedClasses, is_called
from pronghorn.cache.pickles.form import PickleRefused
from pronghorn.cache.pickles.making import PROTOCOL, is_reduced, reducer_of
from pronghorn.cache.pickles.portable_paths import FROM_HERE, outermost, put_on, split_off

__all__ = ["PickleRefused", "Portable", "SafePickles", "dump", "make_portable"]

_PATH_KEYS = ("source", "_source")
"""Where docutils and Sphinx keep the path of the file that a node, or the settings of a document, come from.

Elsewhere, a string that begins like a path below the source directory may as well be text or a link of the author's,
which must stay as it is.
"""
_PATHS_KEY = "include_log"
"""Where docutils keeps paths of what a document includes, each with options: absolute, if the build was started in a
folder that has nothing in common with them."""

_NATIVE = frozenset({NoneType, bool, int, float, str, bytes, list, dict, set, frozenset, tuple})
"""Types that pickles have instructions for."""

_NO_NAMES: Mapping[int, str] = {}

_Memory = dict[int, tuple[int, object]]


def _memory_of(*places: object, at: int = 0) -> _Memory:
    """Return the memory of a pickler that has met these objects, the first of them at place *at*."""
    return {id(there): (place, there) for place, there in enumerate(places, at)}


_NOTHING = tuple(object() for _ in range(pickle_form.SLOTS))
"""Stand in slots without a class: nothing refers to them."""

_EMPTY_MEMORY = _memory_of(nodes.Text, *pickle_form.VALUES, *_NOTHING[1 + len(pickle_form.VALUES) :])

_HEADER = struct.Struct("<4s?II")
_MAGIC = b"PgP1"


class SafePickles:
    """Loads pickles that may come from anywhere.

    Nothing runs but the ``__new__`` of harmless classes, see :class:`AllowedClasses` and :mod:`pickle_form`. The data
    may be wrong, though, and it may take long to load: whoever can write to the cache decides what the pages look like.

    :param extension_modules: names of the modules of the loaded extensions.
    """

    def __init__(self, extension_modules: Iterable[str]) -> None:
        self._classes = AllowedClasses(extension_modules)

    def load(self, data: bytes) -> Any:
        """Load what :meth:`Portable.localize` has given, or a pickle of plain data.

        :raises PickleRefused: it was damaged, made otherwise, or has objects of classes that are not allowed.
        """
        self.check(data)
        try:
            return _Unpickler(data, self._classes).load()
        except Exception as error:  # whatever damaged data leads to
            raise PickleRefused(f"it cannot be loaded: {type(error).__name__}: {error}") from error

    def check(self, data: bytes) -> None:
        """Verify that a pickle can be loaded safely, by anyone and not only by :meth:`load`; none of it is loaded.

        :raises PickleRefused: it cannot.
        """
        try:
            for named in pickle_form.check(data):
                self._classes.verify(named)
        except PickleRefused:
            raise
        except Exception as error:  # whatever damaged data leads to
            raise PickleRefused(f"it is damaged: {type(error).__name__}: {error}") from error


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, classes: AllowedClasses) -> None:
        super().__init__(io.BytesIO(data))
        self._classes = classes

    def find_class(self, module: str, name: str, /) -> type:
        return self._classes[module, name]


@dataclass(frozen=True, slots=True)
class Portable:
    """A pickle without its source directory."""

    classes: bytes
    paths: tuple[str, ...]
    """What follows the source directory in each path."""
    body: bytes
    is_bound: bool
    """Whether the source directory is named elsewhere too, so that the pickle is wrong for any other one."""

    @property
    def names_from_here(self) -> list[str]:
        """Those of the paths that lead there from the folder in which the build was started."""
        return [path for path in self.paths if path.startswith(FROM_HERE)]

    def localize(self, srcdir: str) -> bytes:
        """Return the pickle for a source directory, and for the folder in which this build was started."""
        paths = [_encoded(put_on(srcdir, path)) for path in self.paths]
        return pickle_form.assemble(self.classes, paths, self.body)

    def encode(self) -> bytes:
        """Return all of it as bytes."""
        paths = b"".join(_encoded(path) + b"\0" for path in self.paths)
        header = _HEADER.pack(_MAGIC, self.is_bound, len(self.classes), len(paths))
        return header + self.classes + paths + self.body

    @classmethod
    def decode(cls, data: bytes) -> Portable:
        """Undo :meth:`encode`.

        :raises PickleRefused: *data* is something else. What is in it is not verified here.
        """
        try:
            magic, is_bound, n_classes, n_paths = _HEADER.unpack_from(data)
        except (struct.error, TypeError) as error:
            raise PickleRefused("it is not a pickle of the page cache") from error
        at_paths = _HEADER.size + n_classes
        at_body = at_paths + n_paths
        if magic != _MAGIC or at_body >= len(data):
            raise PickleRefused("it is not a pickle of the page cache")
        try:
            paths = data[at_paths:at_body].decode("utf-8", "surrogatepass").split("\0")[:-1]
        except UnicodeDecodeError as error:
            raise PickleRefused("its paths are damaged") from error
        return cls(data[_HEADER.size : at_paths], tuple(paths), data[at_body:], is_bound)


def make_portable(pickled: bytes, srcdir: str) -> Portable:
    """Convert a pickle that this build has made. :func:`dump` takes half the time.

    :raises PickleRefused: as :func:`dump` says.
    """
    return dump(pickle.loads(pickled), srcdir)  # noqa: S301 - made by this build


def dump(
    value: object,
    srcdir: str,
    parts: Sequence[object] = (),
    check: Callable[[bytes], object] = pickle_form.check,
    names: Mapping[int, str] = _NO_NAMES,
) -> Portable:
    """Pickle *value* so that :class:`SafePickles` can load it, in any clone of the site.

    Paths of source files, that is, strings under the keys :data:`_PATH_KEYS` of dictionaries and attributes that are
    *srcdir*, or lie below it or near it, come out with the other source directory. Symbolic links are not resolved: a
    path must begin as *srcdir* is written, as Sphinx writes it.

    :param parts: objects that are in *value*. If no others are of classes without an instruction, or have paths, it
        takes half the time; the same parts give the same bytes in any case.
    :param check: verifies what will be loaded; as :meth:`SafePickles.check` does, or at least its form.
    :param names: what is known of single texts, by id: with :data:`FROM_HERE` at the beginning, what :func:`split_off`
        gives for the paths of the files that they name.
    :raises PickleRefused: it has functions, objects of too many classes, or such as have their own ways of pickling.
    """
    if parts and (portable := _dumped_at_once(value, srcdir, parts, check, names)) is not None:
        return portable
    try:
        met = [*parts, *_meet(value)]
        pickler = _FormPickler(met, srcdir, names)
        portable = pickler.dump_portable(value)
    except PickleRefused:
        raise
    except Exception as error:  # whatever the methods of foreign objects raise
        raise PickleRefused(f"it cannot be pickled: {type(error).__name__}: {error}") from error
    try:
        check(portable.localize(srcdir))
    except PickleRefused as error:
        raise PickleRefused(_unsuitable(met, pickler.known) or error.message) from error
    return portable


def _dumped_at_once(
    value: object,
    srcdir: str,
    parts: Sequence[object],
    check: Callable[[bytes], object],
    names: Mapping[int, str],
) -> Portable | None:
    """Pickle a value with the classes and paths of *parts*; None if it has others, or cannot be pickled."""
    try:
        portable = _FormPickler(parts, srcdir, names).dump_portable(value)
        check(portable.localize(srcdir))  # a class that was not expected is fetched by name, which is refused
    except Exception:  # noqa: BLE001 - whatever the methods of foreign objects raise; the other way says what is wrong
        return None
    return None if _encoded(outermost(srcdir)) in portable.body else portable


def _meet(value: object) -> list[Any]:
    """Return all objects in the order in which pickling meets them, each as often as it does."""
    met: list[Any] = []
    _Meeting(met).dump(value)
    return met


class _Meeting(pickle.Pickler):
    """Collects what pickling meets."""

    def __init__(self, met: list[Any]) -> None:
        self._met = met
        super().__init__(io.BytesIO(), PROTOCOL)

    @property
    def persistent_id(self) -> Callable[[Any], None]:
        """Meet an object by being asked for its persistent id.

        A pickler fetches this once. A method would run for each object, and Python 3.13.0 has none assigned.
        """
        return self._met.append


class _FormPickler:
    """Pickles in the form: its memory is filled with the classes and paths of *met* before it begins."""

    def __init__(self, met: Sequence[object], srcdir: str, names: Mapping[int, str]) -> None:
        classes = [cls for cls in dict.fromkeys(map(type, met)) if cls not in _NATIVE and not issubclass(cls, type)]
        self._called = [cls for cls in classes if is_called(cls)]
        self._made = [cls for cls in classes if not is_called(cls) and cls is not nodes.Text]
        self._folder = srcdir
        rests = [(path, names.get(id(path)) or split_off(srcdir, path)) for path in _paths_among(met)]
        self._paths = [(path, rest) for path, rest in rests if rest is not None]
        self.known = {nodes.Text, *pickle_form.VALUES, *classes}

    def dump_portable(self, value: object) -> Portable:
        file = io.BytesIO()
        pickler = pickle.Pickler(file, PROTOCOL)
        classes = pickle_form.write_classes(self._called, self._made)
        pickler.memo = self._memory()
        pickler.dispatch_table = {cls: reduce for cls in (*self._called, *self._made) if (reduce := reducer_of(cls))}
        pickler.dump(value)
        body = pickle_form.without_frames(file.getvalue())
        rests = tuple(rest for _, rest in self._paths)
        return Portable(classes, rests, body, _encoded(self._folder) in body)

    def _memory(self) -> _Memory:
        """Return the memory at the beginning. The size tells a pickler the next place, so each place is taken once."""
        memory = _EMPTY_MEMORY.copy()
        for classes, start in ((self._called, pickle_form.FIRST_CALLED), (self._made, pickle_form.FIRST_MADE)):
            for place in range(start, start + len(classes)):
                del memory[id(_NOTHING[place])]
            memory.update(_memory_of(*classes, at=start))
        memory.update(_memory_of(*(path for path, _ in self._paths), at=pickle_form.SLOTS))
        return memory


def _paths_among(met: Iterable[object]) -> Iterable[str]:
    """Return what may be paths, each object once."""
    tables = [value for value in met if type(value) is dict]
    found = [table[key] for key in _PATH_KEYS for table in tables if key in table]
    logs = [log for table in tables if type(log := table.get(_PATHS_KEY)) is list]
    found += [entry[0] for log in logs for entry in log if type(entry) is tuple and entry]
    # Nodes mostly have the same path as the one before, and asking for an id is an audit event.
    others = [path for last, path in pairwise([None, *found]) if path is not last]
    return [path for path in {id(path): path for path in others}.values() if type(path) is str]


def _unsuitable(met: list[Any], known: set[Any]) -> str | None:
    """Name an object that has no place in the form."""
    for value in met:
        if callable(value) and isinstance(getattr(value, "__qualname__", None), str) and value not in known:
            return f"it has {value.__module__}.{value.__qualname__} as data"
        cls = type(value)
        if cls not in _NATIVE and not isinstance(value, type) and not reducer_of(cls) and is_reduced(value):
            return f"it has an object of {cls.__module__}.{cls.__qualname__}, which is not made by __new__"
    return None


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")
