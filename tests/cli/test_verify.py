"""``pronghorn verify``: real builds, some of which are made to differ."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pronghorn.cli.differences import Difference, differences, files_below
from pronghorn.cli.main import main
from tests.conftest import MakeSite
from tests.support import Site, assert_same_output
from tests.support.told_plan import TOLD_PLAN

CONF = """\
import os

extensions = ['myst_parser', 'pronghorn']
html_theme = 'basic'
project = 'Test'
exclude_patterns = ['_build']
IS_CLEAN = 'PRONGHORN_NO_CACHE' in os.environ

"""
FILES = {
    "index.md": "# Home\n\n```{toctree}\nplain\nhowto/urls\n```\n",
    "plain.rst": "Plain\n=====\n\n:doc:`nowhere`\n",
    "howto/urls.md": "# URLs\n",
}
STALE = """\
def add_stale(app, pagename, templatename, context, doctree):
    if pagename == 'plain' and not IS_CLEAN:
        context['body'] += '<p>' + 'left over ' * 50 + '</p>'


def setup(app):
    app.connect('html-page-context', add_stale)
"""
MISSING = """\
def write(app, exception):
    name = 'clean' if IS_CLEAN else 'incremental'
    (app.outdir / f'{name}.txt').write_text(name)


def setup(app):
    app.connect('build-finished', write)
"""
QUIET = """\
from sphinx.util import logging


def warn(app):
    logging.getLogger(__name__).warning('only when clean' if IS_CLEAN else 'only when incremental')


def setup(app):
    app.connect('builder-inited', warn)
"""
UNSTEADY = """\
import time


def write(app, exception):
    (app.outdir / 'stamp.txt').write_text(f'{time.time_ns()}\\n')


def setup(app):
    app.connect('build-finished', write)
"""


@pytest.fixture(autouse=True)
def folders_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep cache and scratch folders of these builds apart from others."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("PRONGHORN_NO_CACHE", raising=False)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return the folder that temporary folders are made in."""
    return tmp_path / "scratch"


def site_with(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, conf: str = "") -> Site:
    """Return a site with one warning of its own, and *conf* at the end of conf.py; it is the current folder."""
    site = make_site({**FILES, "conf.py": CONF + conf})
    monkeypatch.chdir(site.source)
    return site


def told(capsys: pytest.CaptureFixture[str], *argv: str, exit_code: int) -> dict[str, Any]:
    """Run ``pronghorn verify --json`` and return what it prints."""
    assert main(["verify", "--json", *argv]) == exit_code
    data = json.loads(capsys.readouterr().out)
    assert isinstance(data, dict)
    return data


def said(capsys: pytest.CaptureFixture[str], *argv: str, exit_code: int) -> list[str]:
    """Run ``pronghorn verify`` and return what it prints, by line."""
    assert main(["verify", *argv]) == exit_code
    return capsys.readouterr().out.splitlines()


# --- no difference ---


def test_what_the_cache_gives_is_what_a_clean_build_gives(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scratch: Path
) -> None:
    site = site_with(make_site, monkeypatch)
    before = site.files()
    for _ in range(2):  # the second time, the cache has something to give
        lines = said(capsys, exit_code=0)
        assert re.fullmatch(r"All \d\d files that were compared are identical\.", lines[0])
    data = told(capsys, exit_code=0)
    assert data["identical"]
    assert data["differences"] == data["unsteady"] == data["warnings_only_clean"] == []
    assert list(scratch.iterdir()) == [], "nothing is left behind"
    assert site.files() == before


