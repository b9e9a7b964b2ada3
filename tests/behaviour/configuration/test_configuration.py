"""Configuration: the site's own keys, the tables of plugins, and what is said about wrong ones."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ConfigError

from pronghorn import Metadata, PluginStatus
from pronghorn.configuration.keys import KEYS
from pronghorn.configuration.tables import PlainTable
from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly

HOME = "# Home\n"
GOOD = "def register_plugin(site):\n    pass\n"
DATACLASS = """\
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Options:
    number: int = 3
    ratio: float = 0.5
    names: list[str] = field(default_factory=lambda: ["foo", "bar"])
    flag: bool = False
    word: str | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    folder: Path = Path("there")

    def twice(self):
        return self.number * 2


def register_plugin(site):
    options = site.config.update_plugin_table("gallery", Options())
    print(options.twice(), options, options is site.config.plugins.gallery)
"""
ATTRS = """\
import attr
from typing import List


@attr.s(auto_attribs=True)
class MyPluginCfg:
    number: int = 3
    names: List[str] = attr.Factory(lambda: ["foo", "bar"])

    @property
    def twice(self):
        return self.number * 2


def register_plugin(site):
    options = site.config.update_plugin_table("gallery", MyPluginCfg())
    print(options.twice, options, site.config.plugins["gallery"] is options)
"""
PLAIN = """\
def register_plugin(site):
    table = site.config.plugins.gallery
    print(dict(table), table.get("section.key", "default_value"))
