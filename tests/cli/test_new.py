"""`pronghorn new`: what it lays down builds as it is, and what is there is never touched."""

import argparse
import ast
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pronghorn import resources
from pronghorn.cli import prompts
from pronghorn.cli.commands import Parser
from pronghorn.cli.new import add_parser
from pronghorn.cli.new.checks import check_line, check_plugin_name
from pronghorn.cli.new.files import RefusedError, lay_down_files
from pronghorn.cli.new.templates import SUFFIX, Templates, docstring, markdown, python, yaml_string

SITE_FILES = [
    ".gitignore",
    ".readthedocs.yaml",
    "conf.py",
    "guide.rst",
    "index.md",
    "plugins/recipes.py",
    "recipes/pancakes.recipe",
    "requirements.txt",
    "robots.txt",
    "tests/test_plugins.py",
]
NASTY = "Tom's \"C:\\new\" {{ x }} {% y %} *a* _b_ <b> & é 日本 🍳 # $x$ [l](u) {role}`z` --- 'q' ~s~ ${v} %s #"
RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")

LINES = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
"""Everything that may stand on a line, markup or not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="pronghorn")
    add_parser(parser.add_subparsers(required=True))
    return parser


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `pronghorn new ...` in an empty folder, with nobody at the terminal."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def command(*argv: str) -> Outcome:
        try:
            args = _parser().parse_args(["new", *argv])
            code = args.run(args)
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command


class Terminal(io.StringIO):
    """A standard input at which somebody sits and types."""

    def isatty(self) -> bool:
        return True


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def build(site: Path, builder: str = "html") -> Path:
    """Build with every warning an error; the output lies where the reader of the guide has it."""
    output = site / "_build" / builder
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "-b", builder, str(site), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def run_pytest(site: Path, *args: str) -> None:
    """Run the tests that were laid down, as their author is told to."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *args]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def plain_site(folder: Path, conf: str = 'extensions = ["pronghorn"]\n') -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    (folder / "index.rst").write_text("Home\n====\n", encoding="utf-8")
    return folder


def value_of(conf: str, name: str) -> object:
    for statement in ast.parse(conf).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return ast.literal_eval(statement.value)
    raise AssertionError(f"conf.py does not set {name}")


def rendered_heading(line: str) -> str:
    tokens = MarkdownIt().parse(line)
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


# The site as it is laid down


def test_a_site_is_laid_down(run: Run) -> None:
    done = run("site", "cook-book")
    assert done.code == 0
    assert files_below(Path("cook-book")) == SITE_FILES
    assert [line.strip() for line in done.out.splitlines()[1:11]] == [f"cook-book/{name}" for name in SITE_FILES]
    assert done.out.endswith("Next:\n  cd cook-book\n  pronghorn build\n")
    assert done.err == ""


def test_options_reach_the_files(run: Run) -> None:
    run("site", ".", "--title", "Salt", "--author", "Ann", "--language", "pt-BR", "--theme", "furo")
    conf = Path("conf.py").read_text(encoding="utf-8")
    assert value_of(conf, "project") == "Salt"
    assert value_of(conf, "author") == "Ann"
    assert value_of(conf, "language") == "pt_BR"
    assert value_of(conf, "html_theme") == "furo"
    assert "\nfuro\n" in Path("requirements.txt").read_text(encoding="utf-8")


def test_defaults(run: Run) -> None:
    run("site", "Köche & co")
    conf = Path("Köche & co/conf.py").read_text(encoding="utf-8")
    assert value_of(conf, "project") == "Köche & co"
    assert value_of(conf, "author") == "The authors of Köche & co"
    assert value_of(conf, "language") == "en"
    assert value_of(conf, "html_theme") == "alabaster"
    assert value_of(conf, "extensions") == ["myst_parser", "pronghorn"]
    assert value_of(conf, "pronghorn_copy_files")


def test_the_next_steps_can_be_pasted(run: Run) -> None:
    out = run("site", "my site", "--theme", "furo").out
    assert out.endswith("Next:\n  cd 'my site'\n  python -m pip install -r requirements.txt\n  pronghorn build\n")
    assert run("site", ".").out.endswith("Next:\n  pronghorn build\n")


