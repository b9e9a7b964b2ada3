"""A site made of a few files, built by a real Sphinx."""

import gc
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from textwrap import dedent
from typing import IO, NoReturn

import sphinx.cmd.build
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.support.trees import assert_same_files, digests_of

DEFAULT_CONF = """\
project = "Test"
extensions = ["myst_parser", "pronghorn"]
html_theme = "basic"
"""

# Settings of the machine or of the test run that would change a build.
FOREIGN_VARIABLES = frozenset(
    {"PYTHONDONTWRITEBYTECODE", "READTHEDOCS", "SOURCE_DATE_EPOCH", "SPHINXOPTS", "SPHINXBUILD"}
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one build left behind."""

    exit_code: int
    """0 for success, 1 for errors, and for warnings that count as errors."""
    out: str
    """What was printed on standard output: progress and closing line."""
    warnings: str
    """What was printed on standard error: warnings and errors."""
    outdir: Path
    doctreedir: Path

    def exists(self, path: str) -> bool:
        """Check whether the output has a file, given by its path below the output folder."""
        return (self.outdir / path).is_file()

    def read(self, path: str) -> str:
        """Return the text of an output file."""
        return (self.outdir / path).read_text(encoding="utf-8")

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of each output file by relative path, without Sphinx's bookkeeping."""
        return digests_of(self.outdir)


class Site:
    """A source folder and its builds.

    Output and doctrees lie beside the source folder, never in it, and so does Pronghorn's cache.
    """

    def __init__(self, root: Path, files: Mapping[str, str | bytes], conf: str = "") -> None:
        self.root = root
        self.source = root / "source"
        self.source.mkdir(parents=True)
        if "conf.py" not in files:
            self.write("conf.py", DEFAULT_CONF + dedent(conf))
        for path, content in files.items():
            self.write(path, content)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a source file, text without its common indentation, and return where it is."""
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dedent(content).encode() if isinstance(content, str) else content)
        return file

    def remove(self, path: str) -> None:
        """Remove a source file."""
        (self.source / path).unlink()

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of each source file by relative path: what a build must leave as it was."""
        return digests_of(self.source)

    def build(
        self,
        builder: str = "html",
        *args: str,
        env: Mapping[str, str] | None = None,
        jobs: int = 1,
        warnings_are_errors: bool = False,
        into: str = "build",
        started_in: Path | None = None,
    ) -> Result:
        """Run ``python -m sphinx`` in a process of its own.

        :param args: more arguments of sphinx-build.
        :param env: environment variables to set.
        :param into: the folder for output and doctrees. A second build into the same one is incremental.
        :param started_in: the folder in which the process is; the root of the site if nothing is said.
        """
        outdir, doctreedir = self._folders(builder, into)
        command = [sys.executable, "-m", "sphinx", "--no-color", "-b", builder, "-j", str(jobs)]
        command += ["-W", "--keep-going"] if warnings_are_errors else []
        process = subprocess.run(
            [*command, "-d", str(doctreedir), *args, str(self.source), str(outdir)],
            cwd=started_in or self.root,
            env={**self.environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Result(process.returncode, process.stdout, process.stderr, outdir, doctreedir)

    def build_forked(
        self,
        builder: str = "html",
        *,
        env: Mapping[str, str] | None = None,
        jobs: int = 1,
        into: str = "build",
        started_in: Path | None = None,
    ) -> Result:
        """Do what :meth:`build` does in less time, in a forked process.

        What it imports is there, and sets are ordered as in this process. The arguments are the same.
        """
        outdir, doctreedir = self._folders(builder, into)
        options = ["--no-color", "-b", builder, "-j", str(jobs), "-d", str(doctreedir)]
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            pid = os.fork()
            if pid == 0:
                os.chdir(started_in or self.root)
                environment = {**self.environment(), **(env or {})}
                _run_forked([*options, str(self.source), str(outdir)], environment, out, err)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            out.seek(0)
            err.seek(0)
            return Result(status, out.read(), err.read(), outdir, doctreedir)

    @contextmanager
    def app(
        self, builder: str = "html", *, warnings: StringIO | None = None, into: str = "build", **config: object
    ) -> Iterator[Sphinx]:
        """Set up Sphinx in this process, for tests that look at its objects; ``app.build()`` builds.

        :param warnings: receives what would go to standard error.
        :param config: configuration values that override conf.py, as ``-D`` does.
        """
        outdir, doctreedir = self._folders(builder, into)
        with patch_docutils(self.source), docutils_namespace():
            yield Sphinx(
                self.source,
                self.source,
                outdir,
                doctreedir,
                builder,
                confoverrides=config,
                status=None,
                warning=StringIO() if warnings is None else warnings,
            )

    def environment(self) -> dict[str, str]:
        """Return the environment variables of a build: this process's, without settings of the machine."""
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
        return {**inherited, "LC_ALL": "C.UTF-8", "PRONGHORN_CACHE_DIR": str(self.root / "cache")}

    def _folders(self, builder: str, into: str) -> tuple[Path, Path]:
        return self.root / into / builder, self.root / into / "doctrees"


def assert_same_output(left: Result | Path, right: Result | Path) -> None:
    """Check that two builds wrote the same files with the same bytes, Sphinx's bookkeeping aside.

    :raises AssertionError: they did not; the message names the first file and line.
    """
    folders = [side.outdir if isinstance(side, Result) else side for side in (left, right)]
    assert_same_files(*folders)


def _run_forked(arguments: list[str], env: Mapping[str, str], out: IO[str], err: IO[str]) -> NoReturn:
    """Build in this process, and end it."""
    status = 99
    gc.freeze()  # what was there before need not be looked at, nor copied for that
    try:
        for number, file in ((1, out), (2, err)):
            os.dup2(file.fileno(), number)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        for name in os.environ.keys() - env.keys():
            del os.environ[name]
        os.environ.update(env)
        status = sphinx.cmd.build.main(arguments)
    except BaseException:  # noqa: BLE001 - the process must end here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
