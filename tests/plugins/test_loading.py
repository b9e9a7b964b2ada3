"""Plugins of a site: how they are found and imported, and what happens when one is broken."""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from sphinx.errors import ConfigError

from pronghorn import PluginStatus, Site
from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly

HOME = "# Home\n"
GOOD = """\
def register_plugin(site):
    site.signals.page_added.connect(lambda page: print("good saw", page.docname))
"""
# Says when it is imported, when it is registered, and when its handler runs.
SPEAKER = """\
print("imported", __name__)

def register_plugin(site):
    print("registered", __name__)
    site.signals.plugins_loaded.connect(lambda: print("all loaded", __name__))
"""
WAY_OUT = "Nothing of it is active. Mend it, or add 'bad' to pronghorn_plugins_disabled."


def names(site: Site) -> list[str]:
    """Return the names of the site's own plugins."""
    return [info.name for info in site.plugins.values() if info.origin == "site"]


def loaded(site: Site) -> list[str]:
    """Return the names of the plugins that are active."""
    return [info.name for info in site.plugins.values() if info.active]


# --- A1: modules and packages ---


def test_a1_plugin_modules_and_packages(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/module.py": SPEAKER,
            "plugins/package/__init__.py": SPEAKER,
            "plugins/package/more.py": "raise RuntimeError('nobody imports this')",
        }
    )
    built = build_cleanly(site, "dummy")
    assert names(built.site) == ["module", "package"]
    assert loaded(built.site) == ["module", "package"]
    assert built.site.plugins["module"].file == site.source / "plugins/module.py"
    assert built.site.plugins["package"].file == site.source / "plugins/package/__init__.py"
    out = capsys.readouterr().out
    for name in ("module", "package"):
        for said in ("imported", "registered", "all loaded"):
            assert out.count(f"{said} pronghorn_site.plugins.{name}\n") == 1


def test_a1_register_plugin_is_called_once_after_import(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    build_cleanly(make_site({"index.md": HOME, "plugins/a.py": SPEAKER}), "dummy")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith("plugins.a")]
    assert [line.rpartition(" ")[0] for line in lines] == ["imported", "registered", "all loaded"]


def test_a1_plugins_are_loaded_in_order_of_their_names(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    files = {f"plugins/{name}": SPEAKER for name in ("c.py", "b/__init__.py", "a.py", "d.py")}
    build_cleanly(make_site({"index.md": HOME, **files}), "dummy")
    order = re.findall(r"registered pronghorn_site\.plugins\.(\w)", capsys.readouterr().out)
    assert order == ["a", "b", "c", "d"]


def test_a1_what_is_no_plugin_is_passed_over(make_site: MakeSite) -> None:
    broken = "raise RuntimeError('imported')"
    site = make_site(
        {
            "index.md": HOME,
            "plugins/_private.py": broken,
            "plugins/__init__.py": broken,
            "plugins/.hidden.py": broken,
            "plugins/_package/__init__.py": broken,
            "plugins/.git/__init__.py": broken,
            "plugins/notes.txt": broken,
            "plugins/folder/module.py": broken,
            "plugins/README.md": "# No page\n",
            "plugins/good.py": GOOD,
        }
    )
    built = build_cleanly(site)
    assert names(built.site) == ["good"]
    assert [page.docname for page in built.site.pages] == ["index"]


def test_a1_plugin_named_as_a_module_of_the_standard_library(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    import json  # noqa: PLC0415 - it must be the same one after the build

    site = make_site(
        {
            "index.md": HOME,
            "plugins/json.py": "import json\nprint('dumped', json.dumps([1]), __name__)\n" + GOOD,
            "plugins/random/__init__.py": "from random import choice\n" + GOOD,
        }
    )
    built = build_cleanly(site, "dummy")
    assert loaded(built.site) == ["json", "random"]
    assert "dumped [1] pronghorn_site.plugins.json\n" in capsys.readouterr().out
    assert sys.modules["json"] is json


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("my-plugin", "my_plugin"),
        ("v1.2", "v1_2"),
        ("two words", "two_words"),
        ("class", "class"),
        ("1st", "1st"),
        ("größe", "größe"),
    ],
)
@pytest.mark.parametrize("form", ["{}.py", "{}/__init__.py"])
def test_a1_plugin_whose_name_is_no_identifier(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], form: str, name: str, module: str
) -> None:
    site = make_site({"index.md": HOME, "plugins/" + form.format(name): SPEAKER})
    assert loaded(build_cleanly(site, "dummy").site) == [name]
    assert f"registered pronghorn_site.plugins.{module}\n" in capsys.readouterr().out


