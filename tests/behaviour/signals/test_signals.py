"""Signals: when each is emitted and how often, who hears it, and what a failing handler costs."""

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import SphinxError

from pronghorn import Signal, SignalError, Site
from pronghorn.signals import COMPONENTS, SIGNALS
from tests.conftest import MakeSite
from tests.support import Site as SiteFolder
from tests.support.quick import build, build_cleanly
from tests.support.site import DEFAULT_CONF

HOME = "# Home\n"
ORPHAN = "---\norphan: true\n---\n# Page\n"
GLOBAL_SIGNALS = [
    "plugins_loaded",
    "site_finished",
    "readers_init",
    "readers_finished",
    "processors_init",
    "processors_finished",
    "rendering_init",
    "rendering_finished",
    "jinja_environment_prepared",
]
"""Table 1 of the guide."""
PAGE_SIGNALS = [
    f"{component}_{change}"
    for component in ("metadata", "source", "input", "output", "taxonomy", "term")
    for change in ("created", "removed")
]
"""Table 3 of the guide."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site whose signals may be connected to and emitted at will; nothing is built."""
    folder = SiteFolder(tmp_path_factory.mktemp("signals"), {"index.md": HOME})
    with folder.app("dummy") as app:
        made: Site = app.pronghorn_site  # type: ignore[attr-defined]
    return made  # outside the block, so that other applications can be made meanwhile


_numbers = iter(range(10**6))


@pytest.fixture
def signal(site: Site) -> Signal:
    """Return a fresh signal without declared arguments."""
    return make_signal(site)


def make_signal(site: Site, *args: str) -> Signal:
    """Make a signal with a name of its own; without *args*, it declares none."""
    return site.signals.register_signal(f"fresh{next(_numbers)}", args or None)


class Listener:
    """Hears signals."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def hear(self, *args: Any) -> None:
        self.heard.append(args)


# --- A3: the names ---


@pytest.mark.parametrize("name", [*GLOBAL_SIGNALS, "page_added", *PAGE_SIGNALS])
def test_a3_every_signal_of_the_guide_exists_under_its_name(site: Site, name: str) -> None:
    assert getattr(site.signals, name).name == name
    assert site.signals[name] is getattr(site.signals, name)
    assert name in site.signals
    assert repr(getattr(site.signals, name)) == f"<Signal {name}>"


def test_a3_both_places_of_the_guide_lead_to_one_signal(site: Site) -> None:
    assert site.page_added is site.signals.page_added
    assert site.signals.register_signals("own") is site.signals.register_signal("own") is site.signals.own


def test_a3_every_signal_is_declared_once_with_all_it_promises() -> None:
    names = [spec.name for spec in SIGNALS]
    assert len(names) == len(set(names))
    for spec in SIGNALS:
        assert spec.args
        assert spec.rides_on
        assert spec.often
        assert spec.meaning.endswith(".")
        assert spec.process in {"main", "worker"}


def test_a3_signals_can_be_looked_through(site: Site) -> None:
    assert {spec.name for spec in SIGNALS} <= {signal.name for signal in site.signals}


def test_a3_misspelt_signal_names_the_nearest(site: Site) -> None:
    with pytest.raises(AttributeError, match=r"no signal 'page_aded'; did you mean 'page_added'\?"):
        site.signals.page_aded.connect(print)
    with pytest.raises(AttributeError, match=r"register_signal\('zzz'\)"):
        site.signals.zzz.connect(print)


# --- A3: the whole build ---

WITNESS = """
from pathlib import Path
import os

MAIN = os.getpid()


def register_plugin(site):
    def listen(signal):
        def witness(first, *others):
            with (Path(site.app.outdir).parent / "heard.txt").open("a") as log:
                log.write(f"{signal.name} {getattr(first, 'docname', '-')} {os.getpid() == MAIN}\\n")
        signal.connect(witness)

    for signal in site.signals:
        listen(signal)
"""
MAKER = """
from pronghorn import Content, Metadata


def read(page):
    return Metadata(title="Own"), Content("own", page.source.read_text())


def process(site):
    page = site.pages["own"]
    page.output = Content("md", "# " + page.input.content)
    site.make_page("made/", metadata=Metadata(title="Made"), output=Content("md", "# Made"), taxonomy="t", term="u")


