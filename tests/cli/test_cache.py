"""``pronghorn cache``: each action, on a cache with something in it, without one, and with a damaged or locked one."""

import json
import os
import sqlite3
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cli.main import main
from pronghorn.cli.progress import progress
from pronghorn.configuration.sizes import format_size, parse_size
from pronghorn.incremental.session import STORE_FOLDER
from tests.conftest import MakeSite

SMALL = b"a small entry"
LARGE = os.urandom(300_000)  # does not compress
KEY = digest_of(b"key")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a cache that holds two entries and a manifest."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    fill(folder)
    return folder


def fill(folder: Path) -> None:
    with Store(folder / STORE_FOLDER) as store:
        store.put_many([SMALL, LARGE])
        store.add_manifest(KEY, b"a manifest")


def held(folder: Path) -> tuple[bool, bool, bool]:
    """Return which of the three the cache holds: the small entry, the large one, the manifest."""
    with Store(folder / STORE_FOLDER) as store:
        found = store.get_many([digest_of(SMALL), digest_of(LARGE)])
        return digest_of(SMALL) in found, digest_of(LARGE) in found, store.manifests(KEY) == [b"a manifest"]


def told(capsys: pytest.CaptureFixture[str], *argv: str, exit_code: int = 0) -> dict[str, Any]:
    """Run ``pronghorn cache ... --json`` and return what it prints."""
    assert main(["cache", *argv, "--json"]) == exit_code
    captured = capsys.readouterr()
    assert captured.err == ""
    data = json.loads(captured.out)
    assert isinstance(data, dict)
    return data