def test_no_package_is_guessed_for_a_foreign_theme(run: Run) -> None:
    done = run("site", "s", "--theme", "my_theme")
    assert "note: add the package of the theme my_theme to requirements.txt" in done.err
    lines = Path("s/requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["pronghorn", "myst-parser"]
    assert "my_theme" in lines[-1]


def test_read_the_docs_finds_what_it_needs(run: Run) -> None:
    run("site", "s")
    config = yaml.safe_load(Path("s/.readthedocs.yaml").read_text(encoding="utf-8"))
    assert config["version"] == 2
    assert config["build"] == {"os": "ubuntu-24.04", "tools": {"python": "3.11"}}
    for name in (config["sphinx"]["configuration"], config["python"]["install"][0]["requirements"]):
        assert Path("s", name).is_file()


def test_json_lists_the_files(run: Run) -> None:
    done = run("site", "s", "--json", "--theme", "my_theme")
    assert json.loads(done.out) == [str(Path("s", name)) for name in SITE_FILES]


def test_text_files_have_plain_line_ends_and_one_at_the_end(run: Run) -> None:
    run("site", ".")
    for name in SITE_FILES:
        data = Path(name).read_bytes()
        assert b"\r" not in data
        assert data.endswith(b"\n"), name
        assert not data.endswith(b"\n\n"), name


@pytest.mark.parametrize(
    ("builder", "options"),
    [
        ("html", []),
        ("html", ["--theme", "furo", "--language", "de"]),
        ("dirhtml", ["--title", NASTY, "--author", NASTY]),
    ],
)
def test_what_is_laid_down_builds_without_a_warning(run: Run, builder: str, options: list[str]) -> None:
    run("site", "Köche & co", *options)
    output = build(Path("Köche & co"), builder)
    suffix = "/index.html" if builder == "dirhtml" else ".html"
    assert "<h1>Pancakes" in (output / f"recipes/pancakes{suffix}").read_text(encoding="utf-8")
    assert f'href="recipes/pancakes{"/" if builder == "dirhtml" else ".html"}"' in (output / "index.html").read_text(
        encoding="utf-8"
    )
    assert (output / "robots.txt").read_bytes() == Path("Köche & co/robots.txt").read_bytes()
    published = files_below(output)
    assert not [name for name in published if "recipes.py" in name or "test_plugins" in name or "conf.py" in name]


def test_the_site_passes_its_own_tests_and_builds_afterwards(run: Run) -> None:
    run("site", "s")
    Path("s/README.md").write_text("# For the repository\n", encoding="utf-8")
    run_pytest(Path("s"))
    build(Path("s"))


# Nothing is overwritten


@pytest.mark.parametrize("name", SITE_FILES)
def test_a_file_in_the_way_stops_everything(run: Run, name: str) -> None:
    path = Path("s", name)
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    done = run("site", "s")
    assert done.code == 1
    assert done.out == ""
    assert f"\n  {path}\n" in done.err
    assert files_below(Path("s")) == [name]
    assert path.read_text(encoding="utf-8") == "mine"


def test_all_files_in_the_way_are_listed(run: Run) -> None:
    run("site", "s")
    done = run("site", "s")
    assert done.code == 1
    assert [line.strip() for line in done.err.splitlines()[1:-1]] == [str(Path("s", name)) for name in SITE_FILES]


def test_other_files_are_no_obstacle(run: Run) -> None:
    Path("s").mkdir()
    Path("s/notes.txt").write_text("mine", encoding="utf-8")
    assert run("site", "s").code == 0
    assert files_below(Path("s")) == sorted([*SITE_FILES, "notes.txt"])


def test_a_file_where_a_folder_must_be_is_in_the_way(run: Run) -> None:
    Path("s").mkdir()
    Path("s/plugins").write_text("mine", encoding="utf-8")
    done = run("site", "s")
    assert done.code == 1
    assert f"\n  {Path('s/plugins')}\n" in done.err
    assert files_below(Path("s")) == ["plugins"]


def test_a_dangling_link_is_in_the_way(run: Run) -> None:
    Path("s").mkdir()
    Path("s/conf.py").symlink_to("nowhere")
    assert run("site", "s").code == 1
    assert os.listdir("s") == ["conf.py"]  # noqa: PTH208 - names, dangling ones too


def test_a_folder_that_is_a_file(run: Run) -> None:
    Path("s").write_text("mine", encoding="utf-8")
    done = run("site", "s")
    assert done.code == 1
    assert done.err == "pronghorn new: s is not a folder; nothing was written\n"
    assert run("site", "s/below").code == 1
    assert Path("s").read_text(encoding="utf-8") == "mine"


def test_a_name_the_system_refuses(run: Run) -> None:
    done = run("site", "made/" + "x" * 300)
    assert done.code == 1
    assert done.err.startswith("pronghorn new: cannot write made")
    assert done.err.count("\n") == 1
    assert files_below(Path()) == []
    assert not Path("made").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder(run: Run) -> None:
    Path("s").mkdir(mode=0o500)
    done = run("site", "s/below")
    assert done.code == 1
    assert "Permission denied; nothing was left behind" in done.err


def test_a_folder_that_cannot_be_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = run("site", "s")
    assert done.code == 1
    assert (
        done.err == f"pronghorn new: cannot write {Path('s/.gitignore')}: Permission denied; nothing was left behind\n"
    )


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    program = (
        "import argparse, resource, sys\n"
        "from pronghorn.cli.new import add_parser\n"
        "parser = argparse.ArgumentParser()\n"
        "add_parser(parser.add_subparsers())\n"
        "args = parser.parse_args(sys.argv[1:])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"  # conf.py is larger, what comes before it is not
        "sys.exit(args.run(args))\n"
    )
    command = [sys.executable, "-B", "-c", program, "new", "site", "a/b", "--yes"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"cannot write {Path('a/b/conf.py')}" in done.stderr
    assert "nothing was left behind" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def interrupted(path: Path, *args: str, **kwargs: str) -> object:
        if path.name == "second":
            raise KeyboardInterrupt
        return original(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lay_down_files(tmp_path / "s", {"first": "1", "second": "2"})
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_again_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(RefusedError, match=r"cannot write .*; could not remove again: .*first"):
        lay_down_files(tmp_path, {"first": "1", "x" * 300: "2"})


# Questions


def test_questions_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "Salt", "", "", "de")
    done = run("site", "s")
    conf = Path("s/conf.py").read_text(encoding="utf-8")
    assert [value_of(conf, key) for key in ("project", "author", "language", "html_theme")] == [
        "Salt",
        "The authors of Salt",
        "de",
        "alabaster",
    ]
    assert "Title of the site [s]:" in done.err
    assert "Author [The authors of Salt]:" in done.err
    assert "[" not in done.out


def test_a_wrong_answer_is_asked_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "not a language", "fr")
    done = run("site", "s", "--title", "T", "--author", "A", "--theme", "basic")
    assert done.code == 0
    assert "'not a language' is not a language code" in done.err.replace("not_a", "not a")
    assert value_of(Path("s/conf.py").read_text(encoding="utf-8"), "language") == "fr"


def test_yes_asks_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch)
    assert run("site", "s", "--yes").code == 0
    assert run("plugin", "p", "--dir", "s", "--yes").code == 0


