"""Programs that pages run while they are read: what they look at becomes dependencies of the page."""

from __future__ import annotations

import os
import shutil
import site
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.tracking.code_digests import ModuleDigests
from pronghorn.cache.tracking.digests import ABSENT, digest_of, digest_of_parts
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen, source_of
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.programs import Known

_BY_C = ("PYTHON*", "LC_*", "LANG", "LANGUAGE", "TZ")
"""Environment variables that Python and the C library ask for, where nobody sees it."""
_METADATA = (".dist-info", ".egg-info", ".egg", ".egg-link")
_DESCRIPTIONS = "."
"""Stands for these among names of modules."""
_INSTALLED = "installed:"


class InstalledFiles:
    """Names files of installed packages so that they mean the same in each environment."""

    def __init__(self) -> None:
        found = sysconfig.get_paths()
        folders = [found["purelib"], found["platlib"], *site.getsitepackages(), site.getusersitepackages()]
        self._roots = [*dict.fromkeys(os.path.join(folder, "") for folder in folders)]  # noqa: PTH118
        self._library = tuple(os.path.join(found[name], "") for name in ("stdlib", "platstdlib"))  # noqa: PTH118

    def name_of(self, path: str) -> str | None:
        """Give the name of a file or folder; None if it does not belong to an installed package."""
        inside = os.path.join(path, "")  # noqa: PTH118
        for number, root in enumerate(self._roots):
            if inside.startswith(root):
                return f"{number}/{path[len(root) :]}"
        return None

    def path_of(self, name: str) -> str:
        """Give the path of what :meth:`name_of` has named."""
        number, _, rest = name.partition("/")
        root = next((root for place, root in enumerate(self._roots) if str(place) == number), os.devnull)
        return os.path.normpath(root + rest)

    def is_library(self, path: str) -> bool:
        """Tell whether a file belongs to Python, whose version tells what is in it."""
        return os.path.join(path, "").startswith(self._library) and self.name_of(path) is None  # noqa: PTH118


class Programs:
    """Finds what pages depend on because of the programs that they run."""

    def __init__(self, paths: PortablePaths, modules: ModuleDigests) -> None:
        self._paths = paths
        self._modules = modules
        self._installed = InstalledFiles()

    def dependencies(self, seen: Seen) -> Iterator[Dependency]:
        """Give what a page depends on besides the files of the site, which the watch has noted."""
        if not seen.told:
            return
        for name in (*_BY_C, *sorted(seen.asked)):
            yield Dependency("environ", name)
        yield Dependency("module", "sys")  # the version of Python
        for known in seen.told:
            if known.is_from_here:
                yield Dependency("started-in", "*")
            yield from (Dependency("environ", name) for name in known.asked)
            yield from (Dependency("executable", name) for name in known.names)
            yield from self._installed_files(known.looks)
            yield from self._importable(known)
            yield from self._in_fixed_places(known)
            yield from self._modules_of_both(known.modules)

    def _installed_files(self, looks: Iterable[tuple[str, str]]) -> Iterator[Dependency]:
        for verb, path in looks:
            name = self._installed.name_of(source_of(path) or path)
            if name is not None:
                yield Dependency("installed", f"{name}/" if verb in {"listed", "metadata"} else name)

    def _importable(self, known: Known) -> Iterator[Dependency]:
        names: dict[str, set[str]] = {}
        for folder, name in known.sought:
            if not self._installed.is_library(folder):
                names.setdefault(folder, set()).add(name)
        for verb, folder in known.looks:
            if verb == "metadata" and folder in names:
                names[folder].add(_DESCRIPTIONS)
        for folder, found in sorted(names.items()):
            installed = self._installed.name_of(folder)
            place = folder if folder in known.path else self._paths.name_of(folder)
            place = place if installed is None else _INSTALLED + installed
            yield Dependency("importable", "\0".join([place, *sorted(found)]))

    def _in_fixed_places(self, known: Known) -> Iterator[Dependency]:
        """Give the files in folders that the environment names, which do not move with the site."""
        folders = [folder for folder in known.path if self._installed.name_of(folder) is None]
        around = tuple(os.path.join(folder, "") for folder in folders if not self._installed.is_library(folder))  # noqa: PTH118
        for verb, path in known.looks:
            if verb == "read" and path.startswith(around):
                yield Dependency("file", source_of(path) or path)

    def _modules_of_both(self, modules: dict[str, str]) -> Iterator[Dependency]:
        """Give the modules that are found from here, too: each environment may have its own copy of a project."""
        for name, file in sorted(modules.items()):
            is_other = not self._installed.is_library(file) and self._installed.name_of(file) is None
            if is_other and self._modules.file_of(name) == file:
                yield Dependency("module", name)


class ProgramState:
    """The digests that those dependencies have now."""

    def __init__(self, files: FileDigests, paths: PortablePaths) -> None:
        self._files = files
        self._paths = paths
        self._installed = InstalledFiles()

    def answers(self) -> dict[str, Callable[[str], bytes]]:
        """Give what answers for each kind."""
        return {
            "installed": self._installed_file,
            "importable": self._importable,
            "environ": self._environ,
            "executable": self._executable,
            "started-in": lambda _name: digest_of(self._paths.name_of(os.getcwd()).encode(errors="surrogateescape")),  # noqa: PTH109
        }

    def _installed_file(self, name: str) -> bytes:
        path = self._installed.path_of(name)
        if name.endswith("/"):
            return self._files.listing(path)
        return digest_of_parts(self._files.kind(path), self._files.digest(path))

    def _importable(self, name: str) -> bytes:
        """Digest which of some modules a folder has, and perhaps of which packages it has descriptions."""
        place, *modules = name.split("\0")
        is_installed = place.startswith(_INSTALLED)
        folder = self._installed.path_of(place.removeprefix(_INSTALLED)) if is_installed else self._paths.path_of(place)
        wanted = frozenset(modules)
        try:
            there = os.listdir(folder)  # noqa: PTH208 - of many
        except OSError:
            return ABSENT
        described = _METADATA if _DESCRIPTIONS in wanted else ()
        found = sorted(one for one in there if one.partition(".")[0] in wanted or one.endswith(described))
        return digest_of("\0".join(found).encode(errors="surrogateescape"))

    def _executable(self, name: str) -> bytes:
        """Digest what is found by *name*: a script without its first line, which tells where Python is."""
        file = shutil.which(name)
        if file is None:
            return ABSENT
        is_own = os.path.dirname(file) == sysconfig.get_path("scripts")  # noqa: PTH120
        place = b"" if is_own else self._paths.name_of(file).encode(errors="surrogateescape")
        try:
            content = Path(file).read_bytes()
        except OSError:  # it may be run and not read
            return digest_of_parts(place)
        return digest_of_parts(place, content.partition(b"\n")[2] if content.startswith(b"#!") else content)

    def _environ(self, name: str) -> bytes:
        """Digest environment variables: one, or all whose names begin as *name* does, up to a star."""
        start, star, _ = name.partition("*")
        found = [
            (key, self._portable(value))
            for key, value in sorted(os.environ.items())
            if key == name or (star and key.startswith(start))
        ]
        return digest_of(repr(found).encode("utf-8", "backslashreplace"))

    def _portable(self, value: str) -> str:
        """Give a value in which a path of the site, such as Sphinx sets, is the same in each clone."""
        name = self._paths.name_of(value) if os.path.isabs(value) else ".."  # noqa: PTH117
        return value if name.startswith(("..", "/")) else f"./{name}"
