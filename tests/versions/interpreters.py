"""The interpreters of this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ASK = "import sys; print('{}.{}'.format(*sys.version_info))"


def variable(version: str) -> str:
    """Return the name of the environment variable that names the interpreter of a minor version."""
    return f"PYTHON{version.replace('.', '')}"


def find_interpreter(version: str) -> Path | None:
    """Return the first interpreter of a minor version that runs; None if there is none.

    :raises ValueError: an environment variable names something else.
    """
    named = os.environ.get(variable(version))
    if named:
        if _version_of(named) != version:
            raise ValueError(f"{variable(version)}={named} is no Python {version}")
        return Path(shutil.which(named) or named)
    return next((python for python in _candidates(version) if _version_of(str(python)) == version), None)


def _candidates(version: str) -> Iterator[Path]:
    yield this_interpreter()
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
        yield from sorted(Path(root).glob(f"versions/{version}.*/bin/python"), reverse=True)


def this_interpreter() -> Path:
    """Return the interpreter that runs this, not the link to it that an environment has: that may be made anew."""
    return Path(sys.executable).resolve()


def _version_of(python: str) -> str:
    """Ask an interpreter for its minor version; empty if it does not run, as pyenv's for versions that are off."""
    try:
        return subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
