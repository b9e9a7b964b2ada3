"""Files that change in ways that a build could overlook: with other times, behind links, while it runs."""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.support.served import FILES, ServedSite

pytestmark = pytest.mark.one_version

SAME_LENGTH = {
    "bread.rst": (b"Salt?", b"Malt?"),
    "prices.md": (b"3 EUR", b"4 EUR"),
    "flour.txt": (b"flour", b"wheat"),
    "loaf.png": (b"more", b"less"),
    "plugins/tags.py": (b"About", b"Above"),
    "conf.py": (b"Bakery", b"Bakers"),
}
"""Edits that leave the length of each file as it is."""


def edited(path: str) -> bytes:
    """Return the content of a file after its edit."""
    content = FILES[path]
    old, new = SAME_LENGTH[path]
    return (content.encode() if isinstance(content, str) else content).replace(old, new)


# --- Times ---

TIMES: dict[str, Callable[[int], int]] = {
    "as-it-was": lambda before_ns: before_ns,
    "the-day-before": lambda before_ns: before_ns - 86_400 * 10**9,
    "1970": lambda _: 0,
    "in-ten-years": lambda before_ns: before_ns + 10 * 365 * 86_400 * 10**9,
}


TRUST_TIMES = "builder-inited: from pronghorn.cache import files; files.RACY_NS = 0"
"""Has a build note the times of files that were changed just before: otherwise the test had to wait."""


def edit_with_time(site: ServedSite, paths: Iterable[str], time: str) -> None:
    """Edit files, and set their times."""
    for path in paths:
        file = site.source / path
        before = file.stat()
        site.write(path, edited(path))
        assert file.stat().st_size == before.st_size
        stamp = TIMES[time](before.st_mtime_ns)
        os.utime(file, ns=(stamp, stamp))


@pytest.mark.parametrize("time", TIMES)
def test_invariant1_times_of_change_mean_nothing(bakery: ServedSite, time: str) -> None:
    """As after the clock was set, or a backup was brought back."""
    bakery.build(env={"HOOK": TRUST_TIMES})
    edit_with_time(bakery, ["bread.rst", "prices.md", "flour.txt", "loaf.png"], time)
    bakery.build_as_clean()


@pytest.mark.parametrize("path", ["plugins/tags.py", "conf.py"])
def test_invariant1_times_of_code_mean_nothing(bakery: ServedSite, path: str) -> None:
    bakery.build(env={"HOOK": TRUST_TIMES})
    edit_with_time(bakery, [path], "as-it-was")
    bakery.build_as_clean()


def test_invariant1_the_calendar_goes_back(bakery: ServedSite) -> None:
    bakery.write("bread.rst", "Bread\n=====\n\nOf |today|.\n")
    for day in (0, 1, -400, 1):
        bakery.day = day
        bakery.build_as_clean()
    assert "Jun 16, 2025" in (bakery.root / "build" / "html" / "bread.html").read_text()


# --- Files that change while a build runs ---

EVENTS = (
    "env-before-read-docs",
    "source-read",
    "include-read",
    "doctree-read",
    "env-updated",
    "html-page-context",
    "build-finished",
)


@pytest.mark.parametrize("event", EVENTS)
def test_invariant1_files_that_change_while_a_build_runs(bakery: ServedSite, event: str) -> None:
    """What was read may be the old or the new content; the next build finds out, whatever the times say."""
    paths = [path for path in SAME_LENGTH if path != "conf.py"]
    shutil.rmtree(bakery.root / "build")
    shutil.rmtree(bakery.cache)
    stamps = {path: (bakery.source / path).stat().st_mtime_ns for path in paths}
    changes = {str(bakery.source / path): (edited(path), stamps[path]) for path in paths}
    code = (
        "import os, pathlib\n"
        f"for name, (content, stamp) in {changes!r}.items():\n"
        "    pathlib.Path(name).write_bytes(content)\n"
        "    os.utime(name, ns=(stamp, stamp))"
    )
    bakery.build(env={"HOOK": f"{event}: {code}"})
    assert (bakery.source / "bread.rst").read_bytes() == edited("bread.rst")
    bakery.build_as_clean()
    for path in paths:
        bakery.write(path, FILES[path])
    bakery.build_as_clean("other")


