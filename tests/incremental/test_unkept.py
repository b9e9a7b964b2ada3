"""A dead cache is told: a build says in one line that it can keep most pages not, and why; others tell it later."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from pronghorn.cli.main import main
from tests.conftest import MakeSite
from tests.support import Result, Site

pytestmark = pytest.mark.one_version

CONF = (
    "import os\nimport sys\n\nsys.path.insert(0, os.path.dirname(__file__))\nproject = 'Test'\nhtml_theme = 'basic'\n"
)
SETUP = """\
from docutils import nodes


class Own(nodes.General, nodes.Element):
    def __setstate__(self, state):
        self.__dict__.update(state)


def put_in(app, doctree):
    if app.env.current_document.docname.startswith({beginning!r}):
        doctree.append({node})


def setup(app):
    app.add_node(Own, html=(lambda *_: None, lambda *_: None))
    app.connect("doctree-read", put_in)
    return {{"parallel_read_safe": True, "parallel_write_safe": True}}
"""
OBJECT, FUNCTION = "Own()", "nodes.inline(made_by=put_in)"
LINE = re.compile(r"\[pronghorn\] .* could not be kept in the page cache: .*")


def make(make_site: MakeSite, n_pages: int = 3, node: str = OBJECT, beginning: str = "", conf: str = "") -> Site:
    """Make a site whose extension puts *node* into each page whose name has that beginning."""
    names = [f"page{number}" for number in range(1, n_pages)]
    files = {f"{name}.rst": f"{name}\n=====\n" for name in names}
    files["index.rst"] = "Home\n====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
    files["puts.py"] = SETUP.format(node=node, beginning=beginning)
    files["conf.py"] = CONF + f"extensions = ['puts', 'pronghorn']\n{conf}"
    return make_site(files)


def told(result: Result) -> list[str]:
    """Return the lines about what is not kept."""
    assert result.exit_code == 0, result.warnings
    return LINE.findall(result.out + result.warnings)


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the extension of each site again: all have one name."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "puts", raising=False)


def doctor(site: Site, capsys: pytest.CaptureFixture[str], *, exit_code: int) -> list[tuple[str, str]]:
    """Return level and text of what ``pronghorn doctor`` finds about the cache besides its file."""
    sys.modules.pop("puts", None)
    capsys.readouterr()
    assert main(["doctor", str(site.source), "--json"]) == exit_code
    rows = json.loads(capsys.readouterr().out)
    return [(row["level"], row["text"]) for row in rows if row["about"] == "cache" and ".sqlite3 (" not in row["text"]]


def why(site: Site, page: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], dict[str, Any]]:
    """Return the lines of ``pronghorn why`` about what is not kept, and what ``--json`` gives under ``unkept``."""
    capsys.readouterr()
    assert main(["why", page, str(site.source)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["why", page, str(site.source), "--json"]) == 0
    return [line for line in lines if "not kept: " in line], json.loads(capsys.readouterr().out)["unkept"]


@pytest.fixture(autouse=True)
def cache_of_the_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make commands in this process use the cache of the builds."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "site1" / "cache"))
    monkeypatch.delenv("PRONGHORN_NO_CACHE", raising=False)


# --- a site of which nothing can be kept ---


@pytest.mark.parametrize(
    ("node", "reason"),
    [(OBJECT, "it asks for the class puts.Own, which is not allowed"), (FUNCTION, "it has puts.put_in as data")],
)
def test_each_build_says_once_that_nothing_is_kept(make_site: MakeSite, node: str, reason: str) -> None:
    site = make(make_site, node=node)
    expected = (
        "[pronghorn] 3 of 3 pages that were read could not be kept in the page cache: index:"
        f' {reason}, so it is read in each build (see "pronghorn doctor") [pronghorn.unkept]'
    )
    first = site.build(warnings_are_errors=True)
    assert told(first) == [expected]
    assert first.warnings == "", "a slow build is not a wrong one"
    assert told(site.build()) == [expected]


def test_several_processes_say_it_once(make_site: MakeSite) -> None:
    (line,) = told(make(make_site, n_pages=20).build(jobs=2))
    assert line.startswith("[pronghorn] 20 of 20 pages that were read could not be kept in the page cache: index: it ")
    assert "written" not in line, "what could not be kept when it was read is told"


def test_the_record_of_the_build_tells_it_too(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site, n_pages=5)
    result = site.build("html", "-q")
    assert result.out + result.warnings == ""
    reason = "it asks for the class puts.Own, which is not allowed, so it is read in each build"
    ((level, text),) = doctor(site, capsys, exit_code=1)
    assert level == "fault"
    assert text == (
        "in the last build, 5 of 5 pages that were read could not be kept in the page cache"
        f" (index, page1, page2 and 2 more): {reason}"
    )
    lines, unkept = why(site, "page3", capsys)
    assert lines == [f"What was read and written is not kept: {reason}."]
    assert {phase: found["text"] for phase, found in unkept.items()} == {"reading": reason, "writing": reason}


def test_the_plan_in_words_tells_it(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site)
    out = str(site.root / "out")
    assert main(["build", "-q", "--plan", "text", str(site.source), out]) == 0
    assert "3 of 3 pages that were read could not" in capsys.readouterr().out.splitlines()[-1]
    assert main(["build", "-q", "--no-cache", "--plan", "text", str(site.source), out]) == 0
    assert "could not" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("conf", "variables"),
    [
        ("pronghorn_cache = False\n", {}),
        ("", {"PRONGHORN_NO_CACHE": "1"}),
        ("suppress_warnings = ['pronghorn.unkept']\n", {}),
    ],
)
def test_who_does_not_want_to_know_is_not_told(make_site: MakeSite, conf: str, variables: dict[str, str]) -> None:
    assert told(make(make_site, conf=conf).build(env=variables)) == []


def test_a_cache_that_is_switched_off_is_not_ill(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site, conf="pronghorn_cache = False\n")
    site.build()
    assert doctor(site, capsys, exit_code=0) == [("note", "the page cache is switched off by pronghorn_cache")]


def test_it_is_over_when_the_cause_is_gone(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site)
    site.build()
    site.write("puts.py", SETUP.format(node="nodes.inline()", beginning=""))
    assert told(site.build()) == []
    assert doctor(site, capsys, exit_code=0) == []
    assert why(site, "index", capsys) == ([], {})


# --- a site of which most can be kept ---


def test_one_page_of_ten_is_for_those_who_ask(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site, n_pages=10, beginning="page3")
    assert told(site.build()) == []
    ((level, text),) = doctor(site, capsys, exit_code=0)
    assert level == "note"
    assert text.startswith(
        "in the last build, 1 of 10 pages that were read could not be kept in the page cache (page3)"
    )
    again = site.build()
    assert "pages: 1 read, 9 reused" in again.out
    assert told(again) == [], "the other nine are there from the first build"
    assert why(site, "page4", capsys) == ([], {})
    (line,), _ = why(site, "page3", capsys)
    assert "puts.Own" in line


@pytest.mark.parametrize(("n_pages", "lines"), [(4, 0), (3, 1)])
def test_more_than_half_of_the_pages_are_most(make_site: MakeSite, n_pages: int, lines: int) -> None:
    site = make(make_site, n_pages=n_pages, beginning="page1")
    site.write("page11.rst", ":orphan:\n\nOther\n=====\n")
    site.remove("page2.rst")
    site.write("index.rst", "Home\n====\n\n.. toctree::\n   :glob:\n\n   page*\n")
    assert len(told(site.build())) == lines


# --- other reasons ---


def test_the_most_frequent_reason_is_told(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site, n_pages=4, node="Own() if app.env.docname == 'index' else nodes.inline(made_by=put_in)")
    (line,) = told(site.build())
    assert "4 of 4 pages that were read" in line
    assert ": page1: it has puts.put_in as data, " in line
    found = doctor(site, capsys, exit_code=1)
    assert [text.partition(" pages")[0] for _, text in found] == [
        "in the last build, 3 of 4",
        "in the last build, 1 of 4",
    ]


def test_what_is_written_is_counted_by_itself(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    conf = """
        class Count:
            n = 0


        def count(app, *_):
            app.env.pages_written = Count()


        def setup(app):
            app.connect("html-page-context", count)
        """
    site = make_site({"index.md": "# Home\n"}, conf=conf)
    (line,) = told(site.build())
    reason = "its output cannot be used another time: it changes 'env.pages_written'"
    assert line.startswith("[pronghorn] 1 of 1 page that was written could not be kept in the page cache: index: ")
    assert reason in line
    assert why(site, "index", capsys)[0] == [f"What was written is not kept: {reason}."]
    ((level, _),) = doctor(site, capsys, exit_code=0)
    assert level == "note", "what was read is kept"


LOCKED = """
    import threading

    LOCK = threading.Lock()


    def use():
        return LOCK


    def look(app, doctree):
        app.config.asked


    def setup(app):
        app.add_config_value("asked", [use], "")
        app.connect("doctree-read", look)
    """


def test_a_value_that_cannot_be_compared_is_named(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"index.md": "# Home\n"}, conf=LOCKED)
    (line,) = told(site.build())
    assert re.search(r"be compared with that of other builds: asked\[0\]\S* \(_thread.lock\) cannot be digested", line)
    (again,) = told(site.build())
    assert again == line
    assert why(site, "index", capsys)[1]["reading"]["kind"] == "incomparable"


def test_a_value_that_all_pages_depend_on_is_named(make_site: MakeSite) -> None:
    conf = LOCKED.replace('"doctree-read", look', '"builder-inited", lambda app: app.config.asked')
    site = make_site({"index.md": "# Home\n"}, conf=conf)
    (line,) = told(site.build())
    assert re.search(r"index: what it depends on .*: asked\[0\]\S* \(_thread.lock\) cannot be digested", line)
    assert "written" not in line, "one line for one cause"


def test_who_asks_to_be_read_each_time_is_not_told(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    conf = """
        def ask(app, doctree):
            app.env.note_reread()


        def setup(app):
            app.connect("doctree-read", ask)
        """
    site = make_site({"index.md": "# Home\n"}, conf=conf)
    assert told(site.build()) == []
    assert doctor(site, capsys, exit_code=0) == []


def test_what_the_store_has_not_taken_is_lost_whatever_the_reason(make_site: MakeSite) -> None:
    conf = "from pronghorn.cache.store import store\n\nstore.MAX_ENTRY_BYTES = 9\n"
    (line,) = told(make_site({"index.md": "# Home\n"}, conf=conf).build())
    assert "page that was read could not be kept in the page cache: index: it is too large for the page cache" in line


def test_an_extension_that_merges_nothing_is_named(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    conf = """
        def begin(app):
            app.env.seen = getattr(app.env, "seen", {"words": {}})


        def note(app, doctree):
            app.env.seen["words"][app.env.docname] = 1


        def setup(app):
            app.connect("builder-inited", begin)
            app.connect("doctree-read", note)
        """
    site = make_site({"index.md": "# Home\n"}, conf=conf)
    (line,) = told(site.build())
    assert ": index: the extension that keeps seen does not merge what it has changed there" in line
    assert why(site, "index", capsys)[1]["reading"]["kind"] == "unmerged"


# --- what a build says already ---


def test_a_store_that_cannot_be_written_is_told_once(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"index.md": "# Home\n"})
    (site.root / "cache").write_text("a file in its place", encoding="utf-8")
    result = site.build()
    assert told(result) == []
    assert result.out.count("is not used: ") == 1
    ((level, _),) = doctor(site, capsys, exit_code=1)
    assert level == "fault"


def test_a_store_that_is_broken_is_the_reason(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make(make_site)
    (site.root / "cache/pages/store-1-0.sqlite3").mkdir(parents=True)
    result = site.build()
    assert told(result) == []
    assert result.out.count("is not used: ") == 1
    (line,), unkept = why(site, "index", capsys)
    assert line.startswith("What was read and written is not kept: the page cache keeps nothing: ")
    assert unkept["reading"]["kind"] == "store"
    ((level, _),) = doctor(site, capsys, exit_code=1)
    assert level == "fault"


@pytest.mark.parametrize(
    ("unsafe", "phase", "kind"),
    [("parallel_read_safe", "reading", "unsafe"), ("parallel_write_safe", "writing", "unwritten")],
)
def test_an_extension_that_is_not_safe_is_told_once(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], unsafe: str, phase: str, kind: str
) -> None:
    site = make(make_site, node="nodes.inline()")
    code = (site.source / "puts.py").read_text()
    site.write("puts.py", code.replace(f'"{unsafe}": True', f'"{unsafe}": False'))
    result = site.build()
    assert told(result) == []
    assert result.out.count(f"is not safe for parallel {phase}") == 1
    lines, unkept = why(site, "index", capsys)
    assert len(lines) == 1
    assert unkept[phase]["kind"] == kind
    assert doctor(site, capsys, exit_code=0) == [], "it is found as an extension"
