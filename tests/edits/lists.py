"""Which output folders a build knows its own files in."""

from pathlib import Path


class Lists:
    """Follows what is left of the lists of files that builds wrote: one lies beside the doctrees, one in the cache.

    Where both are lost, or are older than the last build of an output, nobody can tell old files from foreign ones.
    """

    def __init__(self) -> None:
        self._beside: dict[Path, Path] = {}
        self._in_cache: set[Path] = set()

    def has(self, output: Path, doctrees: Path) -> bool:
        """Check whether a build with these doctrees has the list of the last build of *output*."""
        return output in self._in_cache or self._beside.get(output) == doctrees

    def note(self, output: Path, doctrees: Path) -> None:
        """Note that a build of *output* with these doctrees has begun."""
        self._beside[output] = doctrees
        self._in_cache.add(output)

    def lose_cache(self) -> None:
        """Note that the cache is gone."""
        self._in_cache.clear()

    def lose_doctrees(self, folder: Path) -> None:
        """Note that all doctrees below *folder* are gone."""
        self._beside = {
            output: doctrees for output, doctrees in self._beside.items() if not doctrees.is_relative_to(folder)
        }
