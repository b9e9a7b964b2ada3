"""``pronghorn why`` and ``pronghorn build --plan``: what a build says afterwards about each page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pronghorn.cache.tracking.sealed_file import SealedFile
from pronghorn.cli.main import main
from tests.conftest import MakeSite
from tests.support import Site
from tests.support.told_plan import TOLD_PLAN

RECORD_VERSION = 3

CONF = "extensions = ['myst_parser', 'pronghorn']\nhtml_theme = 'basic'\nproject = 'Test'\n"
FILES = {
    "index.md": "# Home\n\n```{toctree}\nhowto/index\nhowto/urls\nplain\n```\n",
    "howto/index.md": "# How to\n",
    "howto/urls.md": "# URLs\n",
    "plain.rst": "Plain\n=====\n",
}


@pytest.fixture(autouse=True)
def cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the records of these builds away from the user's own, and from each other."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))


def build(site: Site, builder: str = "html", *options: str, exit_code: int = 0) -> None:
    """Build *site* to ``_build/BUILDER`` below its source folder, as ``pronghorn build`` does."""
    out = site.source / "_build" / builder
    assert main(["build", "-q", "-b", builder, *options, str(site.source), str(out)]) == exit_code


@pytest.fixture
def told_site(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a site whose builds tell of the plan above; it is the current folder."""
    site = make_site({**FILES, "conf.py": CONF + "exclude_patterns = ['_build']\n" + TOLD_PLAN})
    monkeypatch.chdir(site.source)
    return site


@pytest.fixture
def site(told_site: Site, capsys: pytest.CaptureFixture[str]) -> Site:
    """Return that site, built."""
    build(told_site)
    capsys.readouterr()
    return told_site