def test_the_end_of_the_input_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "Salt")
    done = run("site", "s")
    assert done.code == 1
    assert "--yes takes the defaults" in done.err
    assert not Path("s").exists()


def test_nothing_is_asked_when_files_are_in_the_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_site(Path("s"))
    type_in(monkeypatch)
    done = run("site", "s")
    assert done.code == 1
    assert "Title" not in done.err


def test_a_plugin_is_described_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_site(Path())
    type_in(monkeypatch, "Draws maps.")
    assert run("plugin", "maps").code == 0
    assert Path("plugins/maps.py").read_text(encoding="utf-8").startswith('"""Draws maps.\n')


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_real_terminal_is_noticed(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    os.write(ours, b"Salt\n\n\n\n")
    program = "import sys; from tests.cli.test_new import _parser; a = _parser().parse_args(); sys.exit(a.run(a))"
    command = [sys.executable, "-c", program, "new", "site", str(tmp_path / "s")]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, stdin=theirs, capture_output=True, text=True, timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert value_of((tmp_path / "s/conf.py").read_text(encoding="utf-8"), "project") == "Salt"


def test_a_closed_standard_input_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not prompts.at_terminal()
    closed = Terminal()
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    assert not prompts.at_terminal()


def test_a_terminal_that_lacks_letters_gets_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    prompts.say("Köche \udcff", stream)
    assert raw.getvalue() == b"K\\xf6che \\udcff\n"


# Plugins


@pytest.mark.parametrize("options", [[], ["--class"]], ids=["function", "class"])
def test_a_plugin_passes_its_own_test(run: Run, options: list[str]) -> None:
    plain_site(Path())
    done = run("plugin", "page-count", *options)
    assert done.code == 0
    assert files_below(Path()) == ["conf.py", "index.rst", "plugins/page_count.py", "tests/test_page_count.py"]
    assert "note: 'page-count' is 'page_count' in Python" in done.err
    assert "python -m pytest tests/test_page_count.py" in done.out
    run_pytest(Path(), "tests/test_page_count.py")
    build(Path())


def test_a_plugin_goes_into_a_new_site(run: Run) -> None:
    run("site", "my site")
    done = run("plugin", "maps", "--dir", "my site", "--json")
    assert json.loads(done.out) == [str(Path("my site", name)) for name in ("plugins/maps.py", "tests/test_maps.py")]
    assert done.err == ""


@pytest.mark.parametrize(
    ("name", "class_name"),
    [("page_count", "PageCountPlugin"), ("none", "NonePlugin"), ("my_plugin", "MyPlugin"), ("käse", "KäsePlugin")],
)
def test_the_class_is_named_after_the_plugin(run: Run, name: str, class_name: str) -> None:
    plain_site(Path())
    run("plugin", name, "--class")
    module = ast.parse(Path("plugins", f"{name}.py").read_text(encoding="utf-8"))
    assert [node.name for node in module.body if isinstance(node, ast.ClassDef)] == [class_name]


@pytest.mark.parametrize(
    ("conf", "toml", "folder"),
    [
        ("", 'plugins_path = ["ext/mine", "more"]', "ext/mine"),
        ('pronghorn_plugins_path = ["there"]', 'plugins_path = ["toml"]', "there"),
        ('pronghorn_plugins_path: list[str] = ["there"]', "", "there"),
        ("", 'plugins_path = ["ext\\\\mine"]', "ext/mine"),
        ("", "copy_files = []", "plugins"),
    ],
)
def test_the_configured_folder_is_honoured(run: Run, conf: str, toml: str, folder: str) -> None:
    plain_site(Path(), f'extensions = ["pronghorn"]\n{conf}\n')
    Path("pronghorn.toml").write_text(toml, encoding="utf-8")
    assert run("plugin", "maps").code == 0
    assert Path(folder, "maps.py").is_file()
    assert f'"{folder}"' in Path("tests/test_maps.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["pronghorn_plugins_path = [str(1)]", 'pronghorn_plugins_path += ["x"]'])
def test_a_computed_folder_is_told(run: Run, line: str) -> None:
    plain_site(Path(), f'extensions = ["pronghorn"]\n{line}\n')
    done = run("plugin", "maps")
    assert done.code == 0
    assert "note: conf.py computes pronghorn_plugins_path" in done.err
    assert Path("plugins/maps.py").is_file()


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("plugins_path = []", "plugins_path is empty"),
        ('plugins_path = "plugins"', "plugins_path"),
        ("plugins_path = [", "pronghorn.toml:1: broken TOML"),
    ],
)
def test_a_broken_configuration_is_refused(run: Run, toml: str, message: str) -> None:
    plain_site(Path())
    Path("pronghorn.toml").write_text(toml, encoding="utf-8")
    done = run("plugin", "maps")
    assert done.code == 1
    assert message in done.err
    assert files_below(Path()) == ["conf.py", "index.rst", "pronghorn.toml"]