"""
WAY_OUT = "Nothing of it is active. Mend it, or add 'gallery' to pronghorn_plugins_disabled."


def gallery_of(built: Built) -> Any:
    """Return the table of the plugin that all these sites have."""
    return built.site.config.plugins.gallery


def build_gallery(make_site: MakeSite, files: Mapping[str, str | bytes], conf: str = "") -> Built:
    """Build a site with the plugin ``gallery`` (:data:`DATACLASS`, if *files* has none) without a complaint."""
    return build_cleanly(make_site({"index.md": HOME, "plugins/gallery.py": DATACLASS, **files}, conf), "dummy")


# --- A7: tables ---


@pytest.mark.parametrize(
    ("files", "conf"),
    [
        ({"pronghorn.toml": "[plugins.gallery]\nnumber = 4\n"}, ""),
        ({"configs/gallery.toml": "number = 4\n"}, ""),
        ({"configs/gallery.ini": "[gallery]\nnumber = 4\n"}, ""),
        ({}, "pronghorn_plugins = {'gallery': {'number': 4}}"),
    ],
    ids=["pronghorn.toml", "configs-toml", "configs-ini", "conf.py"],
)
@pytest.mark.parametrize("code", [DATACLASS, ATTRS], ids=["dataclass", "attrs"])
def test_a7_table_has_the_values_of_the_site_and_keeps_defaults_and_types(
    make_site: MakeSite, code: str, files: dict[str, str], conf: str
) -> None:
    options = gallery_of(build_gallery(make_site, {"plugins/gallery.py": code, **files}, conf))
    assert (options.number, options.names) == (4, ["foo", "bar"])


@pytest.mark.parametrize("code", [DATACLASS, ATTRS], ids=["dataclass", "attrs"])
def test_broken_config_tables_keep_their_methods(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    files = {"plugins/gallery.py": code, "pronghorn.toml": "[plugins.gallery]\nnumber = 4\n"}
    build_gallery(make_site, files)
    assert re.match(r"8 \w+\(number=4, .*\) True\n", capsys.readouterr().out)


def test_a7_without_values_a_table_has_its_defaults(make_site: MakeSite) -> None:
    options = gallery_of(build_gallery(make_site, {}))
    assert (options.number, options.names, options.flag, options.word) == (3, ["foo", "bar"], False, None)


def test_a7_later_files_win_key_by_key(make_site: MakeSite) -> None:
    files = {
        "configs/gallery.ini": "[gallery]\nnumber = 1\nratio = 1\nword = ini\nflag = on\nnames = ini\n",
        "configs/gallery.toml": "number = 2\nratio = 2\nword = 'configs'\nflag = false\n",
        "pronghorn.toml": "[plugins.gallery]\nnumber = 3\nratio = 3.5\nword = 'toml'\n",
    }
    options = gallery_of(build_gallery(make_site, files, "pronghorn_plugins = {'gallery': {'number': 4}}"))
    assert (options.number, options.ratio, options.word, options.flag, options.names) == (
        4,
        3.5,
        "toml",
        False,
        ["ini"],
    )


def test_a7_every_kind_of_value_can_be_given_in_toml(make_site: MakeSite) -> None:
    table = """
        [plugins.gallery]
        number = 1
        ratio = 2
        names = ["a", "b"]
        flag = true
        word = "w"
        sizes = {small = 1, large = 2}
        folder = "pictures/new"
    """
    options = gallery_of(build_gallery(make_site, {"pronghorn.toml": table}))
    assert (options.number, options.ratio, options.names, options.flag) == (1, 2, ["a", "b"], True)
    assert (options.word, options.sizes, options.folder) == ("w", {"small": 1, "large": 2}, Path("pictures/new"))


def test_a7_values_of_an_ini_file_get_the_declared_types(make_site: MakeSite) -> None:
    ini = """
        [gallery]
        number = 7
        ratio = 1e-2
        names = a, b , c
        flag = Yes
        word = 100% literal
        folder = pictures/new
    """
    options = gallery_of(build_gallery(make_site, {"configs/gallery.ini": ini}))
    assert (options.number, options.ratio, options.names, options.flag) == (7, 0.01, ["a", "b", "c"], True)
    assert (options.word, options.folder) == ("100% literal", Path("pictures/new"))


def test_a7_types_may_be_written_as_strings(make_site: MakeSite) -> None:
    code = "from __future__ import annotations\n" + DATACLASS
    files = {"plugins/gallery.py": code, "configs/gallery.ini": "[gallery]\nnumber = 7\n"}
    assert gallery_of(build_gallery(make_site, files)).number == 7


def test_a7_tables_are_copies(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = DATACLASS.replace("site.config.update_plugin_table", "DEFAULTS, site.config.update_plugin_table")
    code = code.partition("def register_plugin")[0] + (
        "DEFAULTS = Options()\n\n\n"
        "def register_plugin(site):\n"
        "    given = site.config.update_plugin_table('gallery', DEFAULTS)\n"
        "    print(DEFAULTS.number, given.number)\n"
    )
    build_gallery(make_site, {"plugins/gallery.py": code, "configs/gallery.toml": "number = 9\n"})
    assert capsys.readouterr().out == "3 9\n"


@pytest.mark.parametrize(
    ("files", "conf", "place"),
    [
        ({"pronghorn.toml": "[plugins.gallery]\nnumbr = 4\n"}, "", "pronghorn.toml"),
        ({"configs/gallery.toml": "numbr = 4\n"}, "", "configs/gallery.toml"),
        ({"configs/gallery.ini": "[gallery]\nnumbr = 4\n"}, "", "configs/gallery.ini"),
        ({}, "pronghorn_plugins = {'gallery': {'numbr': 4}}", "conf.py"),
    ],
    ids=["pronghorn.toml", "configs-toml", "configs-ini", "conf.py"],
)
def test_a7_unknown_option_is_a_warning_with_did_you_mean(
    make_site: MakeSite, files: dict[str, str], conf: str, place: str
) -> None:
    site = make_site({"index.md": HOME, "plugins/gallery.py": DATACLASS, **files}, conf)
    built = build(site, "dummy")
    assert re.fullmatch(
        rf"{re.escape(str(site.source / place))}:\d+: WARNING: .*plugin 'gallery' has no option 'numbr';"
        r" did you mean 'number'\? \[pronghorn\.config\]\n",
        built.warnings,
    )
    assert built.site.plugins["gallery"].active is True
    assert gallery_of(built).number == 3


@pytest.mark.parametrize(
    ("files", "conf", "said"),
    [
        (
            {"pronghorn.toml": "[plugins.gallery]\nnumber = 'x'\n"},
            "",
            "pronghorn.toml: 'gallery.number' should be int, but is 'x'",
        ),
        (
            {"configs/gallery.toml": "names = 'x'\n"},
            "",
            "configs/gallery.toml: 'gallery.names' should be list[str], but is 'x'",
        ),
        (
            {"configs/gallery.toml": "names = ['x', 3]\n"},
            "",
            "configs/gallery.toml: 'gallery.names' should be list[str], but is ['x', 3] (item 1",
        ),
        (
            {"configs/gallery.toml": "sizes = {a = 1, b = 'x'}\n"},
            "",
            "configs/gallery.toml: 'gallery.sizes' should be dict[str, int], but is {'a': 1, 'b': 'x'}",
        ),
        ({"configs/gallery.toml": "flag = 1\n"}, "", "'gallery.flag' should be bool, but is 1"),
        ({"configs/gallery.toml": "word = 1\n"}, "", "'gallery.word' should be str | None, but is 1"),
        (
            {"configs/gallery.ini": "[gallery]\nnumber = many\n"},
            "",
            "configs/gallery.ini: 'gallery.number' should be int, but is 'many'",
        ),
        ({"configs/gallery.ini": "[gallery]\nflag = maybe\n"}, "", "'gallery.flag' should be bool, but is 'maybe'"),
        (
            {},
            "pronghorn_plugins = {'gallery': {'number': '5'}}",
            "conf.py: 'gallery.number' should be int, but is '5'",
        ),
    ],
)
def test_a7_wrong_type_is_an_error_naming_key_file_and_expected_type(
    make_site: MakeSite, files: dict[str, str], conf: str, said: str
) -> None:
    built = build(make_site({"index.md": HOME, "plugins/gallery.py": DATACLASS, **files}, conf), "dummy")
    assert built.site.plugins["gallery"].status is PluginStatus.FAILED
    first, second = built.warnings.splitlines()
    assert "plugin 'gallery' is not loaded: " in first
    assert said in first
    assert str(built.site.srcdir) not in first.partition("WARNING")[2]
    assert WAY_OUT in second
    assert said in built.site.plugins["gallery"].error


def test_a7_validator_of_attrs_refuses_and_the_file_is_named(make_site: MakeSite) -> None:
    code = """
        import attrs

        @attrs.define
        class Options:
            number: int = attrs.field(default=3, validator=attrs.validators.lt(10))

        def register_plugin(site):
            site.config.update_plugin_table("gallery", Options())
    """
    files = {"index.md": HOME, "plugins/gallery.py": code, "configs/gallery.toml": "number = 40\n"}
    warnings = build(make_site(files), "dummy").warnings
    assert "plugin 'gallery' is not loaded: " in warnings
    assert "configs/gallery.toml" in warnings
    assert "'number' must be < 10: 40" in warnings


@pytest.mark.parametrize("table", ["Options", "{'number': 1}", "None", "3"])
def test_a7_what_is_no_table_is_told(make_site: MakeSite, table: str) -> None:
    code = DATACLASS.replace('"gallery", Options()', f'"gallery", {table}')
    warnings = build(make_site({"index.md": HOME, "plugins/gallery.py": code}), "dummy").warnings
    assert "plugin 'gallery' is not loaded: plugins/gallery.py:20: " in warnings
    assert "a plugin's table is an instance of an attrs class or a dataclass, not " in warnings


def test_a7_table_of_a_plugin_that_declares_no_type_is_plain(make_site: MakeSite) -> None:
    files = {"plugins/gallery.py": GOOD, "pronghorn.toml": "[plugins.gallery]\nitems = 1\nsub = {key = [2]}\n"}
    table = gallery_of(build_gallery(make_site, files))
    assert table["items"] == 1
    assert dict(table.items()) == {"items": 1, "sub": {"key": [2]}}
    assert table.sub == {"key": [2]}
    assert table.get("sub.key") == [2]
    assert table.get("sub.nothing", 7) == 7
    with pytest.raises(AttributeError, match=r"no key 'subb'; did you mean 'sub'\?"):
        _ = table.subb


def test_a7_table_of_a_plugin_that_is_not_there_is_empty(make_site: MakeSite) -> None:
    assert dict(build_gallery(make_site, {}).site.config.plugins.nowhere) == {}


@pytest.mark.parametrize(
    ("files", "conf", "place"),
    [
        ({"pronghorn.toml": "[plugins.galery]\nnumber = 4\n"}, "", "pronghorn.toml"),
        ({}, "pronghorn_plugins = {'galery': {'number': 4}}", "conf.py"),
        ({"configs/galery.toml": "number = 4\n"}, "", "configs/galery.toml"),
        ({"configs/galery.ini": "[galery]\nnumber = 4\n"}, "", "configs/galery.ini"),
    ],
    ids=["pronghorn.toml", "conf.py", "configs-toml", "configs-ini"],
)
def test_a7_table_for_no_plugin_is_a_warning_with_did_you_mean(
    make_site: MakeSite, files: dict[str, str], conf: str, place: str
) -> None:
    site = make_site({"index.md": HOME, "plugins/gallery.py": DATACLASS, **files}, conf)
    warnings = build(site, "dummy").warnings
    assert re.match(rf"{re.escape(str(site.source / place))}:\d+: WARNING: ", warnings), warnings
    assert "'galery'" in warnings
    assert "did you mean 'gallery'? [pronghorn.config]" in warnings


# --- B2: files of their own ---


def test_b2_ini_file_of_the_plugin_is_read_by_section_and_key(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    ini = "[section]\nkey = the value\nCamelCase = kept\n"
    build_gallery(make_site, {"plugins/gallery.py": PLAIN, "configs/gallery.ini": ini})
    assert capsys.readouterr().out == "{'section': {'key': 'the value', 'CamelCase': 'kept'}} the value\n"


def test_b2_default_of_a_key_that_is_not_there(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    build_gallery(make_site, {"plugins/gallery.py": PLAIN, "configs/gallery.ini": "[section]\nother = 1\n"})
    assert capsys.readouterr().out == "{'section': {'other': '1'}} default_value\n"


def test_b2_section_named_as_the_plugin_is_its_table(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    ini = "[gallery]\nword = top\n[section]\nkey = the value\n"
    build_gallery(make_site, {"plugins/gallery.py": PLAIN, "configs/gallery.ini": ini})
    assert capsys.readouterr().out == "{'section': {'key': 'the value'}, 'word': 'top'} the value\n"


def test_b2_file_of_a_plugin_with_a_hyphen(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = "def register_plugin(site):\n    print(site.config.plugins['my-plugin'].get('section.key'))\n"
    files = {"plugins/my-plugin.py": code, "configs/my-plugin.ini": "[section]\nkey = the value\n"}
    build_cleanly(make_site({"index.md": HOME, **files}), "dummy")
    assert capsys.readouterr().out == "the value\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("configs/gallery.toml", "a = 1\nb = \n", ":2: broken TOML: Invalid value"),
        ("configs/gallery.toml", "a = 1\nb = [", ":2: broken TOML: "),
        ("configs/gallery.toml", "x = 'é'".encode("latin-1"), ": the file is not UTF-8"),
        ("configs/gallery.ini", "a = 1\n", ":1: broken INI file: "),
        ("configs/gallery.ini", "[gallery]\nnumber\n", ":2: broken INI file: "),
        ("configs/gallery.ini", "[gallery]\na=1\na=2\n", ":3: broken INI file: "),
        ("configs/gallery.ini", "[a]\n[a]\n", ":2: broken INI file: "),
        ("configs/gallery.ini", b"\xff\xfe", ": the file is not UTF-8"),
    ],
)
@pytest.mark.parametrize("code", [DATACLASS, PLAIN], ids=["typed", "plain"])
def test_b2_broken_file_is_the_fault_of_one_plugin_with_file_and_line(
    make_site: MakeSite, code: str, file: str, text: str | bytes, said: str
) -> None:
    files = {"index.md": HOME, "plugins/gallery.py": code, "plugins/good.py": GOOD, file: text}
    built = build(make_site(files), "dummy")
    assert built.exit_code == 0
    assert built.site.plugins["good"].active is True
    assert built.site.plugins["gallery"].active is False
    assert "plugin 'gallery' is not loaded: " in built.warnings
    assert f"{file}{said}" in built.warnings
    assert "<string>" not in built.warnings
    assert WAY_OUT in built.warnings


def test_b2_byte_order_mark_and_windows_line_ends_are_no_fault(make_site: MakeSite) -> None:
    files = {
        "configs/gallery.ini": "\ufeff[gallery]\r\nnumber = 7\r\n".encode(),
        "configs/gallery.toml": "\ufeffratio = 0.25\r\n".encode(),
        "pronghorn.toml": "\ufeff[plugins.gallery]\r\nword = 'w'\r\n".encode(),
    }
    options = gallery_of(build_gallery(make_site, files))
    assert (options.number, options.ratio, options.word) == (7, 0.25, "w")


USES_TABLE = """
from docutils import nodes


