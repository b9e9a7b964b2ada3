"""Plugins that are objects with ``@hookimpl`` methods."""

import re
from io import StringIO
from textwrap import dedent, indent

import pytest

import pronghorn
from pronghorn import PluginStatus
from pronghorn.signals import SIGNALS
from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly

HOME = "# Home\n"
ORPHAN = "---\norphan: true\n---\n# A\n"


def class_plugin(methods: str, before: str = "pass", after: str = "pass") -> str:
    """Return a plugin with a class ``Hooks``; its methods begin in line 5, *before* runs before it is registered."""
    return (
        "from pronghorn import Content, hookimpl\n\n\nclass Hooks:\n"
        + indent(dedent(methods).strip("\n"), "    ")
        + "\n\n\ndef register_plugin(site):\n"
        + indent(f"{dedent(before)}\nsite.plugins.register(Hooks())\n{dedent(after)}\n", "    ")
    )


def build_with(make_site: MakeSite, *plugins: str, **files: str) -> Built:
    """Build a site of the pages ``index`` and ``a`` with plugins named ``p1``, ``p2`` and so on."""
    code = {f"plugins/p{number}.py": text for number, text in enumerate(plugins, start=1)}
    return build(make_site({"index.md": HOME, "a.md": ORPHAN, **code, **files}))


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that plugins printed."""
    return capsys.readouterr().out.splitlines()


# --- D1: hooks ---


def test_d1_class_with_hooks_is_registered_and_called(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    methods = """
        @hookimpl
        def plugins_loaded(self, site):
            print("Hello World!", site.config.title)

        @hookimpl
        def page_added(self, page):
            print("added", page.docname)

        @hookimpl
        def page_rendering(self, page, context):
            print("rendering", page.docname, context["title"])

        def site_finished(self, site):
            print("this method is not a hook")
    """
    built = build_with(make_site, class_plugin(methods))
    assert built.warnings == ""
    assert printed(capsys) == [
        "Hello World! Test  documentation",
        "added a",
        "added index",
        "rendering a A",
        "rendering index Home",
    ]
    assert built.site.plugins["p1"].hooks == ["page_added", "page_rendering", "plugins_loaded"]


def test_d1_every_signal_may_be_hooked_with_all_its_arguments(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = "".join(
        f"@hookimpl\ndef {spec.name}(self, {', '.join(spec.args or ())}):\n"
        f"    print({spec.name!r}, [type(x).__name__ for x in ({', '.join(spec.args or ())},)])\n"
        for spec in SIGNALS
    )
    everything = """
        def change(page):
            for name in ("metadata", "output", "toc", "taxonomy", "term", "input", "source"):
                value = getattr(page, name)
                if name in ("taxonomy", "term"):
                    setattr(page, name, "any")
                    setattr(page, name, None)
                elif name == "output":
                    page.output = Content("md", "# Changed")
                    page.output = None
                elif value is not None:
                    setattr(page, name, None)
                    setattr(page, name, value)

        site.signals.readers_finished.connect(lambda: change(site.pages["a"]))
        site.signals.rendering_init.connect(lambda: change(site.pages["a"]))
        site.signals.rendering_finished.connect(lambda: site.signals.build_failed.emit(site, ValueError()))
    """
    built = build_with(make_site, class_plugin(methods, everything))
    assert built.warnings == ""
    heard = {line.partition(" ")[0]: line.partition(" ")[2] for line in printed(capsys)}
    assert sorted(heard) == sorted(spec.name for spec in SIGNALS)
    assert heard["plugins_loaded"] == "['Site']"
    assert heard["page_read"] == "['Page', 'document']"
    assert heard["output_removed"] == "['Page', 'Content']"
    assert heard["build_failed"] == "['Site', 'ValueError']"


@pytest.mark.parametrize("arguments", ["self", "self, page", "self, metadata", "self, metadata, page"])
def test_d1_hook_takes_the_arguments_it_names(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    methods = f"""
        @hookimpl
        def metadata_created({arguments}):
            print("called", sorted(name for name in locals() if name != "self"))
    """
    assert build_with(make_site, class_plugin(methods)).warnings == ""
    named = sorted(name for name in arguments.split(", ") if name != "self")
    assert printed(capsys) == [f"called {named}"] * 2


def test_d1_order_is_pluggys(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    def hook(options: str, said: str) -> str:
        return class_plugin(f"@hookimpl{options}\ndef readers_init(self):\n    print('{said}')")

    wrapper = class_plugin(
        """
        @hookimpl(wrapper=True)
        def readers_init(self):
            print("wrapper begins")
            result = yield
            print("wrapper ends")
            return result
        """
    )
    built = build_with(
        make_site,
        hook("(trylast=True)", "last"),
        hook("", "registered first"),
        wrapper,
        hook("", "registered second"),
        hook("(tryfirst=True)", "first"),
    )
    assert built.warnings == ""
    assert printed(capsys) == [
        "wrapper begins",
        "first",
        "registered second",
        "registered first",
        "last",
        "wrapper ends",
    ]


def test_d1_old_style_wrapper(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    wrapper = """
        @hookimpl(hookwrapper=True)
        def readers_init(self, site):
            print("begins", site.config.title)
            outcome = yield
            print("ends", outcome.get_result())
    """
    plain = class_plugin("@hookimpl\ndef readers_init(self):\n    print('between')\n    return 7")
    assert build_with(make_site, class_plugin(wrapper), plain).warnings == ""
    assert printed(capsys) == ["begins Test  documentation", "between", "ends [7]"]


def test_d1_hook_under_another_name(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    methods = """
        @hookimpl(specname="page_added")
        def on_page_added(self, page):
            print("added", page.docname)
    """
    built = build_with(make_site, class_plugin(methods))
    assert built.warnings == ""
    assert printed(capsys) == ["added a", "added index"]
    assert built.site.plugins["p1"].hooks == ["page_added"]


def test_d1_optional_hook_may_name_a_signal_that_nobody_makes(make_site: MakeSite) -> None:
    methods = """
        @hookimpl(optionalhook=True)
        def feed_written(self):
            pass
    """
    built = build_with(make_site, class_plugin(methods))
    assert built.warnings == ""
    assert built.site.plugins["p1"].active is True


def test_d1_static_class_and_inherited_methods_are_hooks(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = """
        from pronghorn import hookimpl

        class Base:
            @hookimpl
            def readers_init(self):
                print("inherited by", type(self).__name__)

        class Hooks(Base):
            @staticmethod
            @hookimpl
            def readers_finished(site):
                print("static", site.config.title)

            @classmethod
            @hookimpl
            def processors_init(cls, site):
                print("class", cls.__name__)

            @property
            def odd(self):
                raise RuntimeError("nobody asks for this")

        def register_plugin(site):
            site.plugins.register(Hooks())
    """
    assert build_with(make_site, dedent(code)).warnings == ""
    assert printed(capsys) == ["inherited by Hooks", "static Test  documentation", "class Hooks"]


def test_d1_one_plugin_may_register_several_objects(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        from pronghorn import hookimpl

        class Counter:
            def __init__(self, name):
                self.name = name

            def __eq__(self, other):
                return True

            def __bool__(self):
                return False

            __hash__ = None

            @hookimpl
            def readers_init(self):
                print("counter", self.name)

        def register_plugin(site):
            for name in "ab":
                site.plugins.register(Counter(name))
    """
    assert build_with(make_site, dedent(code)).warnings == ""
    assert sorted(printed(capsys)) == ["counter a", "counter b"]