def why(capsys: pytest.CaptureFixture[str], page: str, *argv: str) -> list[str]:
    """Return what ``pronghorn why`` prints of *page*, by line."""
    assert main(["why", page, *argv]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def why_json(capsys: pytest.CaptureFixture[str], page: str, *argv: str) -> dict[str, Any]:
    (data,) = [json.loads("\n".join(why(capsys, page, "--json", *argv)))]
    assert isinstance(data, dict)
    return data


def complaint(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(list(argv)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pronghorn: ")
    return captured.err


# --- what is said ---


@pytest.mark.parametrize(
    ("docname", "said"),
    [
        ("index", "index was read and written: its source has changed."),
        ("howto/urls", "howto/urls was written again, but not read again: the title of index has changed."),
        (
            "howto/index",
            "howto/index came from the cache: all that it depends on is as it was in an earlier build.",
        ),
        ("plain", "plain was left as it was: nothing that it depends on has changed."),
        ("howto/old", "howto/old was removed: its source is gone, and no plugin makes it any more."),
    ],
)
def test_each_action_is_told_with_its_reason(
    site: Site, capsys: pytest.CaptureFixture[str], docname: str, said: str
) -> None:
    lines = why(capsys, docname)
    assert lines[0] == said
    assert re.fullmatch(r"That was the build 'html' of \d{4}-\d\d-\d\d \d\d:\d\d to _build/html\.", lines[1])
    assert len(lines) == 2


def test_plain_data(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    data = why_json(capsys, "howto/urls")
    build = data.pop("build")
    assert data == {
        "docname": "howto/urls",
        "action": "written",
        "reason": {"kind": "title", "name": "index", "text": "the title of index has changed"},
        "saved_s": 0.0,
        "made": ["writing"],
        "unkept": {},
        "url": "howto/urls.html",
        "source": "howto/urls.md",
    }
    assert build["builder"] == "html"
    assert build["outdir"] == str(site.source / "_build/html")
    assert build["cache"] == str(site.root.parent / "cache")
    assert not build["failed"]
    assert why_json(capsys, "plain")["reason"] is None


def test_a_cache_that_was_switched_off_is_told(told_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    told_site.write("conf.py", (told_site.source / "conf.py").read_text().replace("IS_CACHED = True", "IS_CACHED = 0"))
    build(told_site)
    assert why_json(capsys, "index")["build"]["cache"] is None


def test_a_build_that_was_stopped_is_told(told_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    told_site.write(
        "plugins/bad.py",
        "def fail(app, *args):\n    raise OSError('full')\n\n"
        "def setup(app):\n    app.connect('html-page-context', fail)\n",
    )
    build(told_site, exit_code=2)
    capsys.readouterr()
    assert why(capsys, "index")[2:] == ["That build was stopped by an error."]


# --- names of pages ---


@pytest.mark.parametrize(
    ("name", "docname"),
    [
        ("howto/urls", "howto/urls"),
        ("howto/urls.md", "howto/urls"),
        ("./howto/urls.md", "howto/urls"),
        ("howto\\urls.md", "howto/urls"),
        ("_build/html/howto/urls.html", "howto/urls"),
        ("howto/urls.html", "howto/urls"),
        ("howto/urls.html#a-title", "howto/urls"),
        ("http://127.0.0.1:8000/howto/urls.html?q=1#a-title", "howto/urls"),
        ("https://example.org/en/latest/howto/urls.html", "howto/urls"),
        ("https://example.org/en/latest/howto/", "howto/index"),
        ("https://example.org/", "index"),
        ("howto/old.md", "howto/old"),
        ("howto/old.html", "howto/old"),
        ("plain.rst", "plain"),
    ],
)
def test_a_page_has_many_names(site: Site, capsys: pytest.CaptureFixture[str], name: str, docname: str) -> None:
    assert why_json(capsys, name)["docname"] == docname


def test_paths_start_from_the_current_folder_too(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.source / "howto")
    assert why_json(capsys, "urls.md", "..")["docname"] == "howto/urls"
    assert why_json(capsys, "../_build/html/howto/urls.html", "..")["docname"] == "howto/urls"
    assert why_json(capsys, str(site.source / "howto/urls.md"), str(site.source))["docname"] == "howto/urls"
    assert why_json(capsys, "urls", "..")["docname"] == "howto/urls"


def test_directories_are_urls_with_dirhtml(told_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    build(told_site, "dirhtml")
    for name in ("howto/urls/", "howto/urls", "_build/dirhtml/howto/urls/index.html", "http://host/x/howto/urls/#a"):
        assert why_json(capsys, name)["docname"] == "howto/urls"
    assert why_json(capsys, "howto/")["docname"] == "howto/index"
    assert why_json(capsys, "http://host/")["docname"] == "index"


def test_urls_of_plugins_are_known(told_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    told_site.write(
        "plugins/moved.py",
        "def register_plugin(site):\n"
        "    plain = lambda path: path.basename == 'plain.rst'\n"
        "    site.readers.register_reader(deduce_url=lambda path: 'far/away', condition=plain)\n",
    )
    build(told_site)
    assert why_json(capsys, "http://host/far/away/")["docname"] == "plain"
    assert why_json(capsys, "_build/html/far/away/index.html")["docname"] == "plain"


# --- what cannot be told ---


def test_an_unknown_page_is_told_with_the_nearest_name(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    error = complaint(capsys, "why", "howto/url")
    assert "knows no page 'howto/url'; did you mean 'howto/urls'?" in error
    assert "'html' of " in error


def test_no_build_yet(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(FILES)
    error = complaint(capsys, "why", "index", str(site.source))
    assert f"no build of {site.source} is known in" in error
    assert "build the site first" in error


def test_no_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no conf.py here" in complaint(capsys, "why", "index", str(tmp_path))


@pytest.mark.parametrize("record", ["", "[]", '{"seconds": {}}', "[" * 100_000], ids=range(4))
def test_a_broken_record_is_none(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], record: str) -> None:
    (file,) = (tmp_path / "cache").rglob("sites/*.json")
    file.write_text(record, encoding="utf-8")
    assert "build the site first" in complaint(capsys, "why", "index")


@pytest.mark.parametrize(
    ("version", "record"),
    [
        (2, {"seconds": {}, "build": {}}),
        (RECORD_VERSION, []),
        (RECORD_VERSION, {"seconds": {}}),
        (RECORD_VERSION, {"seconds": {}, "build": None}),
        (RECORD_VERSION, {"seconds": {}, "build": {"pages": []}}),
        (RECORD_VERSION, {"seconds": {}, "build": {"pages": [{"docname": "index"}]}}),
    ],
    ids=range(6),
)
def test_a_record_of_another_shape_is_none(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], version: int, record: object
) -> None:
    (file,) = (tmp_path / "cache").rglob("sites/*.json")
    SealedFile(file, version).save(record)
    assert "build the site first" in complaint(capsys, "why", "index")


@pytest.mark.parametrize("date", ["yesterday", "7"])
def test_a_record_without_a_date_is_none(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], date: str
) -> None:
    (file,) = (tmp_path / "cache").rglob("sites/*.json")
    sealed = SealedFile(file, RECORD_VERSION)
    record = sealed.load()
    assert record["build"]["finished"]
    sealed.save({**record, "build": {**record["build"], "finished": date}})
    assert "build the site first" in complaint(capsys, "why", "index")


def test_each_site_has_a_record_of_its_own(site: Site, make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    other = make_site({"index.md": "# Other\n", "conf.py": CONF + TOLD_PLAN.replace('"source"', '"new"')})
    build(other)
    assert why_json(capsys, "index", str(other.source))["reason"]["kind"] == "new"
    assert why_json(capsys, "index")["reason"]["kind"] == "source"


# --- pronghorn build --plan ---


def test_the_plan_is_all_that_is_on_standard_output(told_site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--plan", "json", ".", "_build/html"]) == 0
    captured = capfd.readouterr()
    data = json.loads(captured.out)
    assert "build succeeded" in captured.err
    assert data["builder"] == "html"
    assert data["summary"] == "pages: 1 read, 1 restored, 1 written, 1 reused, 1 removed; about 3 s saved"
    assert {page["docname"]: page["action"] for page in data["pages"]} == {
        "howto/index": "restored",
        "howto/old": "removed",
        "howto/urls": "written",
        "index": "read",
        "plain": "reused",
    }


def test_the_plan_in_words(told_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "-q", "--plan", "text", ".", "_build/html"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "restored  howto/index",
        "removed   howto/old",
        "written   howto/urls   the title of index has changed",
        "read      index        its source has changed",
        "reused    plain",
        "pages: 1 read, 1 restored, 1 written, 1 reused, 1 removed; about 3 s saved",
    ]


def test_the_plan_of_a_stopped_build_is_printed_and_the_exit_code_is_its_own(
    told_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    told_site.write(
        "plugins/bad.py",
        "def fail(app, *args):\n    raise OSError('full')\n\n"
        "def setup(app):\n    app.connect('html-page-context', fail)\n",
    )
    assert main(["build", "-q", "--plan", "json", ".", "_build/html"]) == 2
    assert json.loads(capsys.readouterr().out)["failed"] is True


def test_without_pronghorn_there_is_no_plan(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"index.rst": "Home\n====\n", "conf.py": "html_theme = 'basic'\n"})
    error = complaint(capsys, "build", "-q", "--plan", "json", str(site.source))
    assert "is 'pronghorn' among the extensions in conf.py?" in error


def test_a_build_that_cannot_begin_has_no_plan(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"conf.py": "1 / 0\n"})
    assert main(["build", "-q", "--plan", "json", str(site.source)]) == 2
    assert capsys.readouterr().out == ""


def test_an_unknown_form_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["build", "--plan", "xml"])
    assert exited.value.code == 2
    assert "invalid choice: 'xml'" in capsys.readouterr().err


def test_the_environment_can_ask_for_the_plan(told_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `sphinx-build` can be asked, too; and `--plan` does not take that away."""
    monkeypatch.setenv("PRONGHORN_PLAN_FILE", str(tmp_path / "plan.json"))
    build(told_site)
    assert json.loads((tmp_path / "plan.json").read_text())["builder"] == "html"
    build(told_site, "text", "--plan", "text")
    assert json.loads((tmp_path / "plan.json").read_text())["builder"] == "html"
    build(told_site, "text")
    assert json.loads((tmp_path / "plan.json").read_text())["builder"] == "text"


def test_a_plan_file_that_cannot_be_written_is_a_warning(
    told_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRONGHORN_PLAN_FILE", str(tmp_path / "nowhere" / "plan.json"))
    build(told_site)
    said = capsys.readouterr().err
    assert "the plan of this build is not written" in said
    assert "PRONGHORN_PLAN_FILE" in said


# --- pronghorn build --no-cache ---


@pytest.mark.parametrize(("options", "value"), [([], True), (["--no-cache"], False)], ids=["with", "without"])
def test_a11_no_cache_sets_the_key_for_one_build(
    told_site: Site, capsys: pytest.CaptureFixture[str], options: list[str], value: bool
) -> None:
    tell = "    app.connect('config-inited', lambda app, config: print('cache:', config.pronghorn_cache))\n"
    told_site.write("conf.py", (told_site.source / "conf.py").read_text() + tell)
    assert main(["build", "-q", *options]) == 0
    assert f"cache: {value}\n" in capsys.readouterr().out


# --- these need the engine that makes the plan ---


@pytest.fixture
def plain_site(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a site that tells of no plan but the build's own."""
    site = make_site({**FILES, "conf.py": CONF + "exclude_patterns = ['_build']\n"})
    monkeypatch.chdir(site.source)
    return site


def planned(site: Site, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, tuple[str, str | None]]:
    """Build *site* and return action and kind of reason by docname."""
    capsys.readouterr()
    assert main(["build", "-q", "--plan", "json", *options, ".", "_build/html"]) == 0
    pages = json.loads(capsys.readouterr().out)["pages"]
    return {p["docname"]: (p["action"], p["reason"] and p["reason"]["kind"]) for p in pages}


def test_builds_tell_what_they_do(plain_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    docnames = ["howto/index", "howto/urls", "index", "plain"]
    assert planned(plain_site, capsys) == dict.fromkeys(docnames, ("read", "new"))
    assert planned(plain_site, capsys) == dict.fromkeys(docnames, ("reused", None))
    plain_site.write("plain.rst", "Plain\n=====\n\nMore.\n")
    assert planned(plain_site, capsys) == {**dict.fromkeys(docnames, ("reused", None)), "plain": ("read", "source")}
    assert why(capsys, "plain")[0] == "plain was read and written: its source has changed."
    plain_site.write("howto/urls.md", "# Addresses\n")
    assert planned(plain_site, capsys)["index"] in {("written", "title"), ("written", "toc")}  # both have changed


def test_without_the_cache_every_page_is_read(plain_site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    planned(plain_site, capsys)
    assert set(planned(plain_site, capsys, "--no-cache").values()) == {("read", "cache-off")}
    assert why(capsys, "index")[0] == "index was read and written: the cache is switched off."


def test_another_clone_takes_all_from_the_cache(
    plain_site: Site, make_site: MakeSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(plain_site, capsys)
    clone = make_site(
        {name: (plain_site.source / name).read_bytes() for name in plain_site.files() if "_build" not in name}
    )
    monkeypatch.chdir(clone.source)
    assert {action for action, _ in planned(clone, capsys).values()} == {"restored"}