def test_a1_relative_imports_inside_a_plugin_package(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/pack/__init__.py": """
                from . import sub
                from .deep.er import WORD
                from .sub import NUMBER

                def register_plugin(site):
                    print("pack has", NUMBER, WORD, sub.pack.__name__)
            """,
            "plugins/pack/sub.py": "import pronghorn_site.plugins.pack as pack\nNUMBER = 1\n",
            "plugins/pack/deep/__init__.py": "",
            "plugins/pack/deep/er.py": "from ..sub import NUMBER\nWORD = 'word' * (NUMBER + 1)\n",
        }
    )
    build_cleanly(site, "dummy")
    assert "pack has 1 wordword pronghorn_site.plugins.pack\n" in capsys.readouterr().out


def test_a1_two_sites_in_one_process_have_their_own_plugins(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        code = f"def register_plugin(site):\n    print('this is', {number})\n"
        build_cleanly(make_site({"index.md": HOME, "plugins/same.py": code}), "dummy")
    assert re.findall(r"this is (\d)", capsys.readouterr().out) == ["1", "2"]


def test_a1_module_may_define_setup_of_sphinx_too(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        def setup(app):
            app.add_config_value("shout", "quiet", "env")
            app.connect("config-inited", lambda app, config: print("shout is", config.shout))
            print("setup first")

        def register_plugin(site):
            print("then register_plugin")
    """
    only_setup = "def setup(app):\n    print('only setup')\n"
    site = make_site(
        {"index.md": HOME, "plugins/both.py": code, "plugins/only.py": only_setup}, conf="shout = 'loud'\n"
    )
    built = build_cleanly(site, "dummy")
    assert loaded(built.site) == ["both", "only"]
    out = capsys.readouterr().out
    assert re.findall("setup first|then register_plugin|only setup|shout is loud", out) == [
        "setup first",
        "then register_plugin",
        "only setup",
        "shout is loud",
    ]


@pytest.mark.parametrize("builder", ["html", "text"])
def test_a1_no_byte_code_and_nothing_else_is_written_below_the_source(make_site: MakeSite, builder: str) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/a.py": "from . import b, pack\nfrom ._private import X\n" + GOOD,
            "plugins/b.py": GOOD,
            "plugins/_private.py": "X = 1\n",
            "plugins/pack/__init__.py": "from .sub import X\n" + GOOD,
            "plugins/pack/sub.py": "X = 1\n",
        }
    )
    before = site.files()
    result = site.build(builder)
    assert result.exit_code == 0, result.warnings
    assert result.warnings == ""
    assert site.files() == before
    assert [path for path in site.source.rglob("*") if path.name == "__pycache__"] == []


# --- B5: plugins import each other ---