def test_d1_registering_an_object_twice_is_told_plainly(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = """
        from pronghorn import hookimpl

        class Hooks:
            @hookimpl
            def readers_init(self):
                print("called")

        def register_plugin(site):
            hooks = Hooks()
            site.plugins.register(hooks)
            site.plugins.register(hooks)
    """
    built = build_with(make_site, dedent(code))
    if built.site.plugins["p1"].active:
        assert printed(capsys) == ["called"]
    else:
        assert_failed(built, 12, "this Hooks is registered already")


@pytest.mark.parametrize("hook_is_first", [True, False])
def test_d1_hooks_of_a_custom_signal_in_any_load_order(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], hook_is_first: bool
) -> None:
    emitter = """
        def register_plugin(site):
            feed = site.signals.register_signal("feed_written", args=("path", "entries"))
            site.signals.processors_finished.connect(lambda: feed.emit("feed.xml", 3))
    """
    hook = class_plugin("@hookimpl\ndef feed_written(self, entries):\n    print('heard', entries)")
    plugins = [hook, dedent(emitter)] if hook_is_first else [dedent(emitter), hook]
    assert build_with(make_site, *plugins).warnings == ""
    assert printed(capsys) == ["heard 3"]


# --- D1: faults ---


def assert_failed(built: Built, line: int | None, said: str) -> None:
    """Check that plugin ``p1`` failed, that its line and the reason are told, and the way out."""
    assert built.exit_code == 0
    assert built.site.plugins["p1"].status is PluginStatus.FAILED
    place = r"plugins/p1\.py:" + (r"\d+" if line is None else str(line))
    first, second = built.warnings.splitlines()
    assert re.match(rf".*/source/{place}: WARNING: ", first), first
    assert re.search(rf"plugin 'p1' is not loaded: {place}: {re.escape(said)}", first), first
    assert "add 'p1' to pronghorn_plugins_disabled. [pronghorn.plugin]" in second


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("page_aded(self, page)", "hook `Hooks.page_aded`: there is no signal 'page_aded'; did you mean 'page_added'?"),
        (
            "on_plugins_loaded(self, plugin_manager)",
            "hook `Hooks.on_plugins_loaded`: there is no signal 'on_plugins_loaded'; did you mean 'plugins_loaded'?",
        ),
        ("zzz(self)", "hook `Hooks.zzz`: there is no signal 'zzz'"),
        ("page_added(self, pge)", "hook `page_added` asks for pge; it may take: page"),
        ("plugins_loaded(self, page, context)", "hook `plugins_loaded` asks for page, context; it may take: site"),
    ],
)
def test_d1_misspelt_hook_or_argument_is_told(make_site: MakeSite, hook: str, said: str) -> None:
    built = build_with(make_site, class_plugin(f"@hookimpl\ndef {hook}:\n    raise RuntimeError"))
    assert_failed(built, 5, said)


