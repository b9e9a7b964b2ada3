"""The registry of plugins: what it knows, what it loads again, and what it takes back."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pronghorn import PluginOrigin, PluginStatus, Site
from pronghorn.plugins.info import Candidate
from pronghorn.plugins.order import load_order, requirement_circle
from pronghorn.resources import shipped
from tests.conftest import MakeSite
from tests.support import Site as SiteFolder
from tests.support.quick import build, build_cleanly

HOME = "# Home\n"
GOOD = "def register_plugin(site):\n    pass\n"
PING = """
from dataclasses import dataclass

from pronghorn import hookimpl

WORD = "old"


@dataclass
class Options:
    number: int = 1


class Hooks:
    @hookimpl
    def ping(self):
        print("ping: hook", WORD)


def handler():
    print("ping: handler", WORD)


def listener(app):
    print("ping: listener", WORD)


def add_filter(env):
    env.filters["ping"] = lambda text: text + WORD


def register_plugin(site):
    site.signals.register_signal("ping", args=()).connect(handler)
    site.plugins.register(Hooks())
    site.app.connect("pronghorn-ping", listener)
    site.readers.register_reader(deduce_url=lambda path: WORD, condition=lambda path: path.ext == "ping")
    site.config.update_plugin_table("pinger", Options())
    site.signals.jinja_environment_prepared.connect(add_filter)
"""
EVERYTHING = ["ping: handler", "ping: hook", "ping: listener"]


@dataclass
class Loaded:
    """A site whose plugins are loaded; nothing is built."""

    folder: SiteFolder
    site: Site
    capsys: pytest.CaptureFixture[str]
    _warnings: StringIO

    @property
    def warnings(self) -> str:
        """What was warned about so far."""
        return re.sub(r"\x1b\[[\d;]*m", "", self._warnings.getvalue())

    def status(self, name: str) -> PluginStatus:
        """Return where a plugin stands."""
        return self.site.plugins[name].status

    def heard(self) -> list[str]:
        """Emit ``ping`` and return what was printed, sorted."""
        self.capsys.readouterr()
        self.site.signals.register_signal("ping", args=()).emit()
        return sorted(self.capsys.readouterr().out.splitlines())


Load = Callable[[dict[str, str | bytes]], Loaded]


@pytest.fixture
def load(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> Iterator[Load]:
    """Load the plugins of sites, one after the other, in this process."""

    @contextmanager
    def loading(files: dict[str, str | bytes]) -> Iterator[Loaded]:
        warnings = StringIO()
        folder = make_site({"index.md": HOME, **files})
        with folder.app("html", warnings=warnings) as app:
            yield Loaded(folder, app.pronghorn_site, capsys, warnings)  # type: ignore[attr-defined]

    open_sites = []

    def load_one(files: dict[str, str | bytes]) -> Loaded:
        manager = loading(files)
        open_sites.append(manager)
        return manager.__enter__()

    yield load_one
    for manager in reversed(open_sites):
        manager.__exit__(None, None, None)


@pytest.fixture
def pinger(load: Load) -> Loaded:
    """Load a site with a plugin that registers one of everything, and a quiet one."""
    return load({"plugins/pinger.py": PING, "plugins/quiet.py": GOOD})


# --- C1: what the registry knows ---


def test_c1_registry_gives_version_and_status(load: Load) -> None:
    site = load(
        {
            "plugins/new.py": "__version__ = '1.2'\n" + GOOD,
            "plugins/plain.py": GOOD,
            "plugins/broken.py": "__version__ = '0.1'\n1 / 0\n",
            "plugins/unfit.py": "__version__ = 3\ndef register_plugin(site):\n    1 / 0\n",
            "plugins/asleep.py": GOOD,
            "pronghorn.toml": "plugins_disabled = ['asleep']\n",
        }
    ).site
    facts = {name: (*site.plugins[name], site.plugins[name].active) for name in site.plugins}
    own = {name: fact for name, fact in facts.items() if site.plugins[name].origin is PluginOrigin.SITE}
    assert own == {
        "new": ("1.2", "loaded", True),
        "plain": ("unknown", "loaded", True),
        "broken": ("unknown", "failed", False),
        "unfit": ("3", "failed", False),
        "asleep": ("unknown", "disabled", False),
    }
    assert {facts[name] for name in facts.keys() - own.keys()} == {("unknown", "not loaded", None)}


def test_c1_registry_is_a_mapping_with_a_helpful_error(load: Load) -> None:
    plugins = load({"plugins/gallery.py": GOOD}).site.plugins
    assert "gallery" in plugins
    assert list(plugins).count("gallery") == 1
    assert len(plugins) == len(list(plugins))
    assert plugins.get("nowhere") is None
    with pytest.raises(KeyError, match=r"no plugin 'galery'; did you mean 'gallery'\?"):
        plugins["galery"]


def test_c1_entry_can_only_be_set_to_none(load: Load) -> None:
    plugins = load({"plugins/a.py": GOOD}).site.plugins
    with pytest.raises(TypeError, match="can only be set to None, which asks for a reload"):
        plugins["a"] = plugins["a"]  # type: ignore[assignment]
    with pytest.raises(KeyError, match="no plugin 'b'"):
        plugins["b"] = None


def test_c1_registry_is_shown_in_templates(make_site: MakeSite) -> None:
    template = """
        {%- for info in site.plugins.values() if info.origin == "site" -%}
        <i>{{ info.name }} {{ info.version }} {{ info.status }} {{ info.error }}</i>
        {%- endfor -%}
    """
    files = {
        "index.md": HOME,
        "plugins/a.py": "__version__ = '1'\n" + GOOD,
        "plugins/b.py": "1 / 0\n",
        "templates/page.html": template,
    }
    built = build(make_site(files, conf="templates_path = ['templates']"))
    assert re.findall("<i>(.*?)</i>", built.read("index.html")) == [
        "a 1 loaded ",
        "b unknown failed plugins/b.py:1: ZeroDivisionError: division by zero",
    ]


# --- C2: failing ---

FAILS_AT_FIRST = """
def register_plugin(site):
    print("tried")
    1 / 0
