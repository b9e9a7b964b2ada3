"""The command line: ``pronghorn build`` and ``pronghorn plugins``. ``pronghorn new`` is tested in test_new.py."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pronghorn
from pronghorn.cli.main import main
from pronghorn.cli.plugins import format_table
from pronghorn.resources import shipped
from tests.conftest import MakeSite
from tests.support import Result, Site

HOME = "# Home\n"
GOOD = "__version__ = '1.2'\n\ndef register_plugin(site):\n    site.signals.plugins_loaded.connect(lambda: None)\n"
HOOKS = """\
import time
from pronghorn import hookimpl


class Hooks:
    @hookimpl
    def page_added(self, page):
        time.sleep(0.05)

    @hookimpl
    def site_finished(self):
        pass


def register_plugin(site):
    site.plugins.register(Hooks())
"""
SITE = {
    "index.md": HOME,
    "plugins/good.py": GOOD,
    "plugins/hooks/__init__.py": HOOKS,
    "plugins/broken.py": "\n1 / 0\n",
    "plugins/asleep.py": GOOD,
    "pronghorn.toml": "plugins_disabled = ['asleep']\n",
}


def run(site: Site, *args: str, cwd: Path | None = None) -> Result:
    """Run ``pronghorn`` in a process of its own, in the site's source folder or in *cwd*."""
    command = [sys.executable, "-c", "from pronghorn.cli.main import main; raise SystemExit(main())", *args]
    process = subprocess.run(
        command,
        cwd=cwd or site.source,
        env=site.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    outdir = site.source / "_build/html"
    return Result(process.returncode, process.stdout, process.stderr, outdir, outdir / ".doctrees")


@pytest.fixture(autouse=True)
def cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the timings of these builds away from the user's own, and from each other."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))


def rows_of(site: Site, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """Return what ``pronghorn plugins --json`` prints, by name, without the bundled plugins."""
    capsys.readouterr()
    main(["plugins", str(site.source), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert isinstance(rows, list)
    return {row["name"]: row for row in rows if row["origin"] != "bundled"}


# --- the commands ---


def test_a16_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["--help"])
    assert exited.value.code == 0
    out = capsys.readouterr().out
    assert re.findall(r"(?m)^    (\w+) +\w", out) == ["build", "plugins", "why", "verify", "cache", "doctor", "new"]
    assert "Plain sphinx-build does the same builds" in " ".join(out.split())


def test_a16_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["--version"])
    assert exited.value.code == 0
    assert capsys.readouterr().out == f"pronghorn {pronghorn.__version__}\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["buld"], "invalid choice: 'buld'"),
        (["plugins", "--nope"], "unrecognized arguments: --nope"),
        (["plugins", "a", "b"], "unrecognized arguments: b"),
    ],
)
def test_a16_unusable_arguments_exit_with_2_and_say_why(
    capsys: pytest.CaptureFixture[str], argv: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(argv)
    assert exited.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "usage: pronghorn" in captured.err


def test_a16_unknown_command_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["biuld"])
    assert {"build", "plugins", "new"} <= set(re.findall(r"\w+", capsys.readouterr().err))


def test_a16_script_is_installed_and_runs(make_site: MakeSite) -> None:
    script = Path(sys.executable).parent / "pronghorn"
    site = make_site({"index.md": HOME})
    done = subprocess.run([script, "--version"], env=site.environment(), capture_output=True, text=True, check=True)
    assert done.stdout == f"pronghorn {pronghorn.__version__}\n"


# --- pronghorn build ---