def complaint(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """Run ``pronghorn cache`` and return its error."""
    assert main(["cache", *argv]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pronghorn: ")
    return captured.err


# --- each action ---


def test_stats(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "stats"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert Path(lines["file"]).parent == folder / STORE_FOLDER
    assert Path(lines["file"]).is_file()
    assert (lines["entries"], lines["manifests"]) == ("3", "1")
    assert lines["size"].endswith(" of at most 2.0 GiB")
    assert held(folder) == (True, True, True)


def test_stats_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "stats")
    assert (data["entries"], data["manifests"], data["max_bytes"]) == (3, 1, 2 * 2**30)
    assert data["used_bytes"] > len(LARGE)
    assert data["problem"] is None


def test_prune_keeps_what_fits(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "prune")["removed"] == 0
    assert held(folder) == (True, True, True)
    assert main(["cache", "prune", "--cache-size", "200 kB"]) == 0
    said = capsys.readouterr().out
    assert "forgotten" in said
    assert "of at most 195.3 KiB left." in said
    assert not held(folder)[1]


def test_clear_says_what_it_freed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = told(capsys, "clear")
    assert data["removed"] == 3
    assert data["freed_bytes"] > 250_000
    assert held(folder) == (False, False, False)
    fill(folder)
    assert main(["cache", "clear"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 entries forgotten, ")
    assert said.endswith(" KiB freed.\n")


class Terminal(StringIO):
    """A stream at whose other end somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "options", "is_cleared"),
    [
        ("yes\n", [], True),
        ("perhaps\ny\n", [], True),
        ("n\n", [], False),
        ("\n", [], False),
        ("", [], False),
        ("", ["--yes"], True),
    ],
    ids=["yes", "perhaps", "no", "default", "end-of-input", "not-asked"],
)
def test_clear_asks_at_a_terminal(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    typed: str,
    options: list[str],
    is_cleared: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert main(["cache", "clear", *options]) == (0 if is_cleared else 1)
    assert held(folder) == ((False,) * 3 if is_cleared else (True,) * 3)
    asked = capsys.readouterr().err
    assert ("(3 entries, " in asked) == (not options)


def test_export_and_import_carry_everything(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "export", "all.bin") == {
        "file": "all.bin",
        "records": 4,
        "bytes": (tmp_path / "all.bin").stat().st_size,
    }
    other = tmp_path / "other" / "cache"
    assert told(capsys, "import", "all.bin", "--cache-dir", str(other)) == {"file": "all.bin", "records": 4}
    assert held(other) == (True, True, True)


def test_export_and_import_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "export", "all.bin"]) == 0
    assert main(["cache", "import", "all.bin"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("4 entries and manifests written to all.bin (")
    assert lines[1] == "4 entries and manifests added from all.bin."


def test_check_of_a_sound_cache(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "check"]) == 0
    assert capsys.readouterr().out == "3 entries, all sound.\n"


def test_check_removes_what_is_damaged_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = folder.rglob("*.sqlite3")
    with sqlite3.connect(file) as db:
        (table,) = db.execute("SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE c.name = 'packed'")
        db.execute(f"UPDATE {table[0]} SET packed = x'00ff' WHERE length(packed) > 200000")
    db.close()
    data = told(capsys, "check", exit_code=1)
    assert data["faults"] == ["1 damaged entries removed"]
    assert data["entries"] == 2
    assert main(["cache", "check"]) == 0
    assert held(folder) == (True, False, True)


# --- which folder ---


def folder_of(capsys: pytest.CaptureFixture[str], *argv: str) -> Path:
    return Path(told(capsys, "stats", *argv)["cache_file"]).parent.parent


def test_the_folder_is_the_sites(
    make_site: MakeSite, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site({"pronghorn.toml": "cache_dir = 'from-toml'\n"}, conf="raise SystemExit('conf.py was run')")
    for name in ("from-toml", "from-conf"):
        fill(site.source / name)
    for name in ("from-variable", "from-option"):
        fill(tmp_path / name)
    monkeypatch.delenv("PRONGHORN_CACHE_DIR", raising=False)
    source = str(site.source)
    assert folder_of(capsys, source) == site.source / "from-toml"
    site.write("conf.py", "pronghorn_cache_dir = 'from-conf'\nraise SystemExit('conf.py was run')\n")
    assert folder_of(capsys, source) == site.source / "from-conf"
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "from-variable"))
    assert folder_of(capsys, source) == tmp_path / "from-variable"
    assert folder_of(capsys, source, "--cache-dir", str(tmp_path / "from-option")) == tmp_path / "from-option"


def test_without_a_site_the_folder_is_the_users(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRONGHORN_CACHE_DIR", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "users" / name))
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "users" / "pronghorn")
    assert folder_of(capsys) == tmp_path / "users" / "pronghorn"


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ("import os\n\npronghorn_cache_dir = os.getcwd()\n", "conf.py:3: 'pronghorn_cache_dir' is computed here"),
        ("pronghorn_cache_dir = 'a'\nif True:\n    pronghorn_cache_dir = 'b'\n", "conf.py:3: 'pronghorn_cache_dir' is"),
        ("pronghorn_cache_dir, x = 'a', 'b'\n", "conf.py:1: 'pronghorn_cache_dir' is computed here"),
        ("pronghorn_cache_dir = 7\n", "'pronghorn_cache_dir' should be str, but is 7"),
        ("pronghorn_cache_dir = [\n", "conf.py:1: this is not Python"),
        ("\0", "conf.py: this is not Python"),
    ],
    ids=range(6),
)
def test_a_folder_that_conf_py_computes_has_to_be_named(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, conf: str, said: str
) -> None:
    monkeypatch.delenv("PRONGHORN_CACHE_DIR", raising=False)
    site = make_site({"conf.py": conf})
    error = complaint(capsys, "stats", str(site.source))
    assert said in error
    assert "--cache-dir" in error or "computed" not in error


@pytest.mark.parametrize(
    "conf",
    [
        "if True:\n    pronghorn_cache_dir = 'b'\npronghorn_cache_dir = 'a'\n",
        "pronghorn_cache_dir: str = 'a'\n",
        "other = pronghorn_cache_dir = 'a'\n",
    ],
)
def test_a_literal_in_conf_py_is_understood(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, conf: str
) -> None:
    monkeypatch.delenv("PRONGHORN_CACHE_DIR", raising=False)
    site = make_site({"conf.py": conf})
    fill(site.source / "a")
    assert folder_of(capsys, str(site.source)) == site.source / "a"


# --- what cannot be done ---


@pytest.mark.parametrize("argv", [["stats"], ["prune"], ["clear"], ["check"], ["export", "out.bin"]], ids=" ".join)
def test_where_there_is_no_cache_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    missing = tmp_path / "missing"
    error = complaint(capsys, *argv, "--cache-dir", str(missing))
    assert f"there is no page cache in {missing / STORE_FOLDER} yet" in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "`pronghorn cache export` makes one"),
        (b"pronghorn page cache 1\n", "the archive is incomplete; `pronghorn cache export` makes one"),
    ],
    ids=["missing", "empty", "cut"],
)
def test_what_is_no_archive_is_not_imported(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "some.bin").write_bytes(content)
    error = complaint(capsys, "import", "some.bin")
    assert "some.bin" in error
    assert said in error
    assert held(folder) == (True, True, True)


def test_an_archive_that_cannot_be_written_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere/all.bin" in complaint(capsys, "export", "nowhere/all.bin")


@pytest.mark.parametrize("action", ["prune", "clear", "check", "stats"])
def test_a_cache_that_is_no_database_is_replaced_or_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    """A folder in the file's place cannot be mended: the error names it, and the way out."""
    (tmp_path / STORE_FOLDER / "store-1-0.sqlite3").mkdir(parents=True)
    error = complaint(capsys, action, "--cache-dir", str(tmp_path))
    assert "store-1-0.sqlite3" in error
    assert "--cache-dir" in error


def test_a_folder_that_is_missing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere: there is no such folder" in complaint(capsys, "stats", "nowhere")


@pytest.mark.parametrize(
    "argv",
    [["cache"], ["cache", "stat"], ["cache", "import"], ["cache", "prune", "--cache-size", "much"]],
    ids=" ".join,
)
def test_unusable_arguments(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(argv)
    assert exited.value.code == 2
    assert "usage: pronghorn cache" in capsys.readouterr().err


def test_a_cache_that_takes_nothing_is_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "export", "all.bin"]) == 0
    capsys.readouterr()
    (tmp_path / "other").write_text("a file")
    error = complaint(capsys, "import", "all.bin", "--cache-dir", "other")
    assert "other/pages" in error
    assert error.endswith("; another folder can be named: --cache-dir\n")


def test_at_a_terminal_long_work_shows_the_time_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("pronghorn.cli.progress._PATIENCE_S", 0.01)
    with progress("working"):
        deadline = time.monotonic() + 60
        while "working ... 0 s" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    lines = terminal.getvalue().split("\r")
    assert lines[1] == "working ... 0 s"
    assert lines[-2:] == [" " * len(lines[-3]), ""], "the line is empty again"


def test_work_that_is_done_at_once_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("working"):
        pass
    assert terminal.getvalue() == ""


# --- the size that is allowed ---


def test_the_size_is_the_sites(folder: Path, make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"pronghorn.toml": "cache_size = 102400\n"})
    assert told(capsys, "stats", str(site.source))["max_bytes"] == 102_400
    assert held(folder) == (True, True, True), "only prune may forget"
    assert told(capsys, "prune", str(site.source))["removed"] > 0
    assert not held(folder)[1]


def test_a_size_that_conf_py_computes_is_left_out_or_has_to_be_named(
    folder: Path, make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site({"conf.py": "pronghorn_cache_size = 2 * 10\n"})
    assert told(capsys, "stats", str(site.source))["max_bytes"] is None
    assert "--cache-size" in complaint(capsys, "prune", str(site.source))
    assert told(capsys, "prune", str(site.source), "--cache-size", "1 GB")["removed"] == 0


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [
        ("0", 0),
        ("12", 12),
        ("1 byte", 1),
        ("500 MB", 500_000_000),
        ("1.5kib", 1536),
        ("2 GiB", 2**31),
        (" 1T ", 10**12),
    ],
)
def test_sizes_are_understood(text: str, n_bytes: int) -> None:
    assert parse_size(text) == n_bytes


@pytest.mark.parametrize("text", ["", "much", "-1", "1 XB", "5 i", "1e9", "1,5 GB", "GB"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size; write it like"):
        parse_size(text)


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (2**31, "2.0 GiB"), (2**51, "2048.0 TiB")],
)
def test_sizes_in_words(n_bytes: int, text: str) -> None:
    assert format_size(n_bytes) == text