def take_away(site):
    for docname, components in (("made", ("taxonomy", "term")), ("a", ("source", "metadata", "input", "toc"))):
        for component in components:
            setattr(site.pages[docname], component, None)
    site.pages["a"].output = Content("md", "x")
    site.pages["a"].output = None


def register_plugin(site):
    site.readers.register_reader(condition=lambda path: path.ext == "own", read=read)
    site.signals.processors_init.connect(process)
    site.signals.rendering_init.connect(take_away)
"""
BY_SPHINX = """
from functools import partial
from pathlib import Path


def setup(app):
    from pronghorn.signals import SIGNALS

    def say(*words):
        with (Path(app.outdir).parent / "sphinx.txt").open("a") as log:
            log.write(" ".join(words) + "\\n")

    for spec in SIGNALS:
        def hear(app, *args, name=spec.name):
            say(name, *[type(arg).__name__ for arg in args])
        app.connect(spec.own_event, hear)
    for event in sorted({spec.rides_on for spec in SIGNALS if "-" in spec.rides_on}):
        def mark(*args, name=event, mark):
            say(mark, name)
            return () if name == "env-get-outdated" else None  # Sphinx wants a list there
        app.connect(event, partial(mark, mark="("), priority=-1)
        app.connect(event, partial(mark, mark=")"), priority=10**6)
"""
PAGES = ("a", "b", "c", "d", "e", "f")
MANY = tuple("abcdefghijklmnop")
"""Enough pages for several processes to share them."""


@pytest.fixture(scope="module", params=[1, 2], ids=["serial", "parallel"])
def heard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site whose plugin, and whose conf.py, write down each signal; gives the folder of both lists."""
    files = {
        "conf.py": DEFAULT_CONF + BY_SPHINX,
        "index.md": HOME + "\n```{toctree}\n:glob:\n*\n```\n",
        **{f"{name}.md": "# Page\n" for name in MANY},
        "own.own": "Own",
        "plugins/witness.py": WITNESS,
        "plugins/maker.py": MAKER,
    }
    folder = SiteFolder(tmp_path_factory.mktemp("build"), files)
    result = folder.build(jobs=request.param)
    assert (result.exit_code, result.warnings) == (0, ""), result.warnings
    return result.outdir.parent


DOCNAMES = sorted([*MANY, "index", "own", "made"])


def lines_of(file: Path) -> list[list[str]]:
    """Read a list that a build wrote, as words."""
    return [line.split() for line in file.read_text(encoding="utf-8").splitlines()]


def test_a3_every_signal_is_emitted_in_a_build_and_as_often_as_it_says(heard: Path) -> None:
    calls = Counter((name, subject) for name, subject, _ in lines_of(heard / "heard.txt"))
    names = {name for name, _ in calls}
    assert names == {spec.name for spec in SIGNALS} - {"build_failed"}
    for spec in SIGNALS:
        if spec.often.startswith("once for each page"):
            assert {subject: calls[spec.name, subject] for subject in DOCNAMES} == dict.fromkeys(DOCNAMES, 1), spec.name
        elif spec.often.startswith("once"):
            assert calls[spec.name, "-"] == 1, spec.name


def test_a3_every_page_gets_source_metadata_and_toc_once(heard: Path) -> None:
    calls = Counter((name, subject) for name, subject, _ in lines_of(heard / "heard.txt"))
    for docname in set(DOCNAMES) - {"a", "made"}:
        for name in ("source_created", "metadata_created", "input_created", "toc_created"):
            assert calls[name, docname] == 1, (name, docname)
    for component in ("source", "metadata", "input", "output", "toc"):
        assert calls[f"{component}_created", "a"] == calls[f"{component}_removed", "a"] == 1
    for component in ("taxonomy", "term"):
        assert calls[f"{component}_created", "made"] == calls[f"{component}_removed", "made"] == 1


def test_a3_signals_of_the_main_process_are_emitted_there_alone(heard: Path, request: pytest.FixtureRequest) -> None:
    workers = {name for name, _, is_main in lines_of(heard / "heard.txt") if is_main == "False"}
    may_be_elsewhere = {spec.name for spec in SIGNALS if spec.process == "worker"}
    parallel = "parallel" in request.node.callspec.id
    assert workers == (may_be_elsewhere if parallel else set())


