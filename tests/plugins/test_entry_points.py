"""Plugins of installed packages: offered by entry points, loaded by name."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from pronghorn import PluginInfo, PluginOrigin, PluginStatus
from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly

HOME = "# Home\n"
MODULE = """
__version__ = "2.5"


def register_plugin(site):
    site.signals.page_added.connect(lambda page: print("module saw", page.docname))


class Hooks:
    from pronghorn import hookimpl

    @hookimpl
    def page_added(self, page):
        print("class saw", page.docname)


def register(site):
    site.signals.page_added.connect(lambda page: print("function saw", page.docname))


def fail(site):
    site.signals.page_added.connect(lambda page: print("trace of a failure"))
    1 / 0


def two(site, more):
    pass


NUMBER = 3
"""
ENTRY_POINTS = """
[pronghorn.plugins]
mod = stranger_plugins
cls = stranger_plugins:Hooks
func = stranger_plugins:register
failing = stranger_plugins:fail
two = stranger_plugins:two
number = stranger_plugins:NUMBER
nowhere = stranger_plugins_nowhere
nothing = stranger_plugins:nothing
pack = stranger_package
"""
PACKAGE = "from .deep import register_plugin\n"
DEEP = "def register_plugin(site):\n    print('package registered')\n"


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a distribution ``stranger`` of version 7 that offers plugins; returns its folder."""
    folder = install(tmp_path / "site-packages", "stranger", "7", ENTRY_POINTS)
    (folder / "stranger_plugins.py").write_text(dedent(MODULE), encoding="utf-8")
    (folder / "stranger_package").mkdir()
    (folder / "stranger_package/__init__.py").write_text(PACKAGE, encoding="utf-8")
    (folder / "stranger_package/deep.py").write_text(DEEP, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    for name in [name for name in sys.modules if name.startswith("stranger_")]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def install(folder: Path, name: str, version: str, entry_points: str) -> Path:
    """Make a distribution of metadata alone in *folder*, as an installer would leave it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(dedent(entry_points), encoding="utf-8")
    return folder


def enabling(*names: str) -> dict[str, str]:
    """Return the files of a site that enables plugins by name."""
    return {"index.md": HOME, "pronghorn.toml": f"plugins_enabled = {json.dumps(names)}\n"}


def info_of(built: Built, name: str) -> PluginInfo:
    """Return what the registry knows of a plugin."""
    return built.site.plugins[name]


def test_d2_installed_plugins_are_found_and_not_loaded_unasked(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path
) -> None:
    built = build_cleanly(make_site({"index.md": HOME}), "dummy")
    installed = [info for info in built.site.plugins.values() if info.origin is PluginOrigin.INSTALLED]
    assert {"mod", "cls", "func", "pack", "nowhere"} <= {info.name for info in installed}
    assert {info.status for info in installed} == {PluginStatus.NOT_LOADED}
    assert capsys.readouterr().out == ""
    assert "stranger_plugins" not in sys.modules


@pytest.mark.parametrize(
    ("name", "said", "hooks"),
    [("mod", "module saw index", []), ("cls", "class saw index", ["page_added"]), ("func", "function saw index", [])],
)
def test_d2_entry_point_offers_a_module_a_class_or_a_function(  # noqa: PLR0917 - one row of a table and three fixtures
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path, name: str, said: str, hooks: list[str]
) -> None:
    built = build_cleanly(make_site(enabling(name)), "dummy")
    info = info_of(built, name)
    assert (info.status, info.version, info.hooks) == (PluginStatus.LOADED, "2.5", hooks)
    assert info.file == stranger / "stranger_plugins.py"
    assert capsys.readouterr().out == said + "\n"


def test_d2_entry_point_offers_a_package(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path
) -> None:
    built = build_cleanly(make_site(enabling("pack")), "dummy")
    assert info_of(built, "pack").active is True
    assert capsys.readouterr().out == "package registered\n"


def test_d2_plugin_without_a_version_of_its_own_has_that_of_its_package(make_site: MakeSite, stranger: Path) -> None:
    built = build_cleanly(make_site(enabling("pack")), "dummy")
    assert info_of(built, "pack").version == "7"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("failing", "ZeroDivisionError: division by zero"),
        ("two", "two() missing 1 required positional argument: 'more'"),
        ("number", "an entry point gives a module, a class or a function, not 3"),
        ("nowhere", "No module named 'stranger_plugins_nowhere'"),
        ("nothing", "has no attribute 'nothing'"),
    ],
)
def test_d2_broken_entry_point_names_plugin_package_and_way_out(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path, name: str, said: str
) -> None:
    built = build(make_site(enabling(name, "mod")), "dummy")
    assert built.exit_code == 0
    assert info_of(built, name).status is PluginStatus.FAILED
    assert info_of(built, "mod").status is PluginStatus.LOADED
    assert f"plugin '{name}' is not loaded: " in built.warnings
    assert said in built.warnings
    assert "stranger 7" in built.warnings or "stranger_plugins.py:" in built.warnings
    assert "pronghorn_plugins_disabled" in built.warnings or "pronghorn_plugins_enabled" in built.warnings
    assert capsys.readouterr().out == "module saw index\n"


def test_d2_fault_of_an_installed_plugin_names_its_line(make_site: MakeSite, stranger: Path) -> None:
    warnings = build(make_site(enabling("failing")), "dummy").warnings
    line = dedent(MODULE).splitlines().index("    1 / 0") + 1
    assert warnings.startswith(f"{stranger / 'stranger_plugins.py'}:{line}: WARNING: ")
    assert f"stranger_plugins.py:{line}: ZeroDivisionError" in warnings


def test_d2_plugin_of_the_site_overrides_an_installed_one_and_the_registry_says_so(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path
) -> None:
    own = "def register_plugin(site):\n    print('own one')\n"
    built = build_cleanly(make_site({**enabling("mod"), "plugins/mod.py": own}), "dummy")
    info = info_of(built, "mod")
    assert (info.origin, info.status) == (PluginOrigin.SITE, PluginStatus.LOADED)
    assert info.overrides.startswith("installed plugin stranger 7")
    assert capsys.readouterr().out == "own one\n"


def test_d2_one_distribution_found_twice_is_one(
    make_site: MakeSite, stranger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(install(stranger.parent / "again", "stranger", "7", ENTRY_POINTS))
    assert info_of(build_cleanly(make_site(enabling("mod")), "dummy"), "mod").overrides == ""


def test_d2_two_packages_that_offer_one_name_are_told(make_site: MakeSite, stranger: Path) -> None:
    install(stranger, "rival", "8", "[pronghorn.plugins]\nmod = stranger_plugins:register\n")
    info = info_of(build_cleanly(make_site(enabling("mod")), "dummy"), "mod")
    assert info.overrides.startswith(("installed plugin stranger 7", "installed plugin rival 8"))


def test_d2_installed_plugins_are_reloaded_without_a_trace(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path
) -> None:
    built = build_cleanly(make_site(enabling("mod", "cls", "func")), "dummy")
    plugins = built.site.plugins
    for _ in range(2):
        plugins.setup_all(reload_all=True)
    capsys.readouterr()
    built.site.signals.page_added.emit(built.site.pages["index"])
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "class saw index",
        "function saw index",
        "module saw index",
    ]
    for name in ("mod", "cls", "func"):
        plugins.disable(name)
    built.site.signals.page_added.emit(built.site.pages["index"])
    assert capsys.readouterr().out == ""


def test_d2_disabled_wins_over_enabled(make_site: MakeSite, capsys: pytest.CaptureFixture[str], stranger: Path) -> None:
    files = {"index.md": HOME, "pronghorn.toml": "plugins_enabled = ['mod']\nplugins_disabled = ['mod']\n"}
    built = build_cleanly(make_site(files), "dummy")
    assert info_of(built, "mod").active is not True
    assert capsys.readouterr().out == ""


def test_d2_plugin_of_the_site_may_require_an_installed_one(make_site: MakeSite, stranger: Path) -> None:
    own = "__requires__ = ['mod']\ndef register_plugin(site):\n    pass\n"
    built = build_cleanly(make_site({**enabling("mod"), "plugins/a.py": own}), "dummy")
    assert info_of(built, "a").active is True
    asleep = build(make_site({"index.md": HOME, "plugins/a.py": own}), "dummy")
    assert "it requires plugin 'mod', which is not loaded; add it to pronghorn_plugins_enabled" in asleep.warnings


def test_d2_misspelt_installed_plugin_names_the_nearest(make_site: MakeSite, stranger: Path) -> None:
    warnings = build(make_site(enabling("fnc")), "dummy").warnings
    assert "plugins_enabled: there is no plugin 'fnc'; did you mean 'func'? [pronghorn.config]" in warnings


def test_d2_installed_plugins_work_in_a_process_of_their_own(make_site: MakeSite, stranger: Path) -> None:
    site = make_site(enabling("mod", "cls"))
    path = {"PYTHONPATH": str(stranger)}
    result = site.build("dummy", env=path)
    assert (result.exit_code, result.warnings) == (0, "")
    assert "module saw index" in result.out
    assert "class saw index" in result.out
    listed = subprocess.run(
        [sys.executable, "-c", "from pronghorn.cli.main import main; raise SystemExit(main())", "plugins", "--json"],
        cwd=site.source,
        env={**site.environment(), **path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    rows = {row["name"]: row for row in json.loads(listed.stdout)}
    assert (rows["mod"]["origin"], rows["mod"]["status"], rows["mod"]["version"]) == ("installed", "loaded", "2.5")
    assert rows["func"]["status"] == "not loaded"
    assert listed.returncode == 0


def test_d2_edit_of_an_installed_plugin_rereads_the_pages(make_site: MakeSite, stranger: Path) -> None:
    site = make_site(enabling("mod"))
    build_cleanly(site)
    assert build_cleanly(site).docs_read == ()
    code = (stranger / "stranger_plugins.py").read_text(encoding="utf-8")
    (stranger / "stranger_plugins.py").write_text(code.replace("module saw", "changed saw"), encoding="utf-8")
    assert build_cleanly(site).docs_read == ("index",)