def test_b5_plugins_import_from_each_other(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/first.py": """
                from pronghorn_site.plugins import second
                from pronghorn_site.plugins.third import NUMBER
                from . import _shared

                def register_plugin(site):
                    print("first sees", second.WORD, NUMBER, _shared.SECRET)
            """,
            "plugins/second.py": "WORD = 'word'\n" + GOOD,
            "plugins/third/__init__.py": "NUMBER = 3\n" + GOOD,
            "plugins/_shared.py": "SECRET = 'secret'\n",
        }
    )
    build_cleanly(site, "dummy")
    assert "first sees word 3 secret\n" in capsys.readouterr().out


def test_b5_imported_plugin_is_the_one_that_is_registered(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/first.py": """
                from pronghorn_site.plugins import second

                def register_plugin(site):
                    site.signals.plugins_loaded.connect(lambda: print("colours:", second.COLOURS))
            """,
            "plugins/second.py": """
                print("second is imported")
                COLOURS = []

                def register_plugin(site):
                    COLOURS.append("red")
            """,
        }
    )
    build_cleanly(site, "dummy")
    out = capsys.readouterr().out
    assert "colours: ['red']\n" in out
    assert out.count("second is imported") == 1


@pytest.mark.parametrize("requires", ["", "__requires__ = ['z-last']\n"])
def test_b5_plugin_with_a_hyphen_is_imported_with_underscores(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], requires: str
) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/a.py": requires + "from pronghorn_site.plugins import z_last\nprint('a has', z_last.X)\n" + GOOD,
            "plugins/z-last.py": "X = 'x'\n" + GOOD,
        }
    )
    assert loaded(build_cleanly(site, "dummy").site) == ["a", "z-last"]
    assert "a has x\n" in capsys.readouterr().out


def test_b5_required_plugins_are_loaded_first(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/a.py": "__requires__ = ['c', 'b']\n" + SPEAKER,
            "plugins/b.py": "__requires__: list[str] = ['d']\n" + SPEAKER,
            "plugins/c.py": SPEAKER,
            "plugins/d/__init__.py": "__requires__ = ()\n" + SPEAKER,
        }
    )
    build_cleanly(site, "dummy")
    out = capsys.readouterr().out
    assert re.findall(r"imported pronghorn_site\.plugins\.(\w)", out) == ["d", "b", "c", "a"]
    assert re.findall(r"registered pronghorn_site\.plugins\.(\w)", out) == ["d", "b", "c", "a"]


def test_b5_import_of_a_plugin_that_fails_is_a_fault_of_both(make_site: MakeSite) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/a.py": "from pronghorn_site.plugins import bad\n" + GOOD,
            "plugins/bad.py": "\n1 / 0\n" + GOOD,
            "plugins/good.py": GOOD,
        }
    )
    built = build(site, "dummy")
    assert loaded(built.site) == ["good"]
    assert "plugin 'a' is not loaded: plugins/" in built.warnings
    assert "plugin 'bad' is not loaded: plugins/bad.py:2: ZeroDivisionError: division by zero" in built.warnings


def test_b5_two_plugins_that_would_be_imported_by_one_name_are_told(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugins/my-plugin.py": GOOD, "plugins/my_plugin.py": GOOD})
    built = build(site, "dummy")
    assert len(loaded(built.site)) == 1
    (failed,) = {"my-plugin", "my_plugin"} - set(loaded(built.site))
    assert f"plugin '{failed}' is not loaded: plugins/{failed}.py" in built.warnings
    assert loaded(built.site)[0] + ".py' is imported by the same name; rename one of them" in built.warnings


# --- D2: folders ---


def test_d2_plugin_folders_come_from_the_configuration(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "far.py").write_text(SPEAKER, encoding="utf-8")
    site = make_site(
        {"index.md": HOME, "ext/near.py": SPEAKER, "plugins/unasked.py": SPEAKER},
        conf=f"pronghorn_plugins_path = ['ext', {str(elsewhere)!r}]",
    )
    assert names(build_cleanly(site, "dummy").site) == ["near", "far"]
    assert "unasked" not in capsys.readouterr().out


@pytest.mark.parametrize("given", [r"my\plugs", "my/plugs", "my/plugs/", "./my/plugs", r".\my\plugs"])
def test_d2_either_slash_separates_in_plugins_path(make_site: MakeSite, given: str) -> None:
    site = make_site({"index.md": HOME, "my/plugs/a.py": GOOD}, conf=f"pronghorn_plugins_path = [{given!r}]")
    assert loaded(build_cleanly(site, "dummy").site) == ["a"]


def test_d2_folder_beside_the_source_is_relative_to_conf_py(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME}, conf="pronghorn_plugins_path = ['../beside']")
    (site.root / "beside").mkdir()
    (site.root / "beside/a.py").write_text(GOOD, encoding="utf-8")
    assert loaded(build_cleanly(site, "dummy").site) == ["a"]


def test_d2_default_folder_that_does_not_exist_is_no_fault(make_site: MakeSite) -> None:
    assert names(build_cleanly(make_site({"index.md": HOME}), "dummy").site) == []


@pytest.mark.parametrize("folder", ["nowhere", "plugins"])
def test_d2_given_folder_that_does_not_exist_is_a_warning(make_site: MakeSite, folder: str) -> None:
    site = make_site({"index.md": HOME}, conf=f"pronghorn_plugins_path = ['{folder}']")
    built = build(site, "dummy")
    assert built.exit_code == 0
    assert f"{site.source / 'conf.py'}:1: WARNING: " in built.warnings
    assert f"pronghorn_plugins_path: there is no folder '{folder}' ({site.source / folder})" in built.warnings
    assert "[pronghorn.config]" in built.warnings


def test_d2_folder_that_is_a_file_is_a_warning(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugs": "hello"}, conf="pronghorn_plugins_path = ['plugs']")
    warnings = build(site, "dummy").warnings
    assert "conf.py:1: WARNING: " in warnings
    assert "pronghorn_plugins_path: 'plugs' is a file; it should be a folder [pronghorn.config]" in warnings


def test_d2_default_folder_that_is_a_file_is_no_fault(make_site: MakeSite) -> None:
    build_cleanly(make_site({"index.md": HOME, "plugins": "a page of Sphinx's could be named so"}), "dummy")


@pytest.mark.parametrize("given", [".", "..", "", "../../", "link"])
def test_d2_folder_that_holds_the_source_is_an_error(make_site: MakeSite, given: str) -> None:
    site = make_site({"index.md": HOME, "a.py": GOOD}, conf=f"pronghorn_plugins_path = ['{given}']")
    (site.source / "link").symlink_to(site.source)
    with pytest.raises(ConfigError) as caught:
        build(site, "dummy")
    message = str(caught.value)
    assert str(site.source / "conf.py") in message
    assert f"plugins_path: '{given}' is or contains the source directory" in message
    assert "give plugins a folder of their own" in message


def _link_to_itself(plugins: Path) -> None:
    (plugins / "loop").symlink_to(plugins)
    (plugins / "self").symlink_to("self")
    (plugins / "self.py").symlink_to("self.py")


def _links_inside_a_package(plugins: Path) -> None:
    (plugins / "pack/loop").symlink_to(plugins / "pack")
    (plugins / "pack/up").symlink_to(plugins.parent)


def _link_to_nothing(plugins: Path) -> None:
    (plugins / "gone.py").symlink_to(plugins / "nowhere.py")
    (plugins / "gone").symlink_to(plugins / "nowhere")


@pytest.mark.parametrize("link", [_link_to_itself, _links_inside_a_package, _link_to_nothing])
def test_d2_links_that_lead_nowhere_or_back(make_site: MakeSite, link: Callable[[Path], None]) -> None:
    site = make_site({"index.md": HOME, "plugins/__init__.py": "", "plugins/pack/__init__.py": GOOD})
    link(site.source / "plugins")
    with site.app("dummy") as app:  # the source is not compared with itself: listing it would follow the links
        app.build()
        found = app.pronghorn_site  # type: ignore[attr-defined]
        assert names(found) == loaded(found) == ["pack"]
        assert [page.docname for page in found.pages] == ["index"]


def test_d2_links_to_plugins_are_plugins(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugins/own.py": GOOD})
    shared = site.root / "shared"
    (shared / "pack").mkdir(parents=True)
    for file in ("module.py", "pack/__init__.py"):
        (shared / file).write_text(GOOD, encoding="utf-8")
    (site.source / "plugins/linked.py").symlink_to(shared / "module.py")
    (site.source / "plugins/pack").symlink_to(shared / "pack")
    assert loaded(build_cleanly(site, "dummy").site) == ["linked", "own", "pack"]


def test_d2_extension_that_conf_py_lists_twice_is_set_up_once(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(
        {"index.md": HOME, "plugins/a.py": SPEAKER}, conf="extensions = ['pronghorn', 'myst_parser', 'pronghorn']"
    )
    build_cleanly(site, "dummy")
    out = capsys.readouterr().out
    assert out.count("registered") == 1
    assert out.count("all loaded") == 1


def test_d2_first_of_two_folders_wins_and_the_registry_says_so(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "def register_plugin(site):\n    print('from', __file__)\n"
    site = make_site(
        {"index.md": HOME, "one/a.py": said, "two/a.py": said, "two/b.py": said},
        conf="pronghorn_plugins_path = ['one', 'two']",
    )
    built = build_cleanly(site, "dummy")
    assert re.findall(r"from .*/(\w+/\w\.py)", capsys.readouterr().out) == ["one/a.py", "two/b.py"]
    assert built.site.plugins["a"].overrides.startswith("site plugin")
    assert built.site.plugins["b"].overrides == ""


def test_d2_folder_given_twice_is_one(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "one/a.py": GOOD}, conf="pronghorn_plugins_path = ['one', './one/']")
    built = build_cleanly(site, "dummy")
    assert names(built.site) == ["a"]
    assert built.site.plugins["a"].overrides == ""


def test_d2_plugins_path_on_the_command_line(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "ext/a.py": SPEAKER, "more/b.py": SPEAKER, "plugins/c.py": SPEAKER})
    result = site.build("dummy", "-D", "pronghorn_plugins_path=ext,more", "-D", "pronghorn_plugins_disabled=b")
    assert result.warnings == ""
    assert re.findall(r"registered pronghorn_site\.plugins\.(\w)", result.out) == ["a"]


def test_d2_misspelt_plugin_on_the_command_line_names_the_option(make_site: MakeSite) -> None:
    site = make_site({"index.md": HOME, "plugins/gallery.py": GOOD})
    warnings = site.build("dummy", "-D", "pronghorn_plugins_disabled=galery").warnings
    assert "-D pronghorn_plugins_disabled: there is no plugin 'galery'; did you mean 'gallery'?" in warnings
    assert "conf.py" not in warnings


# --- Bad input: one broken plugin beside a good one ---


def build_with_bad(make_site: MakeSite, code: str | bytes, others: Mapping[str, str | bytes] | None = None) -> Built:
    """Build a site whose plugin ``bad`` has *code*, and check that nothing else suffers."""
    text = dedent(code) if isinstance(code, str) else code
    files = {"index.md": HOME, "plugins/bad.py": text, "plugins/good.py": GOOD, **(others or {})}
    built = build(make_site(files), "dummy")
    assert built.exit_code == 0
    assert built.docs_read == ("index",)
    assert built.site.plugins["good"].status == PluginStatus.LOADED
    assert built.site.plugins["bad"].status == PluginStatus.FAILED
    return built


def assert_told(built: Built, file: str, line: int, said: str) -> None:
    """Check that the one warning tells plugin, file, line, reason and way out, and that the registry does."""
    place = f"{file}:{line}"
    first, second = built.warnings.splitlines()
    assert re.match(rf".*/source/{re.escape(place)}: WARNING: ", first), first
    assert f"plugin 'bad' is not loaded: {place}: {said}" in first
    assert WAY_OUT in second
    assert second.endswith("[pronghorn.plugin]")
    assert built.site.plugins["bad"].error.startswith(f"{place}: {said}")


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        pytest.param("x = 1\ndef f(:\n    pass\n", 2, "SyntaxError: invalid syntax in `def f(:`", id="syntax"),
        pytest.param("def f():\n\tx = 1\n        y = 2\n", 3, "TabError: inconsistent use of tabs", id="tabs"),
        pytest.param("x = 1\nx = 'é'\n".encode("latin-1"), 2, "SyntaxError: ", id="not-utf-8"),
        pytest.param("x = 1\nimport nowhere_at_all\n", 2, "ModuleNotFoundError: No module named", id="import"),
        pytest.param("\nimport sys\nsys.exit(3)\n", 3, "it called sys.exit(3)", id="sys-exit-at-import"),
        pytest.param(
            "import sys\ndef register_plugin(site):\n    sys.exit('enough')\n",
            3,
            "it called sys.exit('enough')",
            id="sys-exit-in-register",
        ),
        pytest.param(
            "def register_plugin(site):\n    return register_plugin(site)\n",
            2,
            "RecursionError: maximum recursion depth exceeded",
            id="infinite-recursion",
        ),
        pytest.param(
            "def register_plugin(site):\n    raise ValueError\n", 2, "ValueError", id="exception-without-text"
        ),
        pytest.param(
            "def register_plugin(site):\n    site.signals.page_aded\n",
            2,
            "AttributeError: no signal 'page_aded'; did you mean 'page_added'?",
            id="misspelt-signal",
        ),
        pytest.param(
            "def register_plugin(site):\n    site.signals.page_added.connect(3)\n",
            2,
            "signal 'page_added': a handler is a function, not 3",
            id="handler-is-no-function",
        ),
        pytest.param(
            "def done():\n    pass\ndef register_plugin(site):\n    site.signals.page_added.connect(done())\n",
            4,
            "signal 'page_added': a handler is a function, not None",
            id="handler-is-called-by-mistake",
        ),
        pytest.param(
            "def many(page, b, c):\n    pass\ndef register_plugin(site):\n    site.signals.page_added.connect(many)\n",
            1,
            "`many` needs 3 arguments, but signal 'page_added' gives 1: page",
            id="handler-with-too-many-arguments",
        ),
        pytest.param(
            "def two(page, *, b):\n    pass\ndef register_plugin(site):\n    site.signals.page_added.connect(two)\n",
            1,
            "`two` needs 2 arguments, but signal 'page_added' gives 1: page",
            id="handler-with-a-keyword-argument",
        ),
    ],
)
def test_a1_broken_plugin_is_told_with_file_line_and_way_out(
    make_site: MakeSite, code: str | bytes, line: int, said: str
) -> None:
    assert_told(build_with_bad(make_site, code), "plugins/bad.py", line, said)


def test_a1_fault_inside_a_plugin_package_names_the_file_inside(make_site: MakeSite) -> None:
    files = {
        "index.md": HOME,
        "plugins/good.py": GOOD,
        "plugins/bad/__init__.py": "from . import sub\n",
        "plugins/bad/sub.py": "\n\n1 / 0\n",
    }
    built = build(make_site(files), "dummy")
    assert_told(built, "plugins/bad/sub.py", 3, "ZeroDivisionError: division by zero")


def test_a1_fault_in_a_library_names_the_line_of_the_plugin(make_site: MakeSite) -> None:
    built = build_with_bad(make_site, "import json\n\ndef register_plugin(site):\n    json.loads('{')\n")
    assert_told(built, "plugins/bad.py", 4, "JSONDecodeError: Expecting property name")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param("", "neither register_plugin(site) nor setup(app)", id="empty"),
        pytest.param("def register_plugins(site):\n    pass\n", "rename `register_plugins`", id="misspelt"),
        pytest.param("def register_plugin():\n    pass\n", "register_plugin() takes 0 positional", id="no-argument"),
        pytest.param("register_plugin = 3\n", "its `register_plugin` is not a function", id="no-function"),
        pytest.param("x = 1\n\0\n", "SyntaxError: source code string cannot contain null bytes", id="null-byte"),
    ],
)
def test_a1_broken_plugin_as_a_whole_is_told_with_its_file(make_site: MakeSite, code: str, said: str) -> None:
    assert_told_somewhere(build_with_bad(make_site, code), said)


def assert_told_somewhere(built: Built, said: str) -> None:
    """Check a warning about a fault that has a file, and any line of it."""
    warning = built.warnings[: built.warnings.index("[pronghorn.plugin]")]
    assert re.match(r".*/source/plugins/bad\.py:\d+: WARNING: ", warning), warning
    assert re.search(r"plugin 'bad' is not loaded: plugins/bad\.py(:\d+)?: ", warning)
    assert said in warning
    assert WAY_OUT in warning
    assert said in built.site.plugins["bad"].error


def test_broken_attribute_error_inside_register_plugin_is_no_missing_entry_point(make_site: MakeSite) -> None:
    built = build_with_bad(make_site, "def register_plugin(site):\n    site.no_such_thing\n")
    assert_told(built, "plugins/bad.py", 2, "AttributeError: 'Site' object has no attribute 'no_such_thing'")
    assert "neither" not in built.warnings


@pytest.mark.parametrize(
    ("code", "others", "said"),
    [
        pytest.param(
            "__requires__ = ['god']\n" + GOOD,
            {},
            "it requires plugin 'god', which does not exist; did you mean 'good'?",
            id="missing",
        ),
        pytest.param("__requires__ = ['bad']\n" + GOOD, {}, "a circle of requirements: bad requires bad", id="self"),
        pytest.param(
            "__requires__ = ['other']\n" + GOOD,
            {"plugins/other.py": "__requires__ = ['third']\n", "plugins/third.py": "__requires__ = ['bad']\n"},
            "a circle of requirements: bad requires other requires third requires bad",
            id="circle",
        ),
        pytest.param(
            "__requires__ = ['worse']\n" + GOOD,
            {"plugins/worse.py": "1 / 0\n"},
            "it requires plugin 'worse', which failed",
            id="failed",
        ),
        pytest.param(
            "__requires__ = ['unasked']\n" + GOOD,
            {"plugins/unasked.py": GOOD, "pronghorn.toml": "plugins_disabled = ['unasked']\n"},
            "it requires plugin 'unasked', which is disabled",
            id="disabled",
        ),
        pytest.param("__requires__ = 'good'\n" + GOOD, {}, "__requires__ must be a list of names", id="string"),
        pytest.param(
            "NAME = 'good'\n__requires__ = [NAME]\n" + GOOD, {}, "__requires__ must be a list of names", id="computed"
        ),
        pytest.param("__requires__ = [1]\n" + GOOD, {}, "__requires__ must be a list of names", id="numbers"),
        pytest.param("__conflicts__ = {}\n" + GOOD, {}, "__conflicts__ must be a list of names", id="conflicts-dict"),
        pytest.param(
            "__conflicts__ = ['good']\n" + GOOD, {}, "it conflicts with plugin 'good', which is loaded", id="conflict"
        ),
    ],
)
def test_b5_requirements_that_cannot_be_met_are_told(
    make_site: MakeSite, code: str, others: dict[str, str | bytes], said: str
) -> None:
    built = build_with_bad(make_site, code, others)
    ours = next(part for part in re.split(r"(?m)^(?=/)", built.warnings) if "plugin 'bad'" in part)
    assert re.match(r".*/source/plugins/bad\.py:\d+: WARNING: ", ours), ours
    assert said in ours
    assert WAY_OUT in ours
    assert said in built.site.plugins["bad"].error


def test_b5_circle_takes_only_its_members_and_those_that_need_them(make_site: MakeSite) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/a.py": "__requires__ = ['b']\n" + GOOD,
            "plugins/b.py": "__requires__ = ['a']\n" + GOOD,
            "plugins/c.py": "__requires__ = ['a']\n" + GOOD,
            "plugins/d.py": GOOD,
        }
    )
    built = build(site, "dummy")
    assert {name: info.status for name, info in built.site.plugins.items() if name in {"a", "b", "c", "d"}} == {
        "a": "failed",
        "b": "failed",
        "c": "failed",
        "d": "loaded",
    }


# --- Rollback ---

HALF_REGISTERED = """\
from dataclasses import dataclass

from pronghorn import Content, hookimpl


@dataclass
class Options:
    number: int = 1


class Hooks:
    @hookimpl
    def page_added(self, page):
        print("trace: hook")


def trace(*args):
    print("trace: handler")


def read(page):
    print("trace: reader")
    return Content("md", "# Read")


def add_filter(env):
    env.filters["left_over"] = str


def listen_to_page(page):
    page.metadata_created.connect(trace)


def register_all(site):
    site.config.update_plugin_table("bad", Options())
    for signal in site.signals:
        signal.connect(trace)
    site.signals.page_added.connect(listen_to_page)
    site.signals.jinja_environment_prepared.connect(add_filter)
    site.signals.register_signal("custom").connect(trace)
    site.readers.register_reader(deduce_url=lambda path: "moved", condition=lambda path: path.ext == "txt", read=read)
    site.plugins.register(Hooks())
    site.app.connect("pronghorn-page-added", trace)
    site.app.connect("source-read", trace, priority=1)
    site.app.connect("env-updated", trace)
"""
MISSPELT = """\
class Misspelt:
    @hookimpl
    def page_aded(self, page):
        pass
"""


def assert_no_trace(built: Built, out: str) -> None:
    """Check that nothing of :data:`HALF_REGISTERED` was active in a build."""
    site = built.site
    assert "trace" not in out
    assert "good saw index" in out
    assert [page.docname for page in site.pages] == ["index"]
    assert len(site.readers) == 0
    assert type(site.config.plugins.bad).__name__ != "Options"
    assert "left_over" not in site.app.builder.templates.environment.filters
    assert site.plugins["bad"].hooks == []
    assert site.signal_table.heard_by("bad") == set()


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("def register_plugin(site):\n    register_all(site)\n    1 / 0\n", id="in-register"),
        pytest.param("def setup(app):\n    app.connect('env-updated', trace)\n    1 / 0\n", id="in-setup"),
        pytest.param(
            MISSPELT + "def register_plugin(site):\n    register_all(site)\n    site.plugins.register(Misspelt())\n",
            id="misspelt-hook-found-when-all-are-loaded",
        ),
        pytest.param("def register_plugin(site):\n    register_all(site)\n    exit()\n", id="exit"),
    ],
)
def test_broken_half_registered_plugin_is_rolled_back_wholly(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    files = {
        "index.md": HOME,
        "notes.txt": "no page",
        "plugins/bad.py": HALF_REGISTERED + end,
        "plugins/good.py": GOOD,
        "pronghorn.toml": "[plugins.bad]\nnumber = 2\n",
    }
    built = build(make_site(files))
    assert built.site.plugins["bad"].status == PluginStatus.FAILED
    assert_no_trace(built, capsys.readouterr().out)


def test_a1_that_a_plugin_registers_is_what_the_rollback_test_looks_for(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = HALF_REGISTERED + "def register_plugin(site):\n    register_all(site)\n"
    files = {"index.md": HOME, "notes.txt": "a page", "plugins/bad.py": code}
    built = build(make_site(files))
    out = capsys.readouterr().out
    assert {"trace: hook", "trace: handler", "trace: reader"} <= set(out.splitlines())
    assert [page.docname for page in built.site.pages] == ["index", "notes"]
    assert "left_over" in built.site.app.builder.templates.environment.filters
    assert built.site.plugins["bad"].hooks == ["page_added"]


def test_broken_rollback_leaves_what_another_plugin_registered_meanwhile(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = """
        def register_plugin(site):
            site.plugins.load("later")
            1 / 0
    """
    later = """
        def register_plugin(site):
            site.signals.page_added.connect(lambda: print("later heard the signal"))
            site.app.connect("source-read", lambda *args: print("later heard Sphinx"))
    """
    built = build_with_bad(make_site, code, {"plugins/later.py": later})
    assert built.site.plugins["later"].status == PluginStatus.LOADED
    out = capsys.readouterr().out
    assert out.count("later heard the signal") == 1
    assert out.count("later heard Sphinx") == 1


def test_broken_other_errors_do_not_kill_the_build_and_name_the_plugin(make_site: MakeSite) -> None:
    class_code = "class Odd(Exception):\n    def __str__(self):\n        return 'odd: ' + 'x' * 3\n"
    built = build_with_bad(make_site, class_code + "def register_plugin(site):\n    raise Odd\n")
    assert_told(built, "plugins/bad.py", 5, "Odd: odd: xxx")


def test_a1_failing_plugin_is_a_failed_build_with_warnings_as_errors(make_site: MakeSite) -> None:
    files = {"index.md": HOME, "plugins/bad.py": "1 / 0\n", "plugins/good.py": SPEAKER}
    site = make_site(files)
    result = site.build("html", warnings_are_errors=True)
    assert result.exit_code == 1
    assert "plugin 'bad' is not loaded: plugins/bad.py:1: ZeroDivisionError" in result.warnings
    assert "all loaded pronghorn_site.plugins.good" in result.out
    assert result.exists("index.html")


def test_a1_disabled_plugin_is_not_even_imported(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(
        {"index.md": HOME, "plugins/bad.py": "print('imported')\n1 / 0\n"}, conf="pronghorn_plugins_disabled = ['bad']"
    )
    built = build_cleanly(site, "dummy")
    assert "imported" not in capsys.readouterr().out
    assert built.site.plugins["bad"].status == PluginStatus.DISABLED


def test_a1_files_of_plugins_are_no_pages(make_site: MakeSite) -> None:
    site = make_site(
        {
            "index.md": HOME,
            "plugins/index.py": GOOD,
            "plugins/pack/__init__.py": GOOD,
            "plugins/pack/README.md": "# Part of the plugin\n",
            "plugins/pack/README.rst": "Two of one name\n",
        }
    )
    assert [page.docname for page in build_cleanly(site).site.pages] == ["index"]