def test_a16_build_without_arguments_builds_here_to_build_html(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugins/good.py": GOOD})
    result = run(site, "build")
    assert (result.exit_code, result.warnings) == (0, "")
    assert "<h1>Home" in result.read("index.html")
    assert "build succeeded" in result.out


@pytest.mark.parametrize(
    ("argv", "file"),
    [
        (["-b", "dirhtml"], "_build/dirhtml/index.html"),
        (["-btext"], "_build/text/index.txt"),
        (["--builder", "text", "."], "_build/text/index.txt"),
        (["-q", "."], "_build/html/index.html"),
        ([".", "../out"], "../out/index.html"),
        ([".", "../out", "index.md"], "../out/index.html"),
        (["-M", "html", ".", "../made"], "../made/html/index.html"),
        (["-b", "text", ".", "../o"], "../o/index.txt"),
        ([".", "-b", "text", "../o"], "../o/index.txt"),
        (["--", "."], "_build/html/index.html"),
        (["-c", ".", "-d", "../trees", "."], "_build/html/index.html"),
    ],
)
def test_a16_build_takes_what_sphinx_build_takes(make_site: MakeSite, argv: list[str], file: str) -> None:
    site = make_site({"index.md": HOME})
    result = run(site, "build", *argv)
    assert result.exit_code == 0, result.warnings
    assert (site.source / file).is_file()


def test_a16_build_of_another_folder_writes_below_it(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site({"index.md": HOME})
    before = set(tmp_path.iterdir())
    assert run(site, "build", str(site.source), cwd=tmp_path).exit_code == 0
    assert (site.source / "_build/html/index.html").is_file()
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "cache"}


def test_a16_build_gives_the_same_output_as_sphinx_build(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugins/good.py": GOOD})
    plain = site.build()
    assert run(site, "build", "-q", ".", "../ours").exit_code == 0
    ours = Result(0, "", "", site.root / "ours", site.root / "ours/.doctrees").files()
    assert {name: digest for name, digest in ours.items() if not name.startswith(".doctrees")} == plain.files()


def test_a16_build_passes_options_and_exit_codes_on(make_site: MakeSite) -> None:
    site = make_site(SITE)
    assert run(site, "build", "-q", "-b", "dummy").exit_code == 0
    failed = run(site, "build", "-q", "-W", "-b", "dummy")
    assert failed.exit_code == 1
    assert "plugin 'broken' is not loaded: plugins/broken.py:2: ZeroDivisionError" in failed.warnings
    disabled = run(site, "build", "-q", "-W", "-b", "dummy", "-D", "pronghorn_plugins_disabled=broken,asleep")
    assert (disabled.exit_code, disabled.warnings) == (0, "")
    assert run(site, "build", "nowhere").exit_code == 2


def test_a16_build_help_names_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["build", "--help"])
    assert exited.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "SOURCE (default: the current folder)" in out
    assert "SOURCE/_build/BUILDER" in out
    assert "sphinx-build --help" in out


def test_a16_build_version_is_not_sphinxs_under_our_name(make_site: MakeSite) -> None:
    out = run(make_site({"index.md": HOME}), "build", "--version").out
    assert re.fullmatch(rf"(pronghorn {re.escape(pronghorn.__version__)}\b.*|sphinx-build .*)\n", out)


def test_a16_build_with_an_unknown_option_says_so(make_site: MakeSite) -> None:
    result = run(make_site({"index.md": HOME}), "build", "--nope")
    assert result.exit_code == 2
    assert "unrecognized arguments: --nope" in result.warnings
    assert "SOURCEDIR OUTPUTDIR [" not in result.warnings  # neither of them is needed here


# --- pronghorn plugins ---


def test_c1_plugins_are_listed_as_json(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(make_site(SITE), capsys)
    assert {name: (row["version"], row["status"], row["source"]) for name, row in rows.items()} == {
        "asleep": ("unknown", "disabled", "plugins/asleep.py"),
        "broken": ("unknown", "failed", "plugins/broken.py"),
        "good": ("1.2", "loaded", "plugins/good.py"),
        "hooks": ("unknown", "loaded", "plugins/hooks/__init__.py"),
    }
    assert {name: row["hooks"] for name, row in rows.items()} == {
        "asleep": [],
        "broken": [],
        "good": ["plugins_loaded"],
        "hooks": ["page_added", "site_finished"],
    }
    assert {name: row["error"] for name, row in rows.items() if row["error"]} == {
        "broken": "plugins/broken.py:2: ZeroDivisionError: division by zero"
    }
    assert {row["origin"] for row in rows.values()} == {"site"}
    assert {row["overrides"] for row in rows.values()} == {""}
    assert {row["seconds"] for row in rows.values()} == {None}  # there was no build yet


def test_c1_seconds_are_those_of_the_last_build(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(SITE)
    assert main(["build", "-q", "-b", "dummy", str(site.source), str(site.root / "out")]) == 0
    rows = rows_of(site, capsys)
    assert 0.05 <= rows["hooks"]["seconds"] < 5
    assert 0 <= rows["good"]["seconds"] < 0.05
    assert rows["asleep"]["seconds"] is None
    assert (
        main(
            [
                "build",
                "-q",
                "-E",
                "-b",
                "dummy",
                "-D",
                "pronghorn_plugins_disabled=hooks",
                str(site.source),
                str(site.root / "out"),
            ]
        )
        == 0
    )
    assert rows_of(site, capsys)["hooks"]["seconds"] is None


def test_c1_plugins_are_listed_as_a_table(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(SITE)
    assert main(["plugins", str(site.source)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "VERSION", "STATUS", "SECONDS", "SOURCE", "HOOKS"]
    own = [line for line in lines[1:] if str(shipped("plugins")) not in line]
    assert [line.split() for line in own] == [
        ["asleep", "unknown", "disabled", "-", "plugins/asleep.py", "-"],
        ["broken", "unknown", "failed", "-", "plugins/broken.py", "-"],
        ["plugins/broken.py:2:", "ZeroDivisionError:", "division", "by", "zero"],
        ["good", "1.2", "loaded", "-", "plugins/good.py", "plugins_loaded"],
        ["hooks", "unknown", "loaded", "-", "plugins/hooks/__init__.py", "page_added,", "site_finished"],
    ]
    columns = {line.index(line.split()[1]) for line in (lines[0], own[0], own[1], own[3])}
    assert len(columns) == 1
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, 0),
        ({"plugins/good.py": GOOD}, 0),
        ({"plugins/asleep.py": GOOD, "pronghorn.toml": "plugins_disabled = ['asleep']\n"}, 0),
        ({"plugins/good.py": GOOD, "plugins/broken.py": "1 / 0\n"}, 1),
    ],
    ids=["none", "good", "disabled", "failed"],
)
def test_c1_exit_code_tells_whether_a_plugin_failed(make_site: MakeSite, files: dict[str, str], code: int) -> None:
    site = make_site({"index.md": HOME, **files})
    assert main(["plugins", str(site.source)]) == code
    assert main(["plugins", str(site.source), "--json"]) == code


def test_c1_misspelt_hook_shows_in_the_list(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site({"index.md": HOME, "plugins/hooks.py": HOOKS.replace("page_added", "page_aded")})
    row = rows_of(site, capsys)["hooks"]
    assert row["status"] == "failed"
    assert "there is no signal 'page_aded'; did you mean 'page_added'?" in row["error"]
    assert row["hooks"] == []


def test_c1_list_is_clean_whatever_plugins_print(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    noisy = "print('noise')\ndef register_plugin(site):\n    print('more noise')\n    site.log.info('even more')\n"
    rows = rows_of(make_site({"index.md": HOME, "plugins/noisy.py": noisy}), capsys)
    assert rows["noisy"]["status"] == "loaded"


def test_c1_listing_builds_nothing_and_writes_nothing(make_site: MakeSite) -> None:
    site = make_site(SITE)
    before = site.files()
    assert run(site, "plugins").exit_code == 1
    assert site.files() == before
    assert sorted(path.name for path in site.root.iterdir()) == ["source"]


def test_c1_list_of_the_folder_one_is_in(make_site: MakeSite) -> None:
    result = run(make_site(SITE), "plugins")
    assert re.search(r"(?m)^good +1\.2 +loaded +", result.out)


def test_c1_overriding_plugin_is_marked(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "one/same.py": GOOD,
            "two/same.py": GOOD,
            "pronghorn.toml": "plugins_path = ['one', 'two']\n",
        }
    )
    assert main(["plugins", str(site.source)]) == 0
    assert "one/same.py (instead of the site plugin" in capsys.readouterr().out


def test_c1_a_site_without_any_plugin_is_told_how_to_get_one() -> None:
    assert format_table([], colour=False) == "This site has no plugins. `pronghorn new plugin NAME` makes one.\n"


def test_c1_colours_do_not_shift_columns(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(SITE)
    rows = list(rows_of(site, capsys).values())
    plain, coloured = format_table(rows, colour=False), format_table(rows, colour=True)
    assert "\x1b[31mfailed" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        pytest.param(None, "there is no conf.py here; name the folder that has it", id="no-conf"),
        pytest.param("extensions = []\n", "'pronghorn' is not in the extensions", id="not-enabled"),
        pytest.param("extensions = [\n", "conf.py, line 1", id="syntax-error"),
        pytest.param("1 / 0\n", "ZeroDivisionError: division by zero", id="exception"),
        pytest.param("extensions = ['pronghorn', 'nowhere_at_all']\n", "nowhere_at_all", id="no-extension"),
        pytest.param("extensions = ['pronghorn']\ndef setup(app):\n    1 / 0\n", "division by zero", id="setup-raises"),
        pytest.param(
            "extensions = ['pronghorn']\npronghorn_plugins_path = 'x'\n",
            "'pronghorn_plugins_path' should be list[str], but is 'x'",
            id="wrong-type",
        ),
    ],
)
def test_c1_site_that_cannot_be_loaded_is_told_without_a_traceback_of_ours(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], conf: str | None, said: str
) -> None:
    site = make_site({"index.md": HOME, "conf.py": conf or ""})
    if conf is None:
        site.remove("conf.py")
    assert main(["plugins", str(site.source), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pronghorn: ")
    assert said in captured.err
    assert "src/pronghorn/" not in captured.err


def test_c1_doubtful_configuration_is_told_beside_the_list(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site({"index.md": HOME, "pronghorn.toml": "plugins_path = ['plugin']\n"})
    assert main(["plugins", str(site.source)]) == 0
    assert "there is no folder 'plugin'" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["blocked", "blocked/below"])
def test_c1_cache_folder_that_cannot_be_written_costs_only_the_timings(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    site = make_site({"index.md": HOME, "plugins/good.py": GOOD})
    (site.root / "blocked").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(site.root / folder))
    assert main(["build", "-q", "-W", "-b", "dummy", str(site.source), str(site.root / "out")]) == 0
    assert rows_of(site, capsys)["good"]["seconds"] is None


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"version": 99}', '{"version": 1, "seconds": {"good": "soon"}}', "\0"]
)
def test_c1_broken_record_of_timings_is_none(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], tmp_path: Path, broken: str
) -> None:
    site = make_site({"index.md": HOME, "plugins/good.py": GOOD})
    assert main(["build", "-q", "-b", "dummy", str(site.source), str(site.root / "out")]) == 0
    (record,) = (tmp_path / "cache" / "sites").glob("*.json")
    record.write_text(broken, encoding="utf-8")
    assert rows_of(site, capsys)["good"]["seconds"] is None