def test_a3_order_of_the_whole_build(heard: Path) -> None:
    stages = [
        "plugins_loaded",
        "jinja_environment_prepared",
        "readers_init",
        "page_added",
        "readers_finished",
        "processors_init",
        "processors_finished",
        "page_read",
        "rendering_init",
        "page_rendering",
        "rendering_finished",
        "site_finished",
    ]
    names = [name for name, subject, _ in lines_of(heard / "heard.txt") if name in stages and subject != "made"]
    assert [name for name, _ in groupby(names)] == stages


def test_a3_order_of_the_signals_of_one_page(heard: Path) -> None:
    names = [name for name, subject, _ in lines_of(heard / "heard.txt") if subject == "own"]
    assert names == [
        "source_created",
        "page_added",
        "metadata_created",
        "input_created",
        "output_created",
        "page_read",
        "toc_created",
        "page_rendering",
    ]


def test_a3_generated_page_is_added_between_processors_init_and_finished(heard: Path) -> None:
    names = [(name, subject) for name, subject, _ in lines_of(heard / "heard.txt")]
    begin, end = names.index(("processors_init", "-")), names.index(("processors_finished", "-"))
    assert begin < names.index(("page_added", "made")) < end or (
        names.index(("readers_finished", "-")) < names.index(("page_added", "made")) < end
    )


def test_a3_app_connect_hears_every_signal_under_its_event_name(heard: Path) -> None:
    by_sphinx = Counter(words[0] for words in lines_of(heard / "sphinx.txt") if words[0] not in {"(", ")"})
    by_plugin = Counter(name for name, _, _ in lines_of(heard / "heard.txt"))
    assert by_sphinx == by_plugin


def test_a3_signals_ride_on_the_events_they_name(heard: Path, request: pytest.FixtureRequest) -> None:
    if "parallel" in request.node.callspec.id:
        return  # lines of several processes are mixed
    events = {spec.name: spec.rides_on for spec in SIGNALS}
    running: list[str] = []
    for first, *rest in lines_of(heard / "sphinx.txt"):
        if first == "(":
            running.append(rest[0])
        elif first == ")":
            running.remove(rest[0])
        elif "-" in events[first]:
            assert events[first] in running, first


def test_a3_arguments_are_those_that_are_declared(heard: Path) -> None:
    types = {
        "site": {"Site"},
        "page": {"Page"},
        "env": {"Environment", "SandboxedEnvironment"},
        "doctree": {"document"},
        "context": {"dict"},
        "metadata": {"Metadata"},
        "source": {"Source"},
        "input": {"Content", "SourceContent"},
        "output": {"Content"},
        "toc": {"TocEntry"},
        "taxonomy": {"str"},
        "term": {"str"},
    }
    specs = {spec.name: spec for spec in SIGNALS}
    for name, *given_types in lines_of(heard / "sphinx.txt"):
        if name in specs:
            args = specs[name].args or ()
            assert len(given_types) == len(args), name
            assert all(kind in types[arg] for kind, arg in zip(given_types, args, strict=True)), (name, given_types)


def test_a3_signals_of_a_build_that_changes_nothing(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        def register_plugin(site):
            for signal in site.signals:
                signal.connect(lambda *args, name=signal.name: print("#", name))
    """
    folder = make_site({"index.md": HOME, "a.md": ORPHAN, "plugins/p.py": code})
    build_cleanly(folder)
    capsys.readouterr()
    assert build_cleanly(folder).docs_read == ()
    calls = Counter(re.findall(r"# (\w+)", capsys.readouterr().out))
    for spec in SIGNALS:
        if spec.often == "once" or spec.name == "jinja_environment_prepared":
            assert calls[spec.name] == 1, spec.name
    assert calls["page_added"] == 2
    assert calls["metadata_created"] == 2
    assert calls["page_read"] == 0


def test_a3_build_that_fails_tells_build_failed_and_nothing_after(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = """
        from sphinx.errors import SphinxError

        def stop(page):
            raise SphinxError("enough of " + page.docname)

        def register_plugin(site):
            site.signals.page_read.connect(stop)
            site.signals.build_failed.connect(lambda site, exception: print("failed:", site.config.title, exception))
            site.signals.rendering_finished.connect(lambda: print("rendering_finished"))
            site.signals.site_finished.connect(lambda: print("site_finished"))
    """
    with pytest.raises(SphinxError, match="enough of index"):
        build(make_site({"index.md": HOME, "plugins/p.py": code}, conf="project = 'T'\nhtml_title = 'T'"))
    assert capsys.readouterr().out == "failed: T enough of index\n"


@pytest.mark.parametrize("builder", ["text", "xml", "latex", "dummy"])
def test_a3_builders_without_templates_have_no_signals_of_templates(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], builder: str
) -> None:
    code = """
        def register_plugin(site):
            for signal in site.signals:
                signal.connect(lambda *args, name=signal.name: print("#", name))
    """
    build_cleanly(make_site({"index.md": HOME, "plugins/p.py": code}), builder)
    calls = Counter(re.findall(r"# (\w+)", capsys.readouterr().out))
    assert "jinja_environment_prepared" not in calls
    assert "page_rendering" not in calls
    for name in ("plugins_loaded", "readers_init", "rendering_init", "rendering_finished", "site_finished"):
        assert calls[name] == 1, name


def test_a3_component_signals_of_one_page_and_of_all(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        def input_created(page, inp):
            assert page.input is inp
            print(f"input created for page {page.url}")

        def page_cb(page):
            if page.docname == "a":
                page.input_created.connect(input_created)

        def register_plugin(site):
            site.signals.page_added.connect(page_cb)
            site.signals.input_created.connect(lambda page: print("some input:", page.docname))
    """
    build_cleanly(make_site({"index.md": HOME, "a.md": ORPHAN, "plugins/p.py": code}), "html")
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "input created for page a.html",
        "some input: a",
        "some input: index",
    ]