def test_d1_misspelt_hook_of_a_reloaded_plugin_is_told(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    code = class_plugin("@hookimpl\ndef page_added(self):\n    print('heard')")
    folder = make_site({"index.md": HOME, "plugins/p1.py": code})
    warnings = StringIO()
    with folder.app("dummy", warnings=warnings) as app:
        folder.write("plugins/p1.py", code.replace("page_added", "page_aded"))
        info = app.pronghorn_site.plugins.load("p1", force=True)  # type: ignore[attr-defined]
        app.build()
    assert info.status is PluginStatus.FAILED
    assert "there is no signal 'page_aded'; did you mean 'page_added'?" in info.error
    assert "there is no signal 'page_aded'; did you mean 'page_added'?" in warnings.getvalue()
    assert printed(capsys) == []


def test_d1_hook_of_a_custom_signal_works_after_a_reload(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = class_plugin("@hookimpl\ndef mine(self, value):\n    print('heard', value)")
    emitter = "def register_plugin(site):\n    site.signals.register_signal('mine', args=('value',))\n"
    folder = make_site({"index.md": HOME, "plugins/p1.py": hook, "plugins/p2.py": emitter})
    with folder.app("dummy") as app:
        site = app.pronghorn_site  # type: ignore[attr-defined]
        for name in ("p2", "p1", "p2"):
            site.plugins.load(name, force=True)
        site.signals.mine.emit(3)
    assert printed(capsys) == ["heard 3"]


def test_d1_hook_of_a_signal_without_declared_arguments_is_told(make_site: MakeSite) -> None:
    code = class_plugin("@hookimpl\ndef mine(self):\n    pass", "site.signals.register_signal('mine')")
    assert_failed(
        build_with(make_site, code),
        5,
        "hook `Hooks.mine`: signal 'mine' does not declare its arguments; make it with"
        " site.signals.register_signal('mine', args=(...)), or connect a function",
    )


def test_d1_arguments_of_a_custom_signal_are_checked_when_the_hook_loads_first(make_site: MakeSite) -> None:
    hook = class_plugin("@hookimpl\ndef mine(self, wrong):\n    pass")
    emitter = "def register_plugin(site):\n    site.signals.register_signal('mine', args=('right',))\n"
    assert_failed(build_with(make_site, hook, emitter), 5, "hook `mine` asks for wrong; it may take: right")


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("Hooks", "register an instance: site.plugins.register(Hooks())"),
        ("object()", "object has no @hookimpl method"),
        ("None", "NoneType has no @hookimpl method"),
    ],
)
def test_d1_what_cannot_be_registered_is_told(make_site: MakeSite, argument: str, said: str) -> None:
    code = class_plugin("@hookimpl\ndef readers_init(self):\n    pass").replace("(Hooks())", f"({argument})")
    assert_failed(build_with(make_site, code), None, said)


