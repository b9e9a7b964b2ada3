"""Folders for what is downloaded, and virtual environments in them, made on first use."""

import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The root of the repository."""
SHOWN_CHARS = 4000
"""So much of what a failed command said is shown, from its end."""


class InstallError(Exception):
    """Something could not be downloaded or installed."""


def downloads_folder() -> Path:
    """Return the folder that keeps what is downloaded: what ``PRONGHORN_DOWNLOADS`` names, or ``.downloads/``."""
    return Path(os.environ.get("PRONGHORN_DOWNLOADS") or ROOT / ".downloads")


def run_quietly(command: Sequence[str]) -> str:
    """Run a command, and return what it said.

    :raises InstallError: it failed; the message holds the end of its output.
    """
    process = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode:
        said = process.stdout[-SHOWN_CHARS:]
        raise InstallError(f"{shlex.join(command)}\nended with {process.returncode}:\n{said}")
    return process.stdout


def environment_with(folder: Path, *requirements: str, base: str = sys.executable) -> Path:
    """Return the Python of a virtual environment with *requirements*. It is made again when they are others.

    :param requirements: what pip installs. The repository's root stands for Pronghorn, editable.
    :param base: the Python to make it with.
    :raises InstallError: something could not be installed.
    """
    python, stamp = folder / "bin" / "python", stamp_of(folder)
    install = [word for one in requirements for word in (("-e", one) if one == str(ROOT) else (one,))]
    pyproject = (ROOT / "pyproject.toml").read_bytes() if str(ROOT) in requirements else b""
    wanted = hashlib.sha256(pyproject + "\n".join(install).encode() + _version_of(base).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        run_quietly([base, "-m", "venv", "--clear", str(folder)])
        run_quietly([str(python), "-m", "pip", "install", "--quiet", *install])
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _version_of(python: str) -> str:
    if python == sys.executable:
        return sys.version
    return run_quietly([python, "-c", "import sys; print(sys.version, end='')"])


def stamp_of(folder: Path) -> Path:
    """Return the file with a digest of all that :func:`environment_with` was asked to install."""
    return folder / "installed"


def version_in(python: Path, distribution: str) -> str:
    """Return the version of a distribution in an environment.

    :raises InstallError: it is not there.
    """
    code = f"from importlib.metadata import version; print(version({distribution!r}))"
    return run_quietly([str(python), "-c", code]).strip()