@pytest.mark.parametrize("component", COMPONENTS)
def test_a3_page_has_the_signals_of_its_components(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], component: str
) -> None:
    code = f"""
        def listen(site):
            page = site.pages["index"]
            value = page.source if "{component}" == "source" else page.input
            if "{component}" in ("metadata", "toc"):
                value = {{"metadata": page.metadata, "toc": TocEntry("T", "")}}["{component}"]
            page.{component}_created.connect(lambda page, new: print("created", new is value))
            page.{component}_removed.connect(lambda page, old: print("removed", old is value))
            page.{component} = value
            page.{component} = None
            page.{component} = None
            page.{component} = value

        from pronghorn import TocEntry

        def register_plugin(site):
            site.signals.readers_finished.connect(listen)
    """
    built = build(make_site({"index.md": HOME, "plugins/p.py": code}), "dummy")
    assert "failed" not in built.warnings
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == ["created True", "removed True", "created True"]


def test_a3_misspelt_signal_of_a_page_is_told(make_site: MakeSite) -> None:
    code = "def register_plugin(site):\n    site.signals.page_added.connect(lambda page: page.inputt_created)\n"
    warnings = build(make_site({"index.md": HOME, "plugins/p.py": code}), "dummy").warnings
    assert "plugin 'p': handler of page_added" in warnings
    assert "a page has no attribute 'inputt_created'" in warnings


# --- A4: observers ---


def test_a4_connecting_twice_is_once(signal: Signal) -> None:
    listener = Listener()

    def function(*args: Any) -> None:
        listener.hear("function", *args)

    for _ in range(2):
        signal.connect(function)
        signal.connect(listener.hear)
        signal.connect(function, priority=1)
    signal.emit(1)
    assert listener.heard == [("function", 1), (1,)]


def test_a4_connecting_a_builtin_method_twice_is_once(signal: Signal) -> None:
    heard: list[Any] = []
    signal.connect(heard.append)
    signal.connect(heard.append)
    signal.emit(1)
    assert heard == [1]
    assert signal.disconnect(heard.append)
    signal.emit(2)
    assert heard == [1]


def test_a4_observers_are_strong_by_default(signal: Signal) -> None:
    heard: list[Any] = []
    signal.connect(lambda *args: heard.append(args))
    signal.connect(Recorder(heard).hear)
    signal.emit(1)
    assert heard == [(1,), (1,)]


class Recorder:
    """Records into a list that outlives it."""

    def __init__(self, heard: list[Any]) -> None:
        self._heard = heard

    def hear(self, *args: Any) -> None:
        self._heard.append(args)

    def __call__(self, *args: Any) -> None:
        self._heard.append(args)


def test_a4_weak_observers_go_with_their_holder(signal: Signal) -> None:
    heard: list[Any] = []
    recorder, callable_object = Recorder(heard), Recorder(heard)
    signal.connect(recorder.hear, weak=True)
    signal.connect(callable_object, weak=True)
    signal.connect(lambda: heard.append("nobody holds me"), weak=True)
    signal.emit(1)
    assert heard == [(1,), (1,)]
    del recorder
    signal.emit(2)
    assert heard == [(1,), (1,), (2,)]
    del callable_object
    signal.emit(3)
    assert len(heard) == 3