def test_a_broken_conf_is_refused(run: Run) -> None:
    plain_site(Path(), "x = 1\ny = (\n")
    done = run("plugin", "maps")
    assert done.code == 1
    assert done.err.startswith("pronghorn new: conf.py:2: ")


def test_a_conf_that_cannot_be_read_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    plain_site(Path())
    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = run("plugin", "maps")
    assert done.code == 1
    assert done.err == "pronghorn new: conf.py: the file cannot be read: Permission denied\n"


def test_a_site_without_pronghorn_is_told(run: Run) -> None:
    plain_site(Path(), "extensions = []\n")
    assert 'note: conf.py does not name Pronghorn; add it: extensions = ["pronghorn"]' in run("plugin", "maps").err


@pytest.mark.parametrize("options", [[], ["--dir", "elsewhere"]])
def test_no_site_is_told_with_the_ways_out(run: Run, options: list[str]) -> None:
    done = run("plugin", "maps", *options)
    assert done.code == 1
    assert "no conf.py" in done.err
    assert "--dir SITE_DIR" in done.err
    assert "pronghorn new site DIR" in done.err
    assert files_below(Path()) == []


@pytest.mark.parametrize("name", ["plugins/maps.py", "tests/test_maps.py", "plugins/maps/__init__.py"])
def test_a_plugin_overwrites_nothing(run: Run, name: str) -> None:
    site = plain_site(Path("s"))
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text("mine", encoding="utf-8")
    before = files_below(site)
    done = run("plugin", "maps", "--dir", "s")
    assert done.code == 1
    assert str(Path("s", name.removesuffix("/__init__.py"))) in done.err
    assert files_below(site) == before
    assert (site / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("_hidden", "starts with '_'"),
        ("class", "a word of the Python language"),
        ("two words", "cannot be a name"),
        ("1st", "cannot be a name"),
        ("../up", "cannot be a name"),
        ("a.b", "cannot be a name"),
        ("", "cannot be a name"),
    ],
)
def test_names_that_cannot_be_are_wrong_usage(run: Run, name: str, message: str) -> None:
    plain_site(Path())
    done = run("plugin", name)
    assert done.code == 2
    assert message in done.err
    assert files_below(Path()) == ["conf.py", "index.rst"]