@pytest.mark.parametrize("path", ["bread.rst", "flour.txt", "loaf.png"])
@pytest.mark.parametrize("event", ["env-before-read-docs", "source-read"])
def test_invariant1_a_file_that_vanishes_while_a_build_runs(bakery: ServedSite, path: str, event: str) -> None:
    """That build may fail as Sphinx does; it says which file is missing."""
    shutil.rmtree(bakery.root / "build")
    shutil.rmtree(bakery.cache)
    # Once, and not each time that a page is read: what a page has removed itself is not taken for its input.
    code = f"import pathlib; file = pathlib.Path({str(bakery.source / path)!r}); file.exists() and file.unlink()"
    built = bakery.build(env={"HOOK": f"{event}: {code}"})
    assert built.status == 0 or Path(path).name in built.warnings
    bakery.build_as_clean()
    bakery.write(path, FILES[path])
    bakery.build_as_clean()


# --- Symbolic links ---


@pytest.fixture
def others(bakery: ServedSite) -> Path:
    """A folder beside the source with variants of some of its files."""
    folder = bakery.root / "others"
    for name in ("one", "two"):
        (folder / name / "sub").mkdir(parents=True)
        (folder / name / "flour.txt").write_text(f"Of {name}.\n")
        (folder / name / "bread.rst").write_text(str(FILES["bread.rst"]).replace("Salt", name))
        (folder / name / "loaf.png").write_text(name)
        (folder / name / "sub" / "rolls.rst").write_text(f"Rolls\n=====\n\n{name}\n")
    return folder


def point(link: Path, target: Path) -> None:
    """Put a link in place of whatever is there."""
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(target, link.parent))


@pytest.mark.parametrize("path", ["bread.rst", "flour.txt", "loaf.png", "sub"])
def test_invariant1_a_link_in_place_of_a_file_or_folder(bakery: ServedSite, others: Path, path: str) -> None:
    """The link is pointed to another target, whose content changes, and goes again."""
    link = bakery.source / path
    point(link, others / "one" / path)
    bakery.build_as_clean()
    point(link, others / "two" / path)
    bakery.build_as_clean()
    for file in (others / "two").rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b"two", b"six"))
    bakery.build_as_clean()
    link.unlink()
    for name, content in FILES.items():
        if name.startswith(path):
            bakery.write(name, content)
    bakery.build_as_clean()


def test_invariant1_a_link_to_the_same_content(bakery: ServedSite) -> None:
    for path in ("bread.rst", "flour.txt", "loaf.png"):
        (bakery.root / "moved").mkdir(exist_ok=True)
        (bakery.source / path).rename(bakery.root / "moved" / path)
        point(bakery.source / path, bakery.root / "moved" / path)
    bakery.build_as_clean()


def test_invariant1_a_link_to_another_page(bakery: ServedSite) -> None:
    """Two pages with the same content, one of which is a link: then a link to a third page, then to nowhere."""
    link = bakery.source / "link.rst"
    bakery.edit("index.rst", "   bread\n", "   bread\n   link\n")
    point(link, bakery.source / "bread.rst")
    bakery.build_as_clean()
    point(link, bakery.source / "sub" / "rolls.rst")
    bakery.build_as_clean()
    bakery.edit("sub/rolls.rst", "Rolls\n", "Buns!\n")
    bakery.build_as_clean()
    link.unlink()
    bakery.build_as_clean()


def test_invariant1_an_included_link_to_nowhere(bakery: ServedSite, others: Path) -> None:
    link = bakery.source / "flour.txt"
    point(link, others / "absent.txt")
    bakery.build_as_clean()
    (others / "absent.txt").write_text("Here it is.\n")
    bakery.build_as_clean()


# --- Names ---


def test_invariant1_a_page_is_renamed_in_case_only(bakery: ServedSite) -> None:
    for old, new in (("bread", "Bread"), ("Bread", "bread")):
        (bakery.source / f"{old}.rst").rename(bakery.source / f"{new}.rst")
        bakery.build_as_clean()  # the toctree names the old one
        bakery.edit("index.rst", f"   {old}\n", f"   {new}\n")
        bakery.edit("prices.md", f"({old}.rst)", f"({new}.rst)")
        bakery.build_as_clean()
    assert not list((bakery.root / "build" / "html").glob("B*.html"))


def test_invariant1_a_folder_is_renamed_in_case_only(bakery: ServedSite) -> None:
    (bakery.source / "sub").rename(bakery.source / "Sub")
    bakery.edit("index.rst", "sub/rolls", "Sub/rolls")
    bakery.build_as_clean()