def test_a4_weak_observer_may_be_connected_again_after_it_died(signal: Signal) -> None:
    heard: list[Any] = []
    for number in range(20):  # new objects soon take the memory of old ones
        recorder = Recorder(heard)
        signal.connect(recorder.hear, weak=True)
        signal.emit(number)
        assert heard.count((number,)) == 1
        del recorder


def test_a4_weak_observer_that_dies_unseen_is_told_at_debug_level(make_site: MakeSite) -> None:
    code = """
        def register_plugin(site):
            site.signals.page_added.connect(lambda page: print("never called"), weak=True)
    """
    folder = make_site({"index.md": HOME, "plugins/p.py": code})
    told = "plugin 'p': a weakly connected handler of page_added is gone"
    verbose = folder.build("dummy", "-vv")
    assert told in verbose.out
    assert "never called" not in verbose.out
    assert told not in folder.build("dummy", "-E").out


def test_a4_disconnect_tells_whether_it_was_connected(signal: Signal) -> None:
    listener = Listener()
    assert signal.disconnect(listener.hear) is False
    signal.connect(listener.hear)
    assert signal.disconnect(listener.hear) is True
    assert signal.disconnect(listener.hear) is False
    signal.emit(1)
    assert listener.heard == []
    signal.connect(listener.hear)
    signal.emit(2)
    assert listener.heard == [(2,)]


def test_a4_signal_is_a_decorator(signal: Signal) -> None:
    heard: list[Any] = []

    @signal.connect
    def plain(value: int) -> None:
        heard.append(("plain", value))

    @signal.connect(priority=100)
    def early(value: int) -> None:
        heard.append(("early", value))

    signal.emit(1)
    assert heard == [("early", 1), ("plain", 1)]
    plain(2)
    assert heard[-1] == ("plain", 2)


def test_a4_handler_may_take_fewer_arguments_than_the_signal_gives(site: Site) -> None:
    signal = make_signal(site, "a", "b", "c")
    heard: list[Any] = []
    signal.connect(lambda: heard.append(()))
    signal.connect(lambda a: heard.append((a,)))
    signal.connect(lambda a, b: heard.append((a, b)))
    signal.connect(lambda a, b, c: heard.append((a, b, c)))
    signal.connect(lambda a, b=0, c=0, d=9: heard.append((a, b, c, d)))
    signal.connect(lambda *args: heard.append(args))
    signal.connect(lambda a, *rest, **more: heard.append((a, rest, more)))
    signal.connect(partial(lambda *args: heard.append(args), "bound"))
    signal.emit(1, 2, 3)
    assert heard == [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 9), (1, 2, 3), (1, (2, 3), {}), ("bound", 1, 2, 3)]


def test_a4_handler_with_too_many_arguments_is_refused(site: Site) -> None:
    signal = make_signal(site, "a")
    heard: list[int] = []

    def many(a: int, b: int) -> None:
        heard.extend((a, b))

    with pytest.raises(SignalError, match=rf"many` needs 2 arguments, but signal '{signal.name}' gives 1: a"):
        signal.connect(many)
    signal.emit(1)
    assert heard == []


@pytest.mark.parametrize("handler", [3, "name", None, [print]])
def test_a4_handler_that_is_no_function_is_refused(signal: Signal, handler: Any) -> None:
    with pytest.raises(SignalError, match=f"signal '{signal.name}': a handler is a function, not "):
        signal.connect(handler)