"""


def test_c2_exception_in_setup_deactivates_the_plugin(load: Load) -> None:
    loaded = load({"plugins/pinger.py": PING + "    1 / 0\n", "plugins/b.py": GOOD})
    info = loaded.site.plugins["pinger"]
    assert (info.status, info.active) == (PluginStatus.FAILED, False)
    assert re.fullmatch(r"plugins/pinger\.py:\d+: ZeroDivisionError: division by zero", info.error)
    assert loaded.site.plugins["b"].active
    assert loaded.heard() == []


def test_c2_failed_plugin_is_not_reloaded_by_itself(load: Load) -> None:
    loaded = load({"plugins/a.py": FAILS_AT_FIRST})
    assert loaded.capsys.readouterr().out == "tried\n"
    loaded.site.plugins.setup_all()
    loaded.site.plugins.load("a")
    loaded.site.plugins.detect()
    assert loaded.capsys.readouterr().out == ""
    assert loaded.warnings.count("WARNING") == 1
    loaded.site.plugins.load("a", force=True)
    assert loaded.capsys.readouterr().out == "tried\n"


@pytest.mark.parametrize(
    "file", ["plugins/a/__init__.py", "plugins/a/sub.py", "plugins/a/new.py", "plugins/a/data.toml"]
)
def test_c2_failed_plugin_is_tried_again_when_its_files_changed(load: Load, file: str) -> None:
    code = """
        from pathlib import Path
        from . import sub

        def register_plugin(site):
            if sub.FAIL and not list(Path(__file__).parent.glob("[dn]*")):
                1 / 0
    """
    loaded = load({"plugins/a/__init__.py": code, "plugins/a/sub.py": "FAIL = True\n"})
    assert loaded.status("a") is PluginStatus.FAILED
    loaded.folder.write(file, dedent(code).replace("1 / 0", "pass") if "init" in file else "FAIL = False\n")
    loaded.site.plugins.setup_all()
    assert loaded.status("a") is PluginStatus.LOADED
    assert loaded.site.plugins["a"].error == ""


def test_c2_failed_plugin_has_no_error_left_after_it_was_disabled(load: Load) -> None:
    plugins = load({"plugins/a.py": "1 / 0\n"}).site.plugins
    plugins.disable("a")
    assert (plugins["a"].status, plugins["a"].error) == (PluginStatus.DISABLED, "")


# --- C3: reloading. Each of these must leave exactly one of everything ---


def _load_with_force(site: Site) -> None:
    site.plugins.load("pinger", force=True)


def _set_to_none(site: Site) -> None:
    site.plugins["pinger"] = None
    site.plugins.setup_all()


def _reload_all(site: Site) -> None:
    site.plugins.setup_all(reload_all=True)


def _detect_anew(site: Site) -> None:
    site.plugins.detect(reset_all=True)
    site.plugins.setup_all()


def _disable_and_enable(site: Site) -> None:
    site.plugins.disable("pinger")
    site.plugins.enable("pinger")


def _disable_and_load(site: Site) -> None:
    site.plugins.disable("pinger")
    site.plugins.load("pinger")


RELOADS = [_load_with_force, _set_to_none, _reload_all, _detect_anew, _disable_and_enable, _disable_and_load]


@pytest.mark.parametrize("reload", RELOADS)
def test_c3_reload_leaves_no_trace_of_the_old_registrations(pinger: Loaded, reload: Callable[[Site], None]) -> None:
    site = pinger.site
    assert pinger.heard() == [f"{said} old" for said in EVERYTHING]
    readers = len(site.readers)
    pinger.folder.write("plugins/pinger.py", PING.replace('"old"', '"new"').replace("= 1", "= 7"))
    for _ in range(3):
        reload(site)
    assert pinger.heard() == [f"{said} new" for said in EVERYTHING]
    assert len(site.readers) == readers
    assert site.config.plugins.pinger.number == 7
    assert site.plugins["pinger"].hooks == ["ping"]
    assert site.plugins["pinger"].status == PluginStatus.LOADED
    assert pinger.warnings == ""


@pytest.mark.parametrize("reload", RELOADS)
def test_c3_reload_that_fails_leaves_nothing(pinger: Loaded, reload: Callable[[Site], None]) -> None:
    pinger.folder.write("plugins/pinger.py", PING + "    1 / 0\n")
    reload(pinger.site)
    assert pinger.heard() == []
    assert pinger.site.plugins["pinger"].status == PluginStatus.FAILED
    assert len(pinger.site.readers) == 0


def test_c3_disabled_plugin_leaves_nothing(pinger: Loaded) -> None:
    pinger.site.plugins.disable("pinger")
    assert pinger.heard() == []
    assert len(pinger.site.readers) == 0
    assert type(pinger.site.config.plugins.pinger).__name__ != "Options"
    assert pinger.site.plugins["pinger"].hooks == []
    assert pinger.site.plugins["pinger"].active is False


def test_c3_plugin_whose_file_is_gone_leaves_nothing(pinger: Loaded) -> None:
    pinger.folder.remove("plugins/pinger.py")
    pinger.site.plugins.setup_all()
    assert "pinger" not in pinger.site.plugins
    assert pinger.heard() == []


def test_c3_template_names_go_and_come_with_their_plugin(make_site: MakeSite) -> None:
    built = build_cleanly(make_site({"index.md": HOME, "plugins/pinger.py": PING, "plugins/quiet.py": GOOD}))
    filters = built.site.app.builder.templates.environment.filters
    assert filters["ping"]("very ") == "very old"
    built.site.plugins.disable("pinger")
    assert "ping" not in filters


@pytest.mark.parametrize(
    "again",
    [
        lambda site: site.plugins.load("pinger"),
        lambda site: site.plugins.setup_all(),
        lambda site: site.plugins.detect(),
    ],
)
def test_c3_nothing_is_loaded_again_unasked(pinger: Loaded, again: Callable[[Site], None]) -> None:
    pinger.folder.write("plugins/pinger.py", PING.replace("old", "new"))
    again(pinger.site)
    assert pinger.heard() == [f"{said} old" for said in EVERYTHING]


def test_c3_entry_set_to_none_waits_for_setup_all(pinger: Loaded) -> None:
    pinger.folder.write("plugins/pinger.py", PING.replace('"old"', '"new"'))
    pinger.site.plugins["pinger"] = None
    assert pinger.heard() == [f"{said} old" for said in EVERYTHING]
    pinger.site.plugins.setup_all()
    assert pinger.heard() == [f"{said} new" for said in EVERYTHING]
    pinger.folder.write("plugins/pinger.py", PING)
    pinger.site.plugins.setup_all()  # the wish is fulfilled once
    assert pinger.heard() == [f"{said} new" for said in EVERYTHING]


def test_c3_detect_finds_new_plugins_without_loading_them(pinger: Loaded) -> None:
    pinger.folder.write("plugins/added.py", "print('imported')\n" + GOOD)
    assert "added" in pinger.site.plugins.detect()
    assert pinger.capsys.readouterr().out == ""
    assert pinger.site.plugins["added"].active is None
    pinger.site.plugins.setup_all()
    assert pinger.site.plugins["added"].active is True


def test_c3_modules_inside_a_package_are_reloaded_with_it(load: Load) -> None:
    package = "from .sub import WORD\n\ndef register_plugin(site):\n    print('word is', WORD)\n"
    loaded = load({"plugins/a/__init__.py": package, "plugins/a/sub.py": "WORD = 'old'\n"})
    loaded.folder.write("plugins/a/sub.py", "WORD = 'new'\n")
    loaded.site.plugins.load("a", force=True)
    assert loaded.capsys.readouterr().out == "word is old\nword is new\n"


def test_c3_disabled_plugin_stays_so_until_it_is_enabled(pinger: Loaded) -> None:
    pinger.site.plugins.disable("pinger")
    pinger.site.plugins.setup_all()
    pinger.site.plugins.setup_all(reload_all=True)
    assert pinger.heard() == []
    pinger.site.plugins.enable("pinger")
    assert pinger.heard() == [f"{said} old" for said in EVERYTHING]


def test_c3_enabled_plugin_stays_so_whatever_the_configuration_says(load: Load) -> None:
    loaded = load({"plugins/pinger.py": PING, "pronghorn.toml": "plugins_disabled = ['pinger']\n"})
    assert loaded.heard() == []
    assert loaded.site.plugins.enable("pinger").status == PluginStatus.LOADED
    loaded.site.plugins.setup_all()
    assert loaded.heard() == [f"{said} old" for said in EVERYTHING]


def test_c3_enabling_twice_is_once(pinger: Loaded) -> None:
    pinger.site.plugins.enable("pinger")
    pinger.site.plugins.enable("pinger")
    assert pinger.heard() == [f"{said} old" for said in EVERYTHING]


def test_c3_plugin_may_reload_another_while_a_signal_is_emitted(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    first = """
        def reload(site):
            site.plugins.load("second", force=True)

        def register_plugin(site):
            site.signals.readers_init.connect(reload)
    """
    second = "def register_plugin(site):\n    site.signals.readers_finished.connect(lambda: print('second heard'))\n"
    build_cleanly(make_site({"index.md": HOME, "plugins/first.py": first, "plugins/second.py": second}), "dummy")
    assert capsys.readouterr().out.count("second heard") == 1


# --- C4: conflicts ---


def test_c4_plugins_detect_conflicts_through_the_registry_and_step_back(load: Load) -> None:
    stepping_back = """
        def register_plugin(site):
            if site.plugins["a"].active:
                site.log.info("stepping back for a %s", site.plugins["a"].version)
                raise RuntimeError("a does this already")
    """
    loaded = load({"plugins/a.py": "__version__ = '2'\n" + GOOD, "plugins/b.py": stepping_back})
    assert loaded.site.plugins["a"].active is True
    assert loaded.site.plugins["b"].error == "plugins/b.py:5: RuntimeError: a does this already"


def test_c4_plugin_sees_itself_and_later_ones_as_not_loaded_yet(load: Load) -> None:
    code = "def register_plugin(site):\n    print([site.plugins[name].active for name in 'abc'])\n"
    loaded = load({"plugins/a.py": GOOD, "plugins/b.py": code, "plugins/c.py": GOOD})
    assert loaded.capsys.readouterr().out == "[True, None, None]\n"


@pytest.mark.parametrize("name", ["before", "zafter"])
def test_c4_declared_conflict_keeps_the_plugin_out(load: Load, name: str) -> None:
    declared = f"__conflicts__ = ['{name}', 'nowhere']\n" + GOOD
    loaded = load({"plugins/m.py": declared, f"plugins/{name}.py": GOOD})
    assert loaded.site.plugins[name].active is True
    assert loaded.site.plugins["m"].active is False
    assert f"it conflicts with plugin '{name}', which is loaded" in loaded.site.plugins["m"].error


def test_c4_conflict_with_one_that_is_not_active_is_none(load: Load) -> None:
    loaded = load(
        {
            "plugins/a.py": "__conflicts__ = ['broken', 'asleep', 'nowhere']\n" + GOOD,
            "plugins/broken.py": "1 / 0\n",
            "plugins/asleep.py": GOOD,
            "pronghorn.toml": "plugins_disabled = ['asleep']\n",
        }
    )
    assert loaded.site.plugins["a"].active is True


def test_c4_of_two_that_conflict_with_each_other_one_is_loaded(load: Load) -> None:
    files: dict[str, str | bytes] = {
        "plugins/a.py": "__conflicts__ = ['b']\n" + GOOD,
        "plugins/b.py": "__conflicts__ = ['a']\n" + GOOD,
    }
    plugins = load(files).site.plugins
    assert sorted(plugins[name].active is True for name in "ab") == [False, True]


# --- C5: the log ---

LOGS = """
from pronghorn import Content, hookimpl


