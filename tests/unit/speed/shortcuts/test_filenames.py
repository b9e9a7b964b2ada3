"""Files that pages refer to are found where Sphinx finds them, and looked at as it looks at them."""

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sphinx.environment import BuildEnvironment
from sphinx.util._pathlib import _StrPath

from pronghorn.cache.tracking.file_watch import Seen, Watch
from tests.support.cached_reading import ReadingSite
from tests.support.shortcuts import shortcuts

LINKS = {
    "source/inside": "folder",
    "source/outside": "../other",
    "source/file": "page.md",
    "source/broken": "nowhere",
    "source/loop": "loop",
    "source/folder/up": "..",
    "linked": "source",
}
NAMES = ["..", ".", "", "folder", "page.md", "ä.md", "nowhere", *(name.rpartition("/")[2] for name in LINKS)]

filenames = st.lists(st.sampled_from(NAMES), max_size=6).map("/".join) | st.text("a/.\\\0\ud800\udc80\n", max_size=5)
docnames = st.sampled_from(["index", "folder/page", "inside/page", "absent/page", "/page", "../page", "", None])
roots = st.sampled_from(["source"] * 6 + ["linked", "source/folder", "nowhere"])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sources and links."""
    made = tmp_path_factory.mktemp("tree").resolve()
    for folder in ("source/folder", "other"):
        (made / folder).mkdir(parents=True)
        for name in ("page.md", "ä.md"):
            (made / folder / name).touch()
    (made / "source/page.md").touch()
    for link, target in LINKS.items():
        (made / link).symlink_to(target)
    return made


@functools.cache
def watch(srcdir: Path) -> Watch:
    """Make a watch that notes what pages look at."""
    return Watch(kept=[srcdir])


def found(srcdir: Path, filename: Any, docname: str | None) -> tuple[Any, Seen]:
    """Return the paths of a file, or the error, and what was looked at."""
    env: Any = SimpleNamespace(
        srcdir=_StrPath(srcdir), docname="folder/here", doc2path=lambda name, base: _StrPath(f"{name}.md", *[""] * base)
    )
    if docname == "":
        env.docname = ""
    with watch(srcdir).recording() as seen:
        try:
            result = BuildEnvironment.relfn2path(env, filename, docname)
        except (KeyError, RuntimeError, ValueError) as error:
            return (type(error), str(error)), seen
    return (result, *map(type, result)), seen


@settings(max_examples=600)
@example("source", "../folder/page.md", "folder/page", False)
@example("source", "/inside/page.md", None, False)
@example("source", "//folder/page.md", None, False)
@example("source", "folder/page.md", "index", True)
@given(roots, filenames, docnames, st.booleans())
def test_files_are_found_as_sphinx_finds_them(
    tree: Path, root: str, filename: str, docname: str | None, is_path: bool
) -> None:
    name = Path(filename) if is_path else filename
    stock = found(tree / root, name, docname)
    with shortcuts():
        assert found(tree / root, name, docname) == stock


def test_a_link_that_is_made_meanwhile_is_followed(tree: Path) -> None:
    later = tree / "source/later"
    with shortcuts():
        first, _ = found(tree / "source", "/later/page.md", None)
        later.symlink_to("folder")
        try:
            second, _ = found(tree / "source", "/later/page.md", None)
        finally:
            later.unlink()
    assert [first[0][0], second[0][0]] == ["later/page.md", "folder/page.md"]


def test_a_source_directory_that_became_a_link_is_known_in_the_next_build(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    with shortcuts():
        assert found(source, "/a.md", None)[0][0] == ("a.md", str(source / "a.md"))
    source.rename(tmp_path / "moved")
    source.symlink_to("moved")
    with shortcuts():
        assert found(source, "/a.md", None)[0][0] == ("../moved/a.md", str(tmp_path / "moved/a.md"))


def test_the_source_directory_is_resolved_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError

    with shortcuts():
        found(tree / "source", "page.md", "index")
        monkeypatch.setattr("os.path.realpath", refuse)
        assert found(tree / "source", "../folder/page.md", "folder/page")[0][0][0] == "folder/page.md"


PAGES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nfolder/page\n```\n",
    "folder/page.md": "# Page\n\n![](../pictures/a.png) [](../texts/a.txt)\n",
    "one/a.png": b"one",
    "one/a.txt": "one",
    "two/a.png": b"one",
    "two/a.txt": "two",
}


def arrange(site: ReadingSite, target: str | None) -> None:
    """Let both folders that the page refers to be links, or folders."""
    for name in ("pictures", "texts"):
        folder = site.source / name
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        if target is None:
            shutil.copytree(site.source / "one", folder)
        else:
            folder.symlink_to(target)


@pytest.mark.parametrize(("before", "after"), [("one", "two"), (None, "one"), ("one", None)])
def test_a_page_is_read_anew_when_a_folder_leads_elsewhere(
    before: str | None, after: str | None, tmp_path: Path
) -> None:
    site = ReadingSite(tmp_path / "site", PAGES, 'extensions.append("myst_parser")\n')
    arrange(site, before)
    site.build_as_clean("html")
    assert site.build_as_clean("html").read == set()
    arrange(site, after)
    assert site.build_as_clean("html").read == {"folder/page"}