def test_broken_bound_methods_fire(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        class Plugin:
            def __init__(self, site):
                self.site = site
                site.signals.page_added.connect(self.added)
                site.signals.plugins_loaded.connect(self.loaded)
                site.signals.readers_init.connect(Plugin.by_class)
                site.signals.readers_init.connect(self.static)

            def added(self, page):
                print("method saw", page.docname, self.site.config.title)

            def loaded(self):
                print("method without argument")

            @classmethod
            def by_class(cls, site):
                print("class method of", cls.__name__)

            @staticmethod
            def static():
                print("static method")

        def register_plugin(site):
            Plugin(site)
    """
    build_cleanly(make_site({"index.md": HOME, "plugins/p.py": code}, conf="html_title = 'T'"), "dummy")
    assert capsys.readouterr().out.splitlines() == [
        "method without argument",
        "class method of Plugin",
        "static method",
        "method saw index T",
    ]


def test_broken_plugins_loaded_handler_gets_the_site_and_may_take_none(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = """
        def greet_user(site):
            print("Hello from the plugin!", type(site).__name__)


        def register_plugin(site):
            site.signals.plugins_loaded.connect(greet_user)
            site.signals.plugins_loaded.connect(lambda: print("Hello without an argument!"))
    """
    build_cleanly(make_site({"index.md": HOME, "plugins/myplugin.py": guide}), "dummy")
    assert capsys.readouterr().out == "Hello from the plugin! Site\nHello without an argument!\n"


class Falsy:
    """False, empty, and equal to nothing."""

    def __init__(self, heard: list[Any]) -> None:
        self.heard = heard

    def __call__(self, *args: Any) -> None:
        self.heard.append(args)

    def hear(self, *args: Any) -> None:
        self.heard.append(args)

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        raise RuntimeError("nobody hashes me")


@pytest.mark.parametrize("weak", [False, True])
def test_broken_falsy_callables_count_as_alive(signal: Signal, weak: bool) -> None:
    heard: list[Any] = []
    falsy = Falsy(heard)
    for handler in (falsy, falsy.hear):
        signal.connect(handler, weak=weak)
        signal.connect(handler, weak=weak)
    signal.emit(1)
    assert heard == [(1,), (1,)]
    assert signal.disconnect(falsy)
    assert signal.disconnect(falsy.hear)
    signal.emit(2)
    assert heard == [(1,), (1,)]


def test_broken_disconnecting_during_emit_does_not_skip_the_next_observer(signal: Signal) -> None:
    heard: list[str] = []

    def first() -> None:
        heard.append("first")
        signal.disconnect(first)

    signal.connect(first)
    signal.connect(lambda: heard.append("second"))
    signal.connect(lambda: heard.append("third"))
    signal.emit()
    signal.emit()
    assert heard == ["first", "second", "third", "second", "third"]


def test_a4_handler_disconnected_during_emit_is_not_called_any_more(signal: Signal) -> None:
    heard: list[str] = []

    def later() -> None:
        heard.append("later")

    signal.connect(lambda: signal.disconnect(later))
    signal.connect(later)
    signal.emit()
    assert heard == []


def test_a4_handler_connected_during_emit_is_called_from_the_next_emit_on(signal: Signal) -> None:
    heard: list[str] = []

    def later() -> None:
        heard.append("later")

    signal.connect(lambda: signal.connect(later))
    signal.emit()
    assert heard == []
    signal.emit()
    assert heard == ["later"]


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.booleans()), max_size=20))
def test_a4_handlers_are_called_by_priority_then_in_order_of_connecting(
    site: Site, handlers: list[tuple[int, bool]]
) -> None:
    signal = make_signal(site, "value")
    called: list[int] = []
    for number, (priority, by_sphinx) in enumerate(handlers):
        if by_sphinx:
            site.app.connect(signal.spec.own_event, lambda _app, _value, n=number: called.append(n), priority)
        else:
            signal.connect(lambda _value, n=number: called.append(n), priority)
    signal.emit(0)
    assert called == sorted(range(len(handlers)), key=lambda number: handlers[number][0])


@given(st.lists(st.tuples(st.sampled_from(["connect", "disconnect", "emit"]), st.integers(0, 3)), max_size=30))
def test_a4_connected_handlers_are_an_ordered_set(site: Site, steps: list[tuple[str, int]]) -> None:
    signal = make_signal(site)
    listeners = [Listener() for _ in range(4)]
    expected: dict[int, None] = {}
    calls: Counter[int] = Counter()
    for step, number in steps:
        if step == "connect":
            signal.connect(listeners[number].hear)
            expected.setdefault(number)
        elif step == "disconnect":
            assert signal.disconnect(listeners[number].hear) == (number in expected)
            expected.pop(number, None)
        else:
            signal.emit()
            calls.update(list(expected))
    assert [len(listener.heard) for listener in listeners] == [calls[number] for number in range(4)]


# --- A5: custom signals ---

EMITTER = """
def emitting_plugin_finished(site):
    pages_no = 2
    answer_to_everything = 42
    site.signals.mysignal.emit(pages_no, answer_to_everything)


def register_plugin(site):
    site.signals.register_signal("mysignal")
    site.signals.processors_finished.connect(emitting_plugin_finished)
"""
SUBSCRIBER = """
def print_answer(pages_no, answer):
    assert answer == 42, "Wait, what?"
    for i in range(pages_no):
        print(f"{i}: the answer to life, universe and everything is {answer}.")


def register_plugin(site):
    site.signals.register_signal("mysignal").connect(print_answer)
"""


@pytest.mark.parametrize("names", [("emitter", "subscriber"), ("z_emitter", "subscriber")])
def test_a5_custom_signals_in_any_order(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], names: tuple[str, str]
) -> None:
    emitter, subscriber = names
    files = {"index.md": HOME, f"plugins/{emitter}.py": EMITTER, f"plugins/{subscriber}.py": SUBSCRIBER}
    build_cleanly(make_site(files), "dummy")
    assert capsys.readouterr().out.splitlines() == [
        f"{i}: the answer to life, universe and everything is 42." for i in range(2)
    ]


def test_a5_register_signal_always_gives_the_same_signal(site: Site) -> None:
    first = site.signals.register_signal("same")
    assert site.signals.register_signal("same") is first
    assert site.signals.same is first
    assert site.signals["same"] is first
    assert site.signals.register_signal("page_added") is site.signals.page_added


def test_a5_arguments_may_be_declared_by_whoever_comes_later(site: Site) -> None:
    signal = site.signals.register_signal("declared_later")
    assert site.signals.register_signal("declared_later", args=["a"]) is signal
    assert signal.spec.args == ("a",)
    assert site.signals.register_signal("declared_later", args=("a",)) is signal
    with pytest.raises(SignalError, match=r"'declared_later' already has the arguments \(a\), not \(b\)"):
        site.signals.register_signal("declared_later", args=("b",))


def test_a5_custom_signal_is_an_event_of_sphinx(site: Site) -> None:
    heard: list[Any] = []
    signal = site.signals.register_signal("feed_written")
    site.app.connect("pronghorn-feed-written", lambda _app, path: heard.append(path))
    signal.emit("feed.xml")
    assert heard == ["feed.xml"]


@pytest.mark.parametrize("name", ["", "my-signal", "two words", "_private", "1st", "emit()", "register_signal"])
def test_a5_name_that_cannot_be_an_attribute_is_refused(site: Site, name: str) -> None:
    with pytest.raises(SignalError, match="cannot be the name of a signal: it must be a plain identifier"):
        site.signals.register_signal(name)


@pytest.mark.parametrize("args", ["page", ["a b"], [""], ["a", "a"]])
def test_a5_arguments_that_cannot_be_parameters_are_refused(site: Site, args: Any) -> None:
    name = f"refused{next(_numbers)}"
    with pytest.raises(SignalError, match=f"signal '{name}': arguments are given as a list of identifiers"):
        site.signals.register_signal(name, args=args)
    assert name not in site.signals


# --- failing handlers ---

RAISING = """
import sys


def on_page(page):
    if page.docname == "a":
        raise ValueError("no good")
    sys.stdout.write(f"did {page.docname}\\n")  # in one piece, whatever other processes write


def register_plugin(site):
    site.signals.page_added.connect(on_page)
    site.signals.page_read.connect(on_page)
    site.signals.page_rendering.connect(on_page)
    site.signals.metadata_created.connect(on_page)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_broken_handler_that_raises_for_one_page_goes_on_with_others(make_site: MakeSite, jobs: int) -> None:
    files = {name + ".md": ORPHAN for name in PAGES}
    folder = make_site({"index.md": HOME, **files, "plugins/p.py": RAISING})
    result = folder.build(jobs=jobs)
    assert result.exit_code == 0
    done = Counter(re.findall(r"did (index|[a-f])", result.out))
    assert done == dict.fromkeys(["index", *PAGES[1:]], 4)
    place = f"{folder.source / 'a.md'}: WARNING: plugin 'p': handler of"
    for name in ("page_added", "page_read", "page_rendering", "metadata_created"):
        told = f"{place} {name} `on_page` (plugins/p.py:7) failed on 'a': ValueError: no good [pronghorn.handler]"
        assert result.warnings.count(told) == 1, result.warnings
    assert result.warnings.count("WARNING") == 4
    assert all(result.exists(f"{name}.html") for name in PAGES)


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        ("lambda: 1 / 0", "`register_plugin.<locals>.<lambda>` (plugins/p.py:8) failed: ZeroDivisionError"),
        ("Callable()", "Callable object at 0x"),
        ("Callable().method", "`Callable.method` (plugins/p.py:6) failed: KeyError: 'method'"),
        ("lambda: exit(3)", "(plugins/p.py:8) failed: it called sys.exit(3)"),
    ],
)
def test_broken_failing_handler_is_named_whatever_it_is(make_site: MakeSite, handler: str, said: str) -> None:
    code = f"""\
        class Callable:
            def __call__(self):
                raise KeyError("call")

            def method(self):
                raise KeyError("method")
        def register_plugin(site):
            site.signals.readers_init.connect({handler})
    """
    built = build(make_site({"index.md": HOME, "plugins/p.py": code}), "dummy")
    assert built.exit_code == 0
    assert "WARNING: plugin 'p': handler of readers_init " in built.warnings
    assert said in built.warnings
    assert "[pronghorn.handler]" in built.warnings
    assert re.search(r"plugins/p\.py:\d+", built.warnings)