class Hooks:
    @hookimpl
    def page_added(self, page):
        LOG.warning("hook on %s", page.docname)


def shout(text):
    LOG.warning("filter")
    return text.upper()


def read(page):
    LOG.warning("reader")
    return Content("html", "<h1>x</h1>")


def add_names(env):
    env.filters["shout"] = shout
    env.globals["call"] = lambda: LOG.warning("global") or ""
    env.tests["loud"] = lambda text: LOG.warning("test") or True


def deduce(path):
    LOG.warning("deducer")
    return "moved"


def register_plugin(site):
    global LOG
    LOG = site.log
    site.log.warning("100% literal")
    site.log.warning("register %d %s", 1, "two")
    site.signals.readers_init.connect(lambda: site.log.warning("handler"))
    site.signals.jinja_environment_prepared.connect(add_names)
    site.plugins.register(Hooks())
    site.readers.register_reader(deduce_url=deduce, condition=lambda path: path.ext == "x", read=read)
    site.app.connect("env-updated", lambda app, env: site.log.warning("listener of Sphinx"))
"""


def test_c5_log_names_the_plugin_by_itself(make_site: MakeSite) -> None:
    files = {
        "index.md": HOME,
        "a.x": "",
        "plugins/talker.py": LOGS,
        "plugins/other.py": GOOD,
        "templates/page.html": "{{ 'x'|shout }} {{ call() }} {% if 'x' is loud %}{% endif %}",
    }
    built = build(make_site(files, conf="templates_path = ['templates']"))
    said = set(re.findall(r"WARNING: (?:while setting up extension \w+: )?(.*) \[pronghorn\.log\]", built.warnings))
    assert said == {
        f"[talker] {what}"
        for what in (
            "100% literal",
            "register 1 two",
            "handler",
            "hook on index",
            "hook on a",
            "deducer",
            "reader",
            "listener of Sphinx",
            "filter",
            "global",
            "test",
        )
    }


def test_c5_log_has_levels_and_a_location(make_site: MakeSite) -> None:
    code = """
        def talk(page):
            site.log.debug("whispered")
            site.log.info("said %s", page.docname)
            site.log.warning("warned", location=page.docname)
            site.log.error("failed", location=page.docname)

        def register_plugin(given):
            global site
            site = given
            site.signals.page_added.connect(talk)
    """
    site = make_site({"index.md": HOME, "plugins/talker.py": code})
    result = site.build("dummy")
    assert result.exit_code == 1  # an error was logged
    assert "[talker] said index\n" in result.out
    assert "whispered" not in result.out
    assert f"{site.source / 'index.md'}: WARNING: [talker] warned [pronghorn.log]\n" in result.warnings
    assert f"{site.source / 'index.md'}: ERROR: [talker] failed [pronghorn.log]\n" in result.warnings
    assert "[talker] whispered" in site.build("dummy", "-vv", "-E").out


# Bundled plugins, and overriding

BUNDLED = sorted(
    {path.stem for path in shipped("plugins").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
)


def test_d2_bundled_plugins_are_there_and_asleep(load: Load) -> None:
    plugins = load({}).site.plugins
    bundled = [info for info in plugins.values() if info.origin is PluginOrigin.BUNDLED]
    assert [info.name for info in bundled] == BUNDLED
    assert {info.status for info in bundled} <= {PluginStatus.NOT_LOADED}


@pytest.mark.parametrize("name", BUNDLED)
def test_d2_bundled_plugins_are_enabled_by_name(load: Load, name: str) -> None:
    loaded = load({"pronghorn.toml": f"plugins_enabled = ['{name}']\n"})
    assert loaded.warnings == ""
    assert loaded.site.plugins[name].active is True


def test_d2_misspelt_name_in_the_configuration_is_a_warning(load: Load) -> None:
    loaded = load({"plugins/gallery.py": GOOD, "pronghorn.toml": "plugins_enabled = ['galery']\n"})
    assert f"{loaded.folder.source / 'pronghorn.toml'}:1: WARNING: " in loaded.warnings
    assert "plugins_enabled: there is no plugin 'galery'; did you mean 'gallery'? [pronghorn.config]" in loaded.warnings


@pytest.mark.parametrize("name", BUNDLED[:1])
def test_d2_plugin_of_the_site_overrides_a_bundled_one_and_the_registry_says_so(load: Load, name: str) -> None:
    code = "__version__ = 'own'\n" + GOOD
    loaded = load({f"plugins/{name}.py": code, "pronghorn.toml": f"plugins_enabled = ['{name}']\n"})
    info = loaded.site.plugins[name]
    assert (info.origin, info.version, info.status) == (PluginOrigin.SITE, "own", PluginStatus.LOADED)
    assert info.overrides == "bundled plugin"
    assert loaded.warnings == ""


@pytest.mark.parametrize("name", BUNDLED[:1])
def test_d2_override_that_fails_does_not_wake_the_bundled_one(load: Load, name: str) -> None:
    loaded = load({f"plugins/{name}.py": "1 / 0\n", "pronghorn.toml": f"plugins_enabled = ['{name}']\n"})
    assert loaded.site.plugins[name].origin is PluginOrigin.SITE
    assert loaded.site.plugins[name].status is PluginStatus.FAILED


# Properties of the load order

NAMES = "abcdefg"
RELATIONS = st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES), max_size=4))


def candidates(requires: dict[str, set[str]], order: str = NAMES) -> dict[str, Candidate]:
    """Make a candidate for each name in *order*."""
    return {
        name: Candidate(name, PluginOrigin.SITE, lambda: None, requires=tuple(requires.get(name, ()))) for name in order
    }


@given(RELATIONS)
def test_b5_load_order_puts_every_plugin_after_what_it_requires(requires: dict[str, set[str]]) -> None:
    found = candidates(requires)
    order = load_order(found)
    assert sorted(order) == list(NAMES)
    in_circle = {name for name in NAMES if requirement_circle(found, name)}
    for name, others in requires.items():
        for other in others - in_circle:
            assert order.index(other) < order.index(name) or name in in_circle


@given(RELATIONS, st.permutations(NAMES))
def test_b5_load_order_does_not_depend_on_how_plugins_were_found(
    requires: dict[str, set[str]], order: list[str]
) -> None:
    assert load_order(candidates(requires, "".join(order))) == load_order(candidates(requires))


@given(RELATIONS)
def test_b5_circle_is_a_way_over_requirements_back_to_its_start(requires: dict[str, set[str]]) -> None:
    found = candidates(requires)
    for name in NAMES:
        circle = requirement_circle(found, name)
        reached: set[str] = set()
        frontier = set(requires.get(name, ()))
        while frontier - reached:
            reached |= frontier
            frontier = {other for one in frontier for other in requires.get(one, ())}
        assert bool(circle) == (name in reached)
        if circle:
            assert circle[0] == circle[-1] == name
            assert all(b in requires[a] for a, b in pairwise(circle))
