"""Programs that tell what they look at: those that the Python of this process runs."""

from __future__ import annotations

import ast
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pronghorn.seam.child import sitecustomize
from pronghorn.seam.child.sitecustomize import FORMER_PATH, LOG, Environment
from pronghorn.seam.rows.programs import FIND_SPEC, VARIABLES

_CHILD = str(Path(sitecustomize.__file__).parent)
_PYTHON = (sys.prefix, sys.base_prefix, sys.version)
_ARGUMENTS, _CANDIDATES, _CWD, _ENVIRONMENT = 0, 1, 4, 5
"""Where :mod:`subprocess` passes on what it was told."""
_PATH = b"PYTHONPATH="
_VARIABLES = os.environ  # as it is before anybody puts something else there


@dataclass(frozen=True)
class Known:
    """What a program has looked at."""

    looks: Sequence[tuple[str, str]]
    """What it has done to which absolute path: ``read``, ``listed``, ``probed``, or ``metadata`` for a folder in which
    it has looked for installed packages."""
    asked: dict[str, str | None]
    """Environment variables, with what they were."""
    sought: Sequence[tuple[str, str]]
    """Folders, and the modules that were looked for in each."""
    path: Sequence[str]
    """Where it has looked for modules when it began."""
    modules: dict[str, str]
    """The files of the modules that it has imported."""
    names: Sequence[str]
    """What was looked for on ``PATH`` to find it."""
    is_from_here: bool
    """Whether it depends on the current folder of this process."""


class Program:
    """A program that is to be started, once.

    :param command: how Python must have been called, if it is it that runs.
    :param names: what was looked for on ``PATH`` to find it.
    """

    def __init__(self, arguments: Sequence[Any], command: list[str], names: Sequence[str]) -> None:
        descriptor, file = tempfile.mkstemp(prefix="pronghorn-")
        os.close(descriptor)
        self._log = Path(file)
        self._command = command
        self._names = names
        self._is_from_here = not os.path.isabs(arguments[_CWD] or b"")  # noqa: PTH117
        self._arguments = arguments
        self._inherited = dict(_VARIABLES) if arguments[_ENVIRONMENT] is None else None

    @classmethod
    def of(cls, arguments: Sequence[Any]) -> Self | None:
        """Make one from what :mod:`subprocess` would start it with; None if it could not tell what it looks at."""
        FIND_SPEC.check()  # the program puts something in its place
        words = [os.fsdecode(word) for word in arguments[_ARGUMENTS]]
        candidates = [os.fsdecode(candidate) for candidate in arguments[_CANDIDATES]]
        file = next(filter(_is_program, (_from(arguments[_CWD], one) for one in candidates)), None)
        name = os.path.basename(candidates[0])  # noqa: PTH119
        is_sought = len(candidates) > 1 or len(os.get_exec_path()) == 1
        is_found = file is not None and file == shutil.which(name)
        if file is None or (is_sought and not is_found):
            return None
        if _is_python(file):
            return cls(arguments, words[1:], [name] if is_sought else [])
        interpreter = _interpreter_of(file)
        is_by_name = len(interpreter) > 1
        if not interpreter or not _is_python(shutil.which(interpreter[-1])):
            return None
        if is_by_name and arguments[_ENVIRONMENT] is not None:  # it may be looked for in another place
            return None
        return cls(arguments, [file, *words[1:]], [*([name] if is_found else []), *interpreter[1:]])

    def start(self, start: Callable[..., Any]) -> Any:
        """Start it, by what :mod:`subprocess` would start it with.

        To be called by one thread at a time.
        """
        *before, given = self._arguments[: _ENVIRONMENT + 1]
        if given is not None:
            environment = list(_watched(given, str(self._log)))
            return start(*before, environment, *self._arguments[_ENVIRONMENT + 1 :])
        with _inheriting(str(self._log)):
            return start(*self._arguments)

    def end(self) -> Known | None:
        """Give what it has looked at, unless that is not certain, or it has not ended yet."""
        try:
            told = ast.literal_eval(self._log.read_text("utf-8", errors="surrogatepass"))
            self._log.unlink()
        except (OSError, SyntaxError, ValueError):  # it has taken the file away, or not written it
            self._log.unlink(missing_ok=True)
            return None
        if told.pop("python") != _PYTHON or told.pop("arguments")[1:] != self._command:
            return None
        known = Known(**told, names=self._names, is_from_here=self._is_from_here)
        return known if self._has_given(known.asked) else None

    def _has_given(self, variables: Mapping[str, str | None]) -> bool:
        """Tell whether *variables* were those that Python knows of here: C code may have set others."""
        given = self._inherited
        return given is None or all(given.get(name) == value for name, value in variables.items())


def note_variables(note: Callable[[Any], None]) -> None:
    """Have it told from now on which environment variables are asked for.

    :param note: is given the name, as it is kept; None for all.
    """
    noted = Environment(VARIABLES.of(os.environ), note)
    for holder in (os.environ, *([os.environb] if hasattr(os, "environb") else [])):
        VARIABLES.set(holder, noted)


def _watched(variables: Iterable[bytes], log: str) -> Iterator[bytes]:
    """Have a program import first what notes what it does."""
    path = None
    for variable in variables:
        if variable.startswith(_PATH):
            path = variable.removeprefix(_PATH)
            yield _PATH + os.fsencode(_CHILD) + (b":" + path if path else b"")
        else:
            yield variable
    yield os.fsencode(f"{LOG}={log}")
    yield _PATH + os.fsencode(_CHILD) if path is None else os.fsencode(FORMER_PATH) + b"=" + path


@contextmanager
def _inheriting(log: str) -> Iterator[None]:
    """Have what is started inside inherit the same, without a change that Python sees here.

    What it inherits is what C code knows, which may be more than ``os.environ`` does.
    """
    path = _VARIABLES.get("PYTHONPATH")
    own = {LOG: log, "PYTHONPATH": f"{_CHILD}:{path}" if path else _CHILD}
    own |= {} if path is None else {FORMER_PATH: path}
    try:
        for name, value in own.items():
            os.putenv(name, value)
        yield
    finally:
        for name in own:
            os.unsetenv(name)
        if path is not None:
            os.putenv("PYTHONPATH", path)


def _from(folder: bytes | str | None, path: str) -> str:
    return os.path.join(os.fsdecode(folder or b""), path)  # noqa: PTH118


def _is_program(file: str) -> bool:
    return os.path.isfile(file) and os.access(file, os.X_OK)  # noqa: PTH113


def _is_python(file: str | None) -> bool:
    return file is not None and os.path.exists(file) and os.path.samefile(file, sys.executable)  # noqa: PTH110, PTH121


def _interpreter_of(file: str) -> list[str]:
    """Give the words of the first line of a script that tell which program runs it."""
    with Path(file).open("rb") as stream:
        start, _, line = stream.readline(1024).partition(b"#!")
    words = os.fsdecode(line).split()
    if start or not words:
        return []
    is_by_name = os.path.basename(words[0]) == "env"  # noqa: PTH119
    return words if len(words) == 1 + is_by_name else []