def test_broken_failing_handler_leaves_a_traceback_for_those_who_ask(make_site: MakeSite) -> None:
    code = "def f():\n    1 / 0\ndef register_plugin(site):\n    site.signals.readers_init.connect(f)\n"
    folder = make_site({"index.md": HOME, "plugins/p.py": code})
    assert "Traceback" not in folder.build("dummy").out
    assert re.search(
        r'Traceback.*\n.*\n.*\n(.*\n)*?  File ".*plugins/p\.py", line 2, in f', folder.build("dummy", "-vv").out
    )


def test_a4_plugin_may_stop_the_build_on_purpose(make_site: MakeSite) -> None:
    code = """
        from sphinx.errors import SphinxError

        def stop():
            raise SphinxError("the data is missing")

        def register_plugin(site):
            site.signals.readers_init.connect(stop)
    """
    result = make_site({"index.md": HOME, "plugins/p.py": code}).build("dummy")
    assert result.exit_code == 2
    assert "the data is missing" in result.warnings


# --- suppress_warnings and -W ---

NOISE = {
    "plugins/broken.py": "1 / 0\n",
    "plugins/raising.py": "def register_plugin(site):\n    site.signals.readers_init.connect(lambda: 1 / 0)\n",
    "plugins/talking.py": "def register_plugin(site):\n    site.log.warning('attention')\n",
    "pronghorn.toml": "plugin_path = []\n",
}
SUBTYPES = {"plugin", "handler", "log", "config"}