def register_plugin(site):
    def add_word(page, doctree):
        word = site.config.plugins.shout.get("section.word", "nothing")
        doctree += nodes.paragraph("", "word: " + word)

    site.signals.page_read.connect(add_word)
"""


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("configs/shout.ini", "[section]\nword = old\n", "[section]\nword = new\n"),
        ("configs/shout.toml", "[section]\nword = 'old'\n", "[section]\nword = 'new'\n"),
        ("pronghorn.toml", "[plugins.shout.section]\nword = 'old'\n", "[plugins.shout.section]\nword = 'new'\n"),
        ("plugins/shout.py", USES_TABLE.replace("nothing", "old"), USES_TABLE.replace("nothing", "new")),
    ],
)
def test_b2_file_is_a_dependency_of_what_was_built_from_it(make_site: MakeSite, file: str, old: str, new: str) -> None:
    orphan = "---\norphan: true\n---\n# A\n"
    site = make_site({"index.md": HOME, "a.md": orphan, "plugins/shout.py": USES_TABLE, file: old})
    assert "word: old" in build_cleanly(site).read("a.html")
    assert build_cleanly(site).docs_read == ()
    site.write(file, new)
    assert "word: new" in build_cleanly(site).read("a.html")
    assert build_cleanly(site).docs_read == ()


def test_b2_values_in_conf_py_are_a_dependency_too(make_site: MakeSite) -> None:
    orphan = "---\norphan: true\n---\n# A\n"
    site = make_site({"index.md": HOME, "a.md": orphan, "plugins/shout.py": USES_TABLE})
    for word in ("old", "new"):
        table = {"shout": {"section": {"word": word}}}
        assert f"word: {word}" in build_cleanly(site, pronghorn_plugins=table).read("a.html")


def test_b2_files_of_plugins_are_no_pages_and_nothing_is_written_there(make_site: MakeSite) -> None:
    files = {"configs/gallery.toml": "number = 1\n", "pronghorn.toml": ""}
    assert [page.docname for page in build_gallery(make_site, files).site.pages] == ["index"]


# --- the site's own keys ---


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = \n", 2, "broken TOML: Invalid value"),
        ("[plugins\n", 1, "broken TOML: "),
        ("[a]\n[a]\n", 2, "broken TOML: Cannot declare"),
        ("a = 1\na = 2\n", 2, "broken TOML: Cannot overwrite a value"),
        ("a = '''\nnever closed\n", 3, "broken TOML: "),
    ],
)
def test_a7_broken_pronghorn_toml_ends_the_build_with_file_and_line(
    make_site: MakeSite, text: str, line: int, said: str
) -> None:
    site = make_site({"index.md": HOME, "pronghorn.toml": text})
    with pytest.raises(ConfigError) as caught:
        build(site, "dummy")
    assert str(caught.value).startswith(f"{site.source / 'pronghorn.toml'}:{line}: {said}")


def test_a7_broken_pronghorn_toml_is_a_short_message_on_the_command_line(make_site: MakeSite) -> None:
    result = make_site({"index.md": HOME, "pronghorn.toml": "a = 1\nb = \n"}).build("dummy")
    assert result.exit_code == 2
    assert "Configuration error!" in result.warnings
    assert "pronghorn.toml:2: broken TOML: Invalid value" in result.warnings


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("plugins_path", "'plugins'", "should be list[str], but is 'plugins'"),
        ("plugins_path", "[1]", "should be list[str], but is [1]"),
        ("plugins_enabled", "['a', 1]", "should be list[str], but is ['a', 1] (item 1"),
        ("plugins_disabled", "true", "should be list[str], but is True"),
        ("plugins", "['a']", "but is ['a']"),
        ("plugins", "{a = {}, b = 3}", "(value of key 'b' of dict is not a dict)"),
        ("copy_files", "'*.pdf'", "should be list[str], but is '*.pdf'"),
        ("cache_dir", "3", "should be str, but is 3"),
    ],
)
@pytest.mark.parametrize("where", ["conf.py", "pronghorn.toml"])
def test_a7_wrong_type_of_a_key_ends_the_build_naming_key_and_file(
    make_site: MakeSite, where: str, key: str, value: str, said: str
) -> None:
    in_python = value.replace(" = ", ": ").replace("{a", "{'a'").replace(", b:", ", 'b':").replace("true", "True")
    if where == "conf.py":
        site, name = make_site({"index.md": HOME}, f"pronghorn_{key} = {in_python}"), f"pronghorn_{key}"
    else:
        site, name = make_site({"index.md": HOME, "pronghorn.toml": f"{key} = {value}\n"}), key
    with pytest.raises(ConfigError) as caught:
        build(site, "dummy")
    assert str(site.source / where) in str(caught.value)
    assert f"'{name}' " in str(caught.value)
    assert said in str(caught.value)
    assert "typing." not in str(caught.value)


def test_a7_wrong_type_on_the_command_line_names_the_key(make_site: MakeSite) -> None:
    """Sphinx itself folds dotted overrides into the namespace of conf.py, so the file cannot be told."""
    result = make_site({"index.md": HOME}).build("dummy", "-D", "pronghorn_plugins.gallery=3")
    assert result.exit_code == 2
    assert "'pronghorn_plugins' should be dict[str, dict[str, Any]]" in result.warnings


@pytest.mark.parametrize(
    ("files", "conf", "place", "said"),
    [
        ({"pronghorn.toml": "plugin_path = ['x']\n"}, "", "pronghorn.toml", ("plugin_path", "plugins_path")),
        ({}, "pronghorn_plugin_path = ['x']", "conf.py", ("pronghorn_plugin_path", "pronghorn_plugins_path")),
        (
            {"pronghorn.toml": "pronghorn_plugins_path = ['x']\n"},
            "",
            "pronghorn.toml",
            ("pronghorn_plugins_path", "plugins_path"),
        ),
    ],
)
def test_a7_unknown_key_is_a_warning_with_did_you_mean(
    make_site: MakeSite, files: dict[str, str], conf: str, place: str, said: tuple[str, str]
) -> None:
    site = make_site({"index.md": HOME, "plugins/gallery.py": GOOD, **files}, conf)
    warnings = build(site, "dummy").warnings
    unknown, meant = said
    assert re.match(rf"{re.escape(str(site.source / place))}:\d+: WARNING: ", warnings)
    assert f"unknown key '{unknown}'; did you mean '{meant}'? [pronghorn.config]" in warnings


def test_a7_key_that_resembles_nothing_is_told_without_a_guess(make_site: MakeSite) -> None:
    warnings = build(make_site({"index.md": HOME, "pronghorn.toml": "zzz = 1\n"}), "dummy").warnings
    assert "unknown key 'zzz' [pronghorn.config]" in warnings


def test_a7_value_of_another_extension_is_no_unknown_key(make_site: MakeSite) -> None:
    conf = "pronghorn_other = 1\ndef setup(app):\n    app.add_config_value('pronghorn_other', 0, '')\n"
    build_cleanly(make_site({"index.md": HOME}, conf), "dummy")


def test_a7_conf_py_wins_over_pronghorn_toml_and_the_command_line_over_both(make_site: MakeSite) -> None:
    said = "def register_plugin(site):\n    print('loaded', __name__[-1])\n"
    files = {
        "index.md": HOME,
        "x/x.py": said,
        "y/y.py": said,
        "z/z.py": said,
        "pronghorn.toml": "plugins_path = ['x']\n",
    }
    site = make_site(files)
    assert "loaded x" in site.build("dummy").out
    site.write("conf.py", (site.source / "conf.py").read_text("utf-8") + "pronghorn_plugins_path = ['y']\n")
    assert re.findall(r"loaded (\w)", site.build("dummy").out) == ["y"]
    assert re.findall(r"loaded (\w)", site.build("dummy", "-D", "pronghorn_plugins_path=z").out) == ["z"]


def test_a7_default_that_conf_py_repeats_still_wins_over_pronghorn_toml(make_site: MakeSite) -> None:
    files = {
        "index.md": HOME,
        "plugins/gallery.py": GOOD,
        "x/other.py": GOOD,
        "pronghorn.toml": "plugins_path = ['x']\n",
    }
    built = build_cleanly(make_site(files, "pronghorn_plugins_path = ['plugins']"), "dummy")
    assert "gallery" in built.site.plugins
    assert "other" not in built.site.plugins


def test_a7_every_key_is_known_to_sphinx_with_its_meaning(make_site: MakeSite) -> None:
    with make_site({"index.md": HOME}).app("dummy") as app:
        for key in KEYS:
            assert getattr(app.config, key.conf_name) == key.default
            assert key.meaning.endswith(".")


# --- Properties: mappings with attributes ---

VALUES = st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
KEYS_OF_USERS = st.text(max_size=8) | st.sampled_from(
    ["get", "items", "keys", "values", "_values", "__len__", "__class__", "self", "title", "a.b", "copy", "data"]
)
MappingMaker = Callable[[dict[str, Any]], Mapping[str, Any]]


@pytest.mark.parametrize("make", [Metadata, PlainTable])
@given(st.dictionaries(KEYS_OF_USERS, VALUES))
def test_a7_tables_and_metadata_are_mappings_whatever_their_keys(make: MappingMaker, values: dict[str, Any]) -> None:
    made = make(values)
    assert dict(made) == dict(made.items()) == values
    assert list(made) == list(made.keys()) == list(values)
    assert list(made.values()) == list(values.values())
    assert len(made) == len(values)
    assert bool(made) == bool(values)
    assert made == make(dict(reversed(values.items())))
    for key, value in values.items():
        assert made[key] == made.get(key) == value
        assert key in made
        if key.isidentifier() and not hasattr(type(made), key) and not key.startswith("_"):
            assert getattr(made, key) == value
    assert made.get("no such key at all", 7) == 7


@given(st.dictionaries(KEYS_OF_USERS, VALUES), st.dictionaries(KEYS_OF_USERS, VALUES))
def test_a7_metadata_is_joined_as_dictionaries_are(left: dict[str, Any], right: dict[str, Any]) -> None:
    for joined in (Metadata(left) | right, left | Metadata(right), Metadata(left) | Metadata(right)):
        assert isinstance(joined, Metadata)
        assert joined == left | right
        assert list(joined) == list(left | right)


@given(st.dictionaries(KEYS_OF_USERS, VALUES))
def test_a7_metadata_never_changes(values: dict[str, Any]) -> None:
    before = dict(values)
    made = Metadata(values)
    values["new"] = 1
    assert made == before
    with pytest.raises(AttributeError, match="metadata cannot be changed"):
        made.title = "x"
    with pytest.raises(TypeError):
        made["title"] = "x"
    assert hash(made) == hash(Metadata(before))