@pytest.mark.parametrize(
    "argv",
    [
        ["site", ""],
        ["site", "s", "--title", " \n "],
        ["site", "s", "--title", "a\x07b"],
        ["site", "s", "--author", "\udcff"],
        ["site", "s", "--language", "english please"],
        ["site", "s", "--theme", "a b"],
        ["site"],
        [],
    ],
)
def test_wrong_usage(run: Run, argv: list[str]) -> None:
    done = run(*argv)
    assert done.code == 2
    assert "error:" in done.err
    assert files_below(Path()) == []


@pytest.mark.parametrize("kind", [[], ["site"], ["plugin"]])
def test_help_tells_the_exit_codes(run: Run, kind: list[str]) -> None:
    done = run(*kind, "--help")
    assert done.code == 0
    assert "Exit code:" in done.out


# Any text is written so that its reader gets it back


@given(st.text())
@example('"')
@example("'\"\\")
def test_python_strings(text: str) -> None:
    assert ast.literal_eval(python(text)) == text


@given(LINES)
@example('"')
@example('""""')
@example("\\")
@example('a\\"')
@example("'''")
def test_docstrings(line: str) -> None:
    module = ast.parse(f'"""{docstring(line)}\n\nMore.\n"""\n')
    assert (ast.get_docstring(module, clean=False) or "").splitlines()[0] == line
    assert ast.literal_eval(f'"""{docstring(line)}"""') == line


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("\ufeff\u2028\x85\x00")
@example("🍳 {{ x }}: - # & * ! | > ' \" % @ `")
@example(" " * 200)
def test_yaml_strings(text: str) -> None:
    written = yaml_string(text)
    assert "\n" not in written
    assert yaml.safe_load(f"a: {written}\nb: 1\n") == {"a": text, "b": 1}


