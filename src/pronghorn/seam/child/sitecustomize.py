"""What a Python program looks at, noted by itself: its first import, put there by whoever starts it.

What it touches in Python has its rows in the register of the process that starts it, which runs the same Python.
It imports nothing that Python has not imported by then, so that the program finds the modules that it would find
without it; and it takes itself away before the program begins.
"""

from __future__ import annotations

import atexit
import os
import stat
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

LOG = "PRONGHORN_CHILD_LOG"
"""The environment variable with the file to write to, which is there and empty."""
FORMER_PATH = "PRONGHORN_CHILD_PATH"
"""The environment variable with what ``PYTHONPATH`` was; it is not there if that was not."""
EPOCH = "SOURCE_DATE_EPOCH"
"""The environment variable that stands for the clock. Who asks for it does not show what the clock says."""

_CLOCK = frozenset({"now", "utcnow", "localtime"})
"""What code is called that asks for the time where nobody sees it."""
_LIBRARY = os.path.join(os.path.dirname(os.__file__), "")
_IMPORTERS = "<frozen importlib._bootstrap"
_METADATA = ("importlib/metadata/__init__.py", "importlib_metadata/__init__.py")
_PATHS = ("genericpath", "posixpath", "ntpath")
_FORBIDDEN = (
    *("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.spawn", "_winapi."),
    *("socket.", "ctypes.", "sqlite3.", "cpython.run_stdin", "os.chmod", "os.chown", "os.chflags", "os.setxattr"),
    *("os.removexattr", "os.link", "os.symlink", "builtins.input"),
)
"""How events begin that make it unknown what the program looks at, or that change what others see."""
_STARTERS = ("multiprocessing.popen_", "multiprocessing.resource_tracker")
_NOWHERE = (os.devnull,)


class Environment(dict):  # type: ignore[type-arg]
    """The environment variables as :data:`os.environ` keeps them: it is told who is asked for.

    :param note: is given the name, as it is kept; None for all.
    """

    def __init__(self, variables: dict[Any, Any], note: Callable[[Any], None]) -> None:
        super().__init__(variables)
        self._note = note

    def __getitem__(self, name: Any) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[Any]:
        self._note(None)
        return super().__iter__()

    def items(self) -> Any:
        """Give all of them."""
        self._note(None)
        return super().items()


