"""The interpreters of this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ASK = "import os, sys; print('{}.{}'.format(*sys.version_info), os.path.realpath(sys.executable))"


def variable(version: str) -> str:
    """Return the name of the environment variable that names the interpreter of a minor version."""
    return f"PYTHON{version.replace('.', '')}"


def find_interpreter(version: str) -> Path | None:
    """Return the first interpreter of a minor version that runs; None if there is none.

    It is the file itself, whichever way leads to it: an environment that was made with it need not be made again.

    :raises ValueError: an environment variable names something else.
    """
    named = os.environ.get(variable(version))
    if named:
        if found := _ask(named, version):
            return found
        raise ValueError(f"{variable(version)}={named} is not Python {version}")
    return next(filter(None, (_ask(str(python), version) for python in _candidates(version))), None)


def _candidates(version: str) -> Iterator[Path]:
    yield this_interpreter()
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
        yield from sorted(Path(root).glob(f"versions/{version}.*/bin/python"), reverse=True)


def this_interpreter() -> Path:
    """Return the interpreter that runs this, not the link to it that an environment has: that may be made again."""
    return Path(sys.executable).resolve()


def _ask(python: str, version: str) -> Path | None:
    """Ask an interpreter for its file; None if it is another version, or does not run: pyenv's may be switched off."""
    try:
        said = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    own_version, _, file = said.partition(" ")
    return Path(file) if own_version == version else None