@given(LINES)
@example(NASTY)
@example("#")
@example("a #")
@example("https://example.org/a_b_c &amp; <!-- x -->")
def test_markdown_headings(line: str) -> None:
    assert rendered_heading(f"# {markdown(line)}\n") == line


@given(title=LINES, author=LINES)
@example(title=NASTY, author=NASTY)
@settings(max_examples=50)
def test_a_whole_site_with_any_title(title: str, author: str) -> None:
    templates = Templates("site")
    values = {"title": title, "author": author, "language": "en", "theme": "basic"}
    values |= {"requirement": None, "foreign_theme": None}  # type: ignore[dict-item]
    texts = {name: templates.render(name, values) for name in templates.names()}
    assert value_of(texts["conf.py"], "project") == title
    assert value_of(texts["conf.py"], "author") == author
    _, front_matter, body = texts["index.md"].split("---\n", 2)
    assert yaml.safe_load(front_matter) == {"title": title}
    assert rendered_heading(body.strip().splitlines()[0]) == title


@given(LINES)
@example('"quoted"')
def test_a_whole_plugin_with_any_description(line: str) -> None:
    values = {"name": "n", "description": line, "class_name": "N"}
    for name in ("function.py", "class.py"):
        module = ast.parse(Templates("plugin").render(name, values))
        assert (ast.get_docstring(module, clean=False) or "").splitlines()[0] == line


@given(st.text(), st.text())
def test_a_title_is_one_line_or_refused(left: str, right: str) -> None:
    try:
        line = check_line(f"{left}\n{right}")
    except argparse.ArgumentTypeError:
        return
    assert line
    assert line.splitlines() == [line]
    assert line.encode()


@given(st.text())
@example("a-b")
@example("ﬁ-le")
def test_a_plugin_name_is_an_identifier_or_refused(text: str) -> None:
    try:
        name = check_plugin_name(text)
    except argparse.ArgumentTypeError:
        return
    assert name.module.isidentifier()
    assert not name.module.startswith("_")
    assert value_of(f"{name.module} = 1", name.module) == 1


# The style of what is laid down


@pytest.mark.skipif(RUFF is None, reason="ruff is not installed")
@pytest.mark.parametrize("title", ["Cook Book", 'Tom\'s "best" C:\\ {{ x }}'])
def test_what_is_laid_down_is_clean(run: Run, title: str) -> None:
    assert RUFF is not None
    run("site", "s", "--title", title)
    run("plugin", "maps", "--dir", "s")
    run("plugin", "count", "--class", "--dir", "s", "--description", f'{title} "and"')
    for arguments in (["check"], ["format", "--check", "--diff"]):
        command = [RUFF, arguments[0], "--isolated", "--no-cache", *arguments[1:], "s"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


# What comes with the package


def test_templates_are_in_the_checkout() -> None:
    assert resources.shipped("conf_template").is_dir()


def test_the_wheels_folder_comes_first(tmp_path: Path) -> None:
    package = tmp_path / "src" / "pronghorn"
    (package / "_shipped" / "plugins").mkdir(parents=True)
    (tmp_path / "plugins").mkdir()
    assert resources._find("plugins", package) == package / "_shipped" / "plugins"


def test_a_folder_beside_site_packages_is_not_ours(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "pronghorn"
    package.mkdir(parents=True)
    (tmp_path / "plugins").mkdir()
    with pytest.raises(FileNotFoundError, match=r"lacks its folder .*_shipped.plugins; install Pronghorn again"):
        resources._find("plugins", package)


def test_missing_templates_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Path:
        raise FileNotFoundError(f"this installation lacks {name}")

    monkeypatch.setattr("pronghorn.cli.new.templates.shipped", missing)
    done = run("site", "s")
    assert done.code == 1
    assert done.err == "pronghorn new: this installation lacks conf_template\n"


def test_only_templates_are_laid_down() -> None:
    folder = resources.shipped("conf_template")
    strange = [path for path in folder.rglob("*") if path.is_file() and path.suffix != SUFFIX]
    assert strange == []