@pytest.mark.parametrize(
    ("suppressed", "left"),
    [
        ([], SUBTYPES),
        (["pronghorn.plugin"], SUBTYPES - {"plugin"}),
        (["pronghorn.handler"], SUBTYPES - {"handler"}),
        (["pronghorn.log"], SUBTYPES - {"log"}),
        (["pronghorn.config"], SUBTYPES - {"config"}),
        (["pronghorn.*"], set()),
        (["pronghorn"], set()),
        (["other", "pronghorn.nothing"], SUBTYPES),
    ],
)
def test_a4_warnings_are_suppressed_by_type_and_subtype(
    make_site: MakeSite, suppressed: list[str], left: set[str]
) -> None:
    built = build(make_site({"index.md": HOME, **NOISE}, conf=f"suppress_warnings = {suppressed!r}"), "dummy")
    assert set(re.findall(r"\[pronghorn\.(\w+)\]", built.warnings)) == left


@pytest.mark.parametrize("kind", sorted(SUBTYPES))
def test_a4_each_kind_fails_a_build_with_warnings_as_errors(make_site: MakeSite, kind: str) -> None:
    others = [f"pronghorn.{name}" for name in sorted(SUBTYPES - {kind})]
    folder = make_site({"index.md": HOME, **NOISE}, conf=f"suppress_warnings = {others!r}")
    result = folder.build("dummy", warnings_are_errors=True)
    assert result.exit_code == 1
    assert result.warnings.count("WARNING") == 1


def test_a4_observe_functions_have_short_reprs(site: Site) -> None:
    objects: list[Callable[..., object] | object] = [site, site.signals.page_added, site.pages, site.plugins]
    assert all(len(repr(thing)) < 60 for thing in objects)
