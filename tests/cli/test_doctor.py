"""``pronghorn doctor``: what it finds in sites that are in order, slow, or wrong."""

import json
import re
import sys
from pathlib import Path

import pytest

from pronghorn.cache.store.store import Store
from pronghorn.cli.doctor import format_findings
from pronghorn.cli.main import main
from pronghorn.extension.checkup import Finding, Level
from pronghorn.incremental.session import STORE_FOLDER
from tests.conftest import MakeSite
from tests.support import Site

UNSAFE = "def setup(app):\n    return {{'parallel_read_safe': {reading}, 'parallel_write_safe': {writing}}}\n"
SILENCE = "other_ext does not say whether it is safe for parallel reading, so " + (
    "pages are read in each clone from the first one on for which its code runs"
    if sys.version_info >= (3, 12)
    else "all pages are read in each clone"
)
SILENT = "def setup(app):\n    pass\n"
CONF = "import sys\n\nsys.path.insert(0, '.')\nhtml_theme = 'basic'\nextensions = ['pronghorn', *{extensions}]\n"


@pytest.fixture(autouse=True)
def cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep these checkups away from the user's own cache."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("PRONGHORN_NO_CACHE", raising=False)


def findings(site: Site, capsys: pytest.CaptureFixture[str], *, exit_code: int = 0) -> list[tuple[str, str, str]]:
    """Return what ``pronghorn doctor --json`` finds: level, subject and text."""
    assert main(["doctor", str(site.source), "--json"]) == exit_code
    rows = json.loads(capsys.readouterr().out)
    return [(row["level"], row["about"], row["text"]) for row in rows]


def about(subject: str, site: Site, capsys: pytest.CaptureFixture[str], *, exit_code: int = 0) -> list[tuple[str, str]]:
    """Return level and text of what is found about *subject*."""
    return [(level, text) for level, on, text in findings(site, capsys, exit_code=exit_code) if on == subject]


def test_a_site_in_order(make_site: MakeSite, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    site = make_site({"index.md": "# Home\n", "plugins/good.py": "def register_plugin(site):\n    pass\n"})
    before = site.files()
    found = findings(site, capsys)
    assert {level for level, _, _ in found} == {"ok"}
    assert [on for _, on, _ in found] == ["cache", "internals", "extension", "configuration", "plugin"]
    assert found[-1][2] == "1 loaded, none failed"
    assert site.files() == before
    assert not (tmp_path / "cache").exists(), "a checkup makes no cache"


def test_findings_in_words(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"index.md": "# Home\n", "plugins/bad.py": "1 / 0\n"})
    assert main(["doctor", str(site.source)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", "cache"],
        ["ok", "internals"],
        ["ok", "extension"],
        ["ok", "configuration"],
        ["fault", "plugin"],
    ]
    assert lines[-1].endswith("bad failed: plugins/bad.py:1: ZeroDivisionError: division by zero")


def test_the_cache_is_measured(make_site: MakeSite, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Store(tmp_path / "cache" / STORE_FOLDER) as store:
        store.put(b"an entry")
    ((level, text),) = about("cache", make_site({}), capsys)
    assert level == "ok"
    assert re.fullmatch(rf"{re.escape(str(tmp_path))}/cache/{STORE_FOLDER}/store-\S+ \(\d+\.\d KiB, 1 entries\)", text)


@pytest.mark.parametrize("inside", ["cache", "cache/deep/below"])
def test_a_cache_that_cannot_be_is_a_fault(
    make_site: MakeSite,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    inside: str,
) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / inside))
    ((level, text),) = about("cache", make_site({}), capsys, exit_code=1)
    assert level == "fault"
    assert f"{tmp_path / 'cache'} is not a folder; set 'cache_dir' to another folder" in text


def test_a_cache_that_is_no_database_is_a_fault(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "cache" / STORE_FOLDER / "store-1-0.sqlite3").mkdir(parents=True)
    ((level, text),) = about("cache", make_site({}), capsys, exit_code=1)
    assert level == "fault"
    assert "store-1-0.sqlite3 is not used: " in text


@pytest.mark.parametrize(
    ("toml", "variable", "by"),
    [
        ("cache = false\n", "", "cache"),
        ("", "1", "the environment variable PRONGHORN_NO_CACHE"),
    ],
)
def test_a_cache_that_is_switched_off_is_noted(
    make_site: MakeSite,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    toml: str,
    variable: str,
    by: str,
) -> None:
    monkeypatch.setenv("PRONGHORN_NO_CACHE", variable)
    found = about("cache", make_site({"pronghorn.toml": toml}), capsys)
    assert found[0] == ("note", f"the page cache is switched off by {by}")


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            SILENT,
            [SILENCE],
        ),
        (
            UNSAFE.format(reading=False, writing=True),
            ["other_ext is not safe for parallel reading, so all pages are read in each clone"],
        ),
        (
            UNSAFE.format(reading=True, writing=False),
            ["other_ext is not safe for parallel writing, so all pages are written in each clone"],
        ),
        (
            UNSAFE.format(reading=False, writing=False),
            [
                "other_ext is not safe for parallel reading, so all pages are read in each clone",
                "other_ext is not safe for parallel writing, so all pages are written in each clone",
            ],
        ),
        (UNSAFE.format(reading=True, writing=True), []),
    ],
    ids=["silent", "reading", "writing", "both", "neither"],
)
def test_extensions_that_keep_pages_from_the_cache_are_noted(
    make_site: MakeSite,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    code: str,
    texts: list[str],
) -> None:
    site = make_site({"other_ext.py": code, "conf.py": CONF.format(extensions=["other_ext"])})
    monkeypatch.syspath_prepend(site.source)
    monkeypatch.delitem(sys.modules, "other_ext", raising=False)
    found = about("extension", site, capsys)
    assert [text for level, text in found if level == "note"] == texts


def test_values_that_cannot_be_compared_are_noted(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({}, conf="import threading\nhtml_context = {'x': [1, threading.Lock()]}\n")
    ((level, text),) = about("configuration", site, capsys)
    assert level == "note"
    assert text.startswith("html_context['x'][1]")
    assert "_thread.lock" in text
    assert text.endswith("; pages that depend on it are built each time")


@pytest.mark.parametrize(
    ("conf", "said"),
    [("1 / 0\n", "ZeroDivisionError"), ("extensions = []\n", "'pronghorn' is not in the extensions")],
)
def test_a_site_that_cannot_be_loaded_is_told(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], conf: str, said: str
) -> None:
    site = make_site({"conf.py": conf})
    assert main(["doctor", str(site.source), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_colours_do_not_shift_columns() -> None:
    rows = [Finding(Level.FAULT, "cache", "broken"), Finding(Level.OK, "extension", "good")]
    plain, coloured = format_findings(rows, colour=False), format_findings(rows, colour=True)
    assert plain.splitlines()[0].startswith("ok ")
    assert "\x1b[31mfault\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