class Log:
    """What has been noted, until it is certain that not all can be."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._variables = Environment(os.environ._data, self._ask)  # type: ignore[attr-defined]
        self._lstat, self._abspath, self._readlink = os.lstat, os.path.abspath, os.readlink
        self._looks: dict[tuple[str, str], None] = {}
        self._asked: dict[str, str | None] = {}
        self._sought: dict[tuple[str, str], None] = {}
        self._path = [self._abspath(folder) for folder in sys.path]
        self._made: list[str] = []
        self._is_timed = self._is_over = False

    def begin(self) -> None:
        """Note from now on."""
        for holder in (os.environ, *([os.environb] if hasattr(os, "environb") else [])):
            holder._data = self._variables  # type: ignore[attr-defined]
        for name in ("stat", "lstat", "access", "readlink", "open"):
            setattr(os, name, self._noting(getattr(os, name), has_status="stat" in name, is_opened=name == "open"))
        for name in ("exists", "isfile", "isdir", "islink", "isjunction", "lexists"):
            if type(getattr(os.path, name, None)) is type(len):
                setattr(os.path, name, self._noting(getattr(os.path, name)))
        for name in ("time", "time_ns", "clock_gettime", "clock_gettime_ns"):
            setattr(time, name, self._timing(getattr(time, name), sys.maxsize))
        for name in ("localtime", "gmtime", "ctime", "asctime", "strftime"):  # of another time, if one is given
            setattr(time, name, self._timing(getattr(time, name), int(name == "strftime")))
        importing = sys.modules["_frozen_importlib"]
        # It is asked for each module, whichever way that is imported.
        importing._find_spec = self._seeking(importing._find_spec)  # type: ignore[attr-defined]
        sys.addaudithook(self._hear)
        atexit.register(self._end)

    def _forbid(self) -> None:
        """Give up: without its file, nothing is known."""
        if self._is_over:
            return
        self._is_over = True
        try:
            os.unlink(self._file)
        except OSError:  # that has been done
            return

    def _end(self) -> None:
        """Write the file: what is done from now on is not noted any more."""
        if self._is_over:
            return
        loaded = [(name, module) for name, module in [*sys.modules.items()] if isinstance(module, type(sys))]
        # To ask a module itself may load it only now.
        files = {name: object.__getattribute__(module, "__dict__").get("__file__") for name, module in loaded}
        known = {
            "python": (sys.prefix, sys.base_prefix, sys.version),
            "arguments": sys.orig_argv,
            "looks": [*self._looks],
            "asked": self._asked,
            "sought": [*self._sought],
            "path": self._path,
            "modules": {name: file for name, file in files.items() if type(file) is str},
        }
        has_epoch = EPOCH in self._asked and bool(os.environ.get(EPOCH))
        if any(map(self._is_there, self._made)) or (self._is_timed and not has_epoch):
            self._forbid()
            return
        self._is_over = True
        try:
            descriptor = os.open(self._file, os.O_WRONLY)
        except OSError:  # whoever started the program does not wait for it any more
            return
        with open(descriptor, "w", encoding="utf-8", errors="surrogatepass") as stream:
            stream.write(repr(known))

    # What is asked

    def _ask(self, name: Any) -> None:
        if name is None:
            self._forbid()
        else:
            value = self._variables.get(name)
            self._asked.setdefault(os.fsdecode(name), None if value is None else os.fsdecode(value))

    def _look(self, verb: str, path: Any, folder: Any = None) -> None:
        """Note that *path* is looked at.

        :param folder: the descriptor of the folder from which it is named.
        """
        place = self._place(path, folder)
        if place is not None and not self._is_own(place):
            self._looks[verb, place] = None

    def _place(self, path: Any, folder: Any = None) -> str | None:
        """Give an absolute path; None if it is none of a file."""
        if path is None or type(path) is int:
            path, folder = "", path
        try:
            name = os.fsdecode(path)
            around = "" if folder in (None, -1) else self._readlink(f"/proc/self/fd/{folder}")
            if around and not around.startswith("/"):  # a pipe
                return None
            return self._abspath(os.path.join(around, name))
        except (TypeError, ValueError, OSError):
            self._forbid()
            return None

    def _is_own(self, place: str) -> bool:
        return any((place + os.sep).startswith(folder + os.sep) for folder in self._made)

    def _is_there(self, place: str) -> bool:
        try:
            self._lstat(place)
        except (OSError, ValueError):
            return False
        return True

    def _change(self, path: Any, folder: Any = None) -> None:
        """Note that *path* is changed: that is nobody else's business in a folder that was made for it."""
        place = self._place(path, folder)
        if place is not None and place not in _NOWHERE and not self._is_own(place):
            self._forbid()

    def _write(self, path: Any) -> None:
        """Note that *path* is opened for writing; a folder, which cannot be, stands for a file to be made in it."""
        place = self._place(path)
        try:
            is_folder = place is not None and stat.S_ISDIR(self._lstat(place).st_mode)
        except OSError:
            is_folder = False
        if not is_folder:
            self._change(path)

    def _make(self, path: Any, folder: Any) -> None:
        place = self._place(path, folder)
        if place is not None and self._is_there(place):
            self._look("probed", place)
        elif place is not None:
            self._made.append(place)

    # Where it is noticed

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Do the work of an audit hook."""
        if event == "exec":
            self._is_timed = self._is_timed or _asks_for_time(args[0])
        elif event == "open":
            self._open(*args)
        elif event in ("os.listdir", "os.scandir"):
            self._list(args[0], sys._getframe(1))
        elif event in ("os.remove", "os.rmdir"):
            self._change(*args)
        elif event in ("os.rename", "os.mkdir"):
            self._arrange(event, args, sys._getframe(1))
        elif event in ("os.truncate", "os.utime"):
            self._change(args[0])
        elif event.startswith(_FORBIDDEN):
            self._forbid()

    def _arrange(self, event: str, args: tuple[Any, ...], frame: FrameType) -> None:
        if _is_importing(frame):
            return
        if event == "os.mkdir":
            self._make(args[0], args[2])
        else:
            self._change(args[0], args[2])
            self._change(args[1], args[3])

    def _open(self, path: Any, mode: Any, flags: int) -> None:
        del mode
        if type(path) is int or (flags & os.O_WRONLY and _is_importing(sys._getframe(2))):
            return
        if not flags & (os.O_WRONLY | os.O_RDWR):
            self._look("read", path)
        elif flags & os.O_EXCL:
            self._make(path, None)
        else:
            self._write(path)

    def _list(self, path: Any, frame: FrameType) -> None:
        if _is_importing(frame):
            return
        is_for_packages = frame.f_code.co_filename.endswith(_METADATA)
        self._look("metadata" if is_for_packages else "listed", path)

    def _seeking(self, find: Any) -> Any:
        """Note where which modules are looked for, whoever does."""

        def substitute(module: str, path: Any, target: Any = None) -> Any:
            if module.startswith(_STARTERS):
                self._forbid()
            for folder in sys.path if path is None else path:
                if type(folder) is str:
                    self._sought[self._place(folder) or folder, module.rpartition(".")[2]] = None
            return find(module, path, target)

        return _in_place_of(find, substitute)

    def _noting(self, original: Any, *, has_status: bool = False, is_opened: bool = False) -> Any:
        def substitute(*args: Any, **kwargs: Any) -> Any:
            path = args[0] if args else kwargs.get("path")
            folder = kwargs.get("dir_fd")
            if not is_opened or folder is not None:
                self._look("read" if is_opened else "probed", path, folder)
            result = original(*args, **kwargs)
            is_told = has_status and not any(name in sys._getframe(1).f_code.co_filename for name in _PATHS)
            if is_told and stat.S_ISREG(result.st_mode):
                self._look("read", path, folder)  # its size may matter
            return result

        return _in_place_of(original, substitute)

    def _timing(self, original: Any, n_given: int) -> Any:
        def substitute(*args: Any) -> Any:
            self._is_timed = self._is_timed or len(args) <= n_given or args[n_given] is None
            return original(*args)

        return _in_place_of(original, substitute)


def _in_place_of(original: Any, substitute: Any) -> Any:
    for name in ("__module__", "__name__", "__qualname__", "__doc__", "__text_signature__"):
        if hasattr(original, name):
            setattr(substitute, name, getattr(original, name))
    for functions in (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks):
        if original in functions:
            functions.discard(original)
            functions.add(substitute)
    return substitute


def _is_importing(frame: FrameType) -> bool:
    """Tell whether it is Python's own importing that looks for a module, or writes byte code."""
    return frame.f_code.co_filename.startswith(_IMPORTERS)


def _asks_for_time(code: Any) -> bool:
    """Tell whether code that is no part of Python may ask for the time."""
    if not hasattr(code, "co_names") or code.co_filename.startswith("<frozen "):
        return False
    if code.co_filename.startswith(_LIBRARY) and "-packages" not in code.co_filename:
        return False
    return not _CLOCK.isdisjoint(code.co_names) or any(map(_asks_for_time, code.co_consts))


def _begin() -> None:
    """Undo what has led here, and note what the program does."""
    file, folder = os.environ.pop(LOG), os.path.dirname(__file__)
    former = os.environ.pop(FORMER_PATH, None)
    if former is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = former
    sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    for name in (__name__, "__future__", "atexit"):
        sys.modules.pop(name, None)
    Log(file).begin()


if __name__ == "sitecustomize" and LOG in os.environ:
    _begin()
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 - the one that would have been found