def test_an_earlier_build_is_continued_in_its_folder(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_with(make_site, monkeypatch)
    assert main(["build", "-q"]) == 0
    built = (site.source / "_build/html").stat().st_ino
    site.write("howto/urls.md", "# Addresses\n")
    site.remove("plain.rst")
    site.write("index.md", "# Home\n\n```{toctree}\nhowto/urls\n```\n")
    said(capsys, ".", "_build/html", exit_code=0)
    assert (site.source / "_build/html").stat().st_ino == built
    assert "Addresses" in (site.source / "_build/html/howto/urls.html").read_text()
    assert main(["build", "-q", ".", "../afresh"]) == 0
    for folder in ("_build/html", "../afresh"):
        for file in (site.source / folder / ".doctrees").rglob("*"):
            file.unlink() if file.is_file() else None
    assert_same_output(site.source / "_build/html", site.source / "../afresh")


def test_both_builds_get_the_same_options(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_with(make_site, monkeypatch, "html_title = 'tagged' if tags.has('there') else 'not tagged'\n")
    argv = [".", "-b", "dirhtml", "out", "-d", "trees", "-j", "1", "-t", "there", "-D", "project=Other", "-c", "."]
    assert told(capsys, *argv, exit_code=0)["files"] > 3
    html = (site.source / "out/howto/urls/index.html").read_text()
    assert "tagged</title>" in html
    assert "not tagged" not in html
    assert (site.source / "trees/environment.pickle").is_file()


def test_what_the_last_build_did_is_not_what_the_clean_one_did(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_with(make_site, monkeypatch, TOLD_PLAN)
    said(capsys, ".", "out", exit_code=0)
    assert main(["why", "index", "--json"]) == 0
    assert Path(json.loads(capsys.readouterr().out)["build"]["outdir"]) == Path.cwd() / "out"


# --- differences ---


def test_the_first_page_that_differs_is_shown_with_its_reason(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scratch: Path
) -> None:
    site_with(
        make_site, monkeypatch, TOLD_PLAN.replace("def setup", "def tell_setup") + STALE + "    tell_setup(app)\n"
    )
    lines = said(capsys, exit_code=1)
    assert re.fullmatch(r"1 of \d\d files differ\. The first is plain\.html:", lines[0])
    assert lines[1] == "  the page plain was left as it was"
    assert re.match(r"  incremental, line \d+: .*left over left over", lines[2])
    assert lines[2].endswith("...")
    assert re.match(r"  from nothing, line \d+: ", lines[3])
    assert "left over" not in lines[3]
    assert list(scratch.iterdir()) == []


def test_differences_as_plain_data(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = TOLD_PLAN.replace("def setup", "def tell_setup").replace(
        'reused("plain", 2.5)', 'read("plain", Reason("new"))'
    )
    site_with(make_site, monkeypatch, plan + STALE + "    tell_setup(app)\n")
    data = told(capsys, exit_code=1)
    (found,) = data["differences"]
    assert (found["file"], found["page"], found["action"]) == ("plain.html", "plain", "read")
    assert found["reason"] == "no earlier build knows this page"
    assert found["line"] > 1
    assert "left over" in found["left"]
    assert "left over" not in found["right"]
    assert not data["identical"]
    assert data["unsteady"] == []
    assert data["plan"]["builder"] == "html"


def test_files_that_only_one_build_has_differ(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_with(make_site, monkeypatch, MISSING)
    lines = said(capsys, exit_code=1)
    assert re.fullmatch(r"2 of \d\d files differ\. The first is clean\.txt:", lines[0])
    assert lines[1:3] == ["  incremental: there is no such file", "  from nothing: the file is there"]
    assert lines[3] == "The others are incremental.txt."


def test_warnings_are_compared(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The warning that the site has anyway is the same in both, though doctrees and output lie elsewhere."""
    site_with(make_site, monkeypatch, QUIET)
    data = told(capsys, exit_code=1)
    assert data["differences"] == []
    assert not data["identical"]
    assert data["warnings_only_clean"] == ["WARNING: only when clean"]
    assert data["warnings_only_incremental"] == ["WARNING: only when incremental"]
    lines = said(capsys, exit_code=1)
    assert "identical" in lines[0]
    assert lines[1:5] == [
        "Only the build from nothing warns:",
        "  WARNING: only when clean",
        "Only the incremental build warns:",
        "  WARNING: only when incremental",
    ]


def test_what_differs_in_each_build_is_named_and_left_out(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_with(make_site, monkeypatch, UNSTEADY)
    data = told(capsys, exit_code=0)
    assert data["unsteady"] == ["stamp.txt"]
    assert data["differences"] == []
    lines = said(capsys, exit_code=0)
    assert "identical" in lines[0]
    assert "Two builds from nothing differ in stamp.txt; that is not compared." in lines


def test_warnings_that_are_others_in_each_build_are_left_out(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_with(make_site, monkeypatch, "import time\n\n" + QUIET.replace("warning(", "warning(str(time.time_ns()) + "))
    data = told(capsys, exit_code=0)
    assert data["identical"]
    assert not data["warns_steadily"]
    assert "Two builds from nothing differ in their warnings; these are not compared." in said(capsys, exit_code=0)


def test_what_differs_in_each_build_does_not_hide_the_rest(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site_with(
        make_site, monkeypatch, UNSTEADY.replace("def setup", "def other_setup") + STALE + "    other_setup(app)\n"
    )
    data = told(capsys, exit_code=1)
    assert data["unsteady"] == ["stamp.txt"]
    assert [found["file"] for found in data["differences"]] == ["plain.html"]


# --- builds that fail ---


@pytest.mark.parametrize("name", ["incremental", "clean"])
def test_a_build_that_was_stopped_is_told(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    site_with(make_site, monkeypatch, f"if IS_CLEAN == {name == 'clean'}:\n    raise ValueError('no such luck')\n")
    assert main(["verify"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"pronghorn verify: the {name} build was stopped (exit code 2)" in captured.err
    assert "ValueError: no such luck" in captured.err


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["nowhere"], "nowhere: there is no conf.py here; name the folder that has it"),
        (["-c", "howto"], "howto: there is no conf.py here"),
        (["-d", "trees"], "--doctree-dir is of use with OUTPUT only"),
        (["-b", "htlm"], "the incremental build was stopped"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_built_is_told(
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    argv: list[str],
    complaint: str,
) -> None:
    site_with(make_site, monkeypatch)
    assert main(["verify", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"pronghorn verify: {complaint}" in captured.err


def test_errors_that_stop_no_build_are_compared_too(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exit code of 1 on both sides is the same on both sides."""
    conf = "def setup(app):\n    app.connect('write-started', lambda app, _: setattr(app, 'statuscode', {}))\n"
    site = site_with(make_site, monkeypatch, conf.format("1"))
    assert told(capsys, exit_code=0)["exit_codes"] == {"incremental": 1, "clean": 1}
    site.write("conf.py", CONF + conf.format("int(IS_CLEAN)"))
    assert "The exit code is 0, but 1 when built from nothing." in said(capsys, exit_code=1)


# --- comparing folders ---


def made(folder: Path, files: dict[str, bytes]) -> dict[str, Path]:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return files_below(folder, passed_over=folder / "trees")


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": b"1\n2\n"}, {"a": b"1\n2\n"}, []),
        ({"a": b"1\n2\n"}, {"a": b"1\n3\n"}, [Difference("a", 2, "2", "3")]),
        ({"a": b"1\n"}, {"a": b"1\n2\n"}, [Difference("a", 2, "", "2")]),
        ({"a": b"1"}, {"a": b"1\n2"}, [Difference("a", 2, "the file has ended", "2")]),
        ({"a": b""}, {}, [Difference("a", 0, "the file is there", "there is no such file")]),
        ({}, {"b/a": b""}, [Difference("b/a", 0, "there is no such file", "the file is there")]),
        ({"a": b"\xff"}, {"a": b"\xfe"}, [Difference("a", 1, "\\xff", "\\xfe")]),
        ({".buildinfo": b"1", "x/.buildinfo.bak": b""}, {".buildinfo": b"2"}, []),
        ({"trees/a": b"1"}, {"trees/a": b"2"}, []),
        ({"stamp": b"1", "a": b"1"}, {"stamp": b"2", "a": b"2"}, [Difference("a", 1, "1", "2")]),
        (
            {"a": b"x" * 3 * 2**20 + b"1"},
            {"a": b"x" * 3 * 2**20 + b"2"},
            [Difference("a", 1, f"...{'x' * 40}1", f"...{'x' * 40}2")],
        ),
    ],
    ids=range(11),
)
def test_files_are_compared_byte_by_byte(
    tmp_path: Path, left: dict[str, bytes], right: dict[str, bytes], found: list[Difference]
) -> None:
    pair = made(tmp_path / "left", left), made(tmp_path / "right", right)
    assert list(differences(*pair, besides={"stamp"})) == found