def test_d1_wrapper_that_does_not_yield_is_told(make_site: MakeSite) -> None:
    code = class_plugin("@hookimpl(wrapper=True)\ndef readers_init(self):\n    pass")
    built = build_with(make_site, code)
    assert built.site.plugins["p1"].status is PluginStatus.FAILED
    assert "readers_init" in built.warnings
    assert "generator" in built.warnings or "yield" in built.warnings
    assert re.search(r"plugins/p1\.py:\d+: ", built.warnings)


def test_broken_hook_that_raises_names_its_plugin_and_page_and_others_go_on(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = class_plugin("@hookimpl\ndef page_added(self, page):\n    if page.docname == 'a':\n        1 / 0")
    good = class_plugin("@hookimpl\ndef page_added(self, page):\n    print('good saw', page.docname)")
    built = build_with(make_site, good, bad, good.replace("good", "better"))
    assert sorted(printed(capsys)) == ["better saw a", "better saw index", "good saw a", "good saw index"]
    assert built.warnings == (
        f"{built.site.srcdir / 'a.md'}: WARNING: plugin 'p2': hook `Hooks.page_added` (plugins/p2.py:8)"
        " failed on 'a': ZeroDivisionError: division by zero [pronghorn.handler]\n"
    )
    assert built.exit_code == 0


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("1 / 0\nyield", 7),
        ("yield\n1 / 0", 8),
        ("try:\n    yield\nfinally:\n    1 / 0", 10),
    ],
    ids=["before", "after", "finally"],
)
@pytest.mark.parametrize("style", ["wrapper", "hookwrapper"])
def test_broken_wrapper_that_raises_is_the_fault_of_its_plugin_alone(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], style: str, body: str, line: int
) -> None:
    bad = class_plugin(f"@hookimpl({style}=True)\ndef page_added(self, page):\n{indent(body, '    ')}")
    good = class_plugin("@hookimpl\ndef page_added(self, page):\n    print('good saw', page.docname)")
    built = build_with(make_site, good, bad)
    assert printed(capsys) == ["good saw a", "good saw index"]
    told = [
        f"plugin 'p2': hook `Hooks.page_added` (plugins/p2.py:{line}) failed on '{name}'" for name in ("a", "index")
    ]
    assert [text in line for text, line in zip(told, built.warnings.splitlines(), strict=True)] == [True, True]


def test_broken_wrapper_sees_the_others_results(make_site: MakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    wrapper = """
        @hookimpl(wrapper=True)
        def readers_init(self):
            results = yield
            print("results", results)
            return results
    """
    bad = class_plugin("@hookimpl\ndef readers_init(self):\n    1 / 0")
    good = class_plugin("@hookimpl\ndef readers_init(self):\n    return 3")
    built = build_with(make_site, bad, class_plugin(wrapper), good)
    assert printed(capsys) == ["results [3]"]
    assert built.warnings.count("WARNING") == 1


@pytest.mark.parametrize("fail", ["in register_plugin", "at a misspelt hook", "when it is disabled", "when reloaded"])
def test_broken_failing_class_plugin_leaves_hooks_of_others(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], fail: str
) -> None:
    hook = "@hookimpl\ndef readers_init(self):\n    print('heard by', __name__[-2:])\n"
    methods = hook + ("@hookimpl\ndef reders_init(self):\n    pass\n" if fail == "at a misspelt hook" else "")
    first = class_plugin(methods, after="1 / 0" if fail == "in register_plugin" else "pass")
    act = {
        "when it is disabled": "site.signals.plugins_loaded.connect(lambda: site.plugins.disable('p1'))",
        "when reloaded": "site.signals.plugins_loaded.connect(lambda: site.plugins.load('p1', force=True))",
    }.get(fail, "pass")
    build_with(make_site, first, class_plugin(hook, act))
    assert sorted(printed(capsys)) == (["heard by p1"] if fail == "when reloaded" else []) + ["heard by p2"]


def test_d1_hooks_work_in_the_processes_of_a_parallel_build(make_site: MakeSite) -> None:
    methods = """
        @hookimpl
        def page_read(self, page, doctree):
            sys.stdout.write(f"read {page.docname}\\n")

        @hookimpl
        def page_rendering(self, page, context):
            sys.stdout.write(f"rendered {page.docname}\\n")
    """
    files = {f"p{number}.md": ORPHAN for number in range(7)}
    code = "import sys\n" + class_plugin(methods)
    result = make_site({"index.md": HOME, "plugins/p1.py": code, **files}).build(jobs=2)
    assert result.exit_code == 0, result.warnings
    for said in ("read", "rendered"):
        assert sorted(re.findall(rf"{said} (index|p\d)\n", result.out)) == ["index", *(f"p{n}" for n in range(7))]


# --- D3 and D5 ---


def test_d3_plugins_loaded_comes_when_every_plugin_is_registered(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = """
        @hookimpl
        def plugins_loaded(self, site):
            print([name for name, info in site.plugins.items() if info.active])
    """
    last = "def register_plugin(site):\n    print('p2 registers')\n"
    assert build_with(make_site, class_plugin(methods), last).warnings == ""
    assert printed(capsys) == ["p2 registers", "['p1', 'p2']"]


def test_d3_plugins_loaded_hook_runs_once_in_a_parallel_build(make_site: MakeSite) -> None:
    methods = "@hookimpl\ndef plugins_loaded(self, site):\n    print('Hello World!')"
    files = {f"p{number}.md": ORPHAN for number in range(7)}
    result = make_site({"index.md": HOME, "plugins/hello.py": class_plugin(methods), **files}).build(jobs=2)
    assert result.out.count("Hello World!") == 1


def test_d5_plugins_use_the_public_api_and_sphinx_itself(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code = """
        from docutils import nodes
        from docutils.parsers.rst import Directive
        from pronghorn import Content, Metadata, Page, Site, hookimpl

        class Greet(Directive):
            def run(self):
                return [nodes.paragraph("", "Greetings from a directive")]

        class Hooks:
            def __init__(self, site: Site):
                self.site = site

            @hookimpl
            def processors_init(self, site: Site) -> None:
                made = site.make_page("made/", metadata=Metadata(title="Made"), output=Content("md", "# Made"))
                print(isinstance(made, Page), site is self.site, site.find("index").url)

        def register_plugin(site: Site) -> None:
            site.app.add_directive("greet", Greet)
            site.plugins.register(Hooks(site))
    """
    built = build_with(make_site, dedent(code), **{"index.md": "# Home\n\n```{greet}\n```\n\n{doc}`made`\n"})
    assert printed(capsys) == ["True True index.html"]
    assert "Greetings from a directive" in built.read("index.html")
    assert built.site.pages["made"].title == "Made"
    assert all(hasattr(pronghorn, name) for name in ("Content", "Metadata", "Page", "Site", "hookimpl"))


def test_d1_class_plugin_works_in_every_build_of_one_environment(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    methods = "@hookimpl\ndef page_added(self, page):\n    print('added', page.docname)"
    site = make_site({"index.md": HOME, "plugins/p1.py": class_plugin(methods)})
    for _ in range(2):
        build_cleanly(site)
        assert printed(capsys) == ["added index"]
