"""Templates: what plugins add to them, and which one a page gets."""

from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest
from jinja2 import Environment, pass_context, pass_environment, pass_eval_context
from sphinx.errors import SphinxError, ThemeError

from pronghorn.templating.names import called_late
from tests.conftest import MakeSite
from tests.support.quick import build, build_cleanly, plugin, small_site

CONF = 'templates_path = ["_templates"]\n'
ADD = "site.signals.jinja_environment_prepared.connect(add)"
LAYOUT = """\
{%- extends "!layout.html" %}
{%- block footer %}
site=[{{ site.config.title }}|{{ site.pages|length }}]
page=[{{ page.docname if page else "no page" }}|{{ page.url if page else "" }}]
{%- endblock %}
"""


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a13_site_and_page_are_in_every_template(make_site: MakeSite, builder: str) -> None:
    files = {"index.md": "# Home\n", "_templates/layout.html": LAYOUT}
    built = build_cleanly(make_site(files, CONF + 'html_title = "The Title"'), builder)
    suffix = ".html" if builder == "html" else "/index.html"
    assert "page=[index|" in built.read("index.html")
    for name in ("search", "genindex"):
        assert "page=[no page|]" in built.read(name + suffix)
        assert "site=[The Title|1]" in built.read(name + suffix)


def test_a13_templates_list_pages_with_what_was_read(make_site: MakeSite) -> None:
    template = (
        "{% for p in site.pages %}{{ p.docname }}: {{ p.title }} ({{ p.metadata.get('colour', '-') }}) "
        "{{ pathto(p.docname) }} {{ p.toc.walk()|map(attribute='title')|join('/') }}\n{% endfor %}"
        "{{ site.subpages_of(page)|map(attribute='docname')|join(',') }}"
    )
    files = {
        "index.md": "# Home\n\n```{toctree}\na\nsub/index\n```\n",
        "a.rst": ":colour: red\n\nThe A\n=====\n\nPart\n----\n",
        "sub/index.md": "---\ntitle: Given\ncolour: blue\n---\n# Written\n",
        "_templates/page.html": template,
    }
    assert build_cleanly(make_site(files, CONF)).read("index.html").splitlines() == [
        "a: The A (red) a.html The A/Part",
        "index: Home (-) # Home",
        "sub/index: Given (blue) sub/index.html Written",
        "a,sub/index",
    ]


def test_a13_filters_globals_and_tests_of_plugins(make_site: MakeSite) -> None:
    code = """
    def add(env, site):
        env.filters["shout"] = lambda text: text.upper() + "!"
        env.globals.update(answer=42, page_count=lambda: len(site.pages))
        env.tests["loud"] = str.isupper
    """
    template = "{{ 'hi'|shout }} {{ answer }} {{ page_count() }} {{ 'HI' is loud }}"
    files = {**small_site(code, ADD), "_templates/page.html": template}
    assert build_cleanly(make_site(files, CONF)).read("index.html") == "HI! 42 1 True"


def test_b1_functions_of_plugins_as_lektor_gives_them(make_site: MakeSite) -> None:
    code = """
    from hashlib import md5
    from urllib.parse import urlencode

    BASE_URL = "https://secure.gravatar.com/avatar/"

    def get_gravatar(email, **options):
        fn = md5(email.lower().strip().encode("utf-8")).hexdigest()
        return f"{BASE_URL}{fn}?{urlencode(options)}"

    def add(env):
        env.filters["gravatar"] = get_gravatar
        env.globals["get_gravatar"] = get_gravatar
    """
    template = "{{ 'A@b.example '|gravatar(size=40) }} {{ get_gravatar('a@b.example', size=40) }}"
    files = {**small_site(code, ADD), "_templates/page.html": template}
    digest = md5(b"a@b.example", usedforsecurity=False).hexdigest()
    expected = f"https://secure.gravatar.com/avatar/{digest}?size=40"
    assert build_cleanly(make_site(files, CONF)).read("index.html").split() == [expected, expected]


@pytest.mark.parametrize("kind", ["filters", "globals", "tests"])
def test_b1_name_that_two_plugins_define_is_told_with_both(make_site: MakeSite, kind: str) -> None:
    use = {"filters": "{{ 1|same }}", "globals": "{{ same(1) }}", "tests": "{{ 1 is same }}"}[kind]
    files = {"index.md": "# Home\n", "_templates/page.html": use}
    for name in ("one", "two"):
        files[f"plugins/{name}.py"] = plugin(f"def add(env):\n    env.{kind}['same'] = lambda x: '{name}'\n", ADD)
    built = build(make_site(files, CONF))
    assert built.warnings.count("WARNING") == 1
    assert f"plugins 'one' and 'two' both define 'same' in the templates' {kind}" in built.warnings
    assert "that of 'two' is used. Rename one of them [pronghorn.name]" in built.warnings
    assert built.read("index.html") == "two"


@pytest.mark.parametrize(
    "way", ["env.filters.update(same=f)", "env.filters |= {'same': f}", "env.filters.setdefault('same', f)"]
)
def test_b1_names_are_owned_however_they_are_set(make_site: MakeSite, way: str) -> None:
    files = {"index.md": "# Home\n", "_templates/page.html": "{{ 1|same }}"}
    files["plugins/one.py"] = plugin("def add(env):\n    env.filters['same'] = lambda x: 'one'\n", ADD)
    files["plugins/two.py"] = plugin(f"def f(x):\n    return 'two'\n\ndef add(env):\n    {way}\n", ADD)
    built = build(make_site(files, CONF))
    keeps = "setdefault" in way
    assert ("both define 'same'" in built.warnings) is not keeps
    assert built.read("index.html") == ("one" if keeps else "two")


def test_b1_plugin_may_replace_a_name_of_its_own_or_of_jinja(make_site: MakeSite) -> None:
    code = """
    def add(env):
        env.filters["twice"] = lambda x: "no"
        env.filters["twice"] = lambda x: x + x
        env.filters["upper"] = lambda x: "replaced"
    """
    files = {**small_site(code, ADD), "_templates/page.html": "{{ 'a'|twice }} {{ 'a'|upper }}"}
    assert build_cleanly(make_site(files, CONF)).read("index.html") == "aa replaced"


def test_a13_front_matter_chooses_the_template(make_site: MakeSite) -> None:
    files = {
        "index.md": "# Home\n\n```{toctree}\na\nb\nc\nd\ne\n```\n",
        "a.md": "---\ntemplate: special\n---\n# A\n",
        "b.md": "---\ntemplate: sub/other.html\n---\n# B\n",
        "c.rst": ":template: special\n\nC\n=\n",
        "d.md": "---\ntype: post\n---\n# D\n",
        "e.md": "---\ntype: post\ntemplate: special\n---\n# E\n",
        "_templates/special.html": "special {{ page.docname }} {{ body|striptags|trim }}",
        "_templates/sub/other.html": "other {{ page.docname }}",
        "_templates/post.html": "post {{ page.docname }}",
    }
    built = build_cleanly(make_site(files, CONF))
    assert built.read("a.html").startswith("special a A")
    assert built.read("b.html") == "other b"
    assert built.read("c.html").startswith("special c C")
    assert built.read("d.html") == "post d"
    assert built.read("e.html").startswith("special e")


def test_a13_metadata_of_a_plugin_chooses_the_template(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Metadata(title='T', template='special'), Content('html', '<p>x</p>')\n"
    files = {
        **small_site(code, "site.readers.register_reader(condition=lambda path: path.ext == 'x', read=read)"),
        "index.md": "# Home\n\n```{toctree}\na\n```\n",
        "a.x": "",
        "_templates/special.html": "special {{ page.docname }}",
    }
    assert build_cleanly(make_site(files, CONF)).read("a.html") == "special a"


def test_a13_type_without_a_template_and_of_the_theme_changes_nothing(make_site: MakeSite) -> None:
    files = {
        "index.md": "---\ntype: essay\n---\n# Home\n\n```{toctree}\na\nb\nc\n```\n",
        "a.md": "---\ntype: search\n---\n# A\n",
        "b.md": "---\ntype: [post]\n---\n# B\n",
        "c.md": "---\ntype: ../../etc/passwd\n---\n# C\n",
    }
    built = build_cleanly(make_site(files, CONF.replace('["_templates"]', "[]")))
    assert "<h1>A" in built.read("a.html")
    assert "<h1>Home" in built.read("index.html")


@pytest.mark.parametrize("asked", ["nothere", "nothere.html", "'../conf.py'"])
def test_a13_missing_template_is_told_with_page_and_template(make_site: MakeSite, asked: str) -> None:
    files = {"index.md": "# Home\n\n```{toctree}\nsub/a\n```\n", "sub/a.md": f"---\ntemplate: {asked}\n---\n# A\n"}
    built = build(make_site(files))
    name = asked.strip("'")
    assert f"sub/a.md: WARNING: the page asks for the template '{name}'" in built.warnings.replace("a.md:1:", "a.md:")
    assert "templates_path" in built.warnings
    assert "[pronghorn.template]" in built.warnings
    assert "<h1>A" in built.read("sub/a.html")


@pytest.mark.parametrize("asked", ["7", "[special]", "''", "null"])
def test_a13_template_that_is_no_name_is_told(make_site: MakeSite, asked: str) -> None:
    built = build(make_site({"index.md": f"---\ntemplate: {asked}\n---\n# Home\n"}))
    assert "<h1>Home" in built.read("index.html")
    assert asked == "null" or "[pronghorn.template]" in built.warnings


def test_a13_template_of_the_page_is_known_in_incremental_builds(make_site: MakeSite) -> None:
    files = {
        "index.md": "# Home\n\n```{toctree}\na\n```\n",
        "a.md": "---\ntemplate: one\n---\n# A\n",
        "_templates/one.html": "one {{ page.docname }}",
        "_templates/two.html": "two {{ page.docname }}",
    }
    site = make_site(files, CONF)
    assert build_cleanly(site).read("a.html") == "one a"
    site.write("a.md", "---\ntemplate: two\n---\n# A\n")
    assert build_cleanly(site).read("a.html") == "two a"


def test_b1_failing_filter_names_page_plugin_file_and_line(make_site: MakeSite) -> None:
    code = """
    def divide(number):
        return 1 / number

    def add(env):
        env.filters["divide"] = divide
    """
    files = {**small_site(code, ADD), "index.md": "# Home\n\n```{toctree}\nsub/a\n```\n", "sub/a.md": "# A\n"}
    files["_templates/page.html"] = "{{ (0 if pagename == 'sub/a' else 1)|divide }}"
    with pytest.raises(ThemeError) as caught:
        build(make_site(files, CONF))
    said = str(caught.value)
    assert "sub/a" in said
    assert "plugin 'p' (plugins/p.py:4)" in said
    assert "ZeroDivisionError" in said or "division by zero" in said


def test_b1_failing_filter_ends_a_build_with_a_message(make_site: MakeSite) -> None:
    code = "def add(env):\n    env.filters['boom'] = lambda x: x.nosuch\n"
    result = make_site({**small_site(code, ADD), "_templates/page.html": "{{ 'a'|boom }}"}, CONF).build()
    assert result.exit_code == 2
    assert "plugin 'p' (plugins/p.py:4)" in result.warnings
    assert "index" in result.warnings


def test_b1_failing_filter_in_a_parallel_build_names_the_plugin(make_site: MakeSite) -> None:
    code = "def add(env):\n    env.filters['boom'] = lambda x: x.nosuch\n"
    files = {**small_site(code, ADD), "_templates/page.html": "{{ 'a'|boom if pagename == 'p7' }}"}
    files |= {f"p{n}.md": "---\norphan: 1\n---\n# P\n" for n in range(10)}
    result = make_site(files, CONF).build(jobs=2)
    assert result.exit_code == 2
    assert "plugin 'p' (plugins/p.py:4)" in result.warnings
    assert "p7" in result.warnings


def test_b1_failing_template_of_the_site_blames_no_plugin(make_site: MakeSite) -> None:
    files = {**small_site("", "pass"), "_templates/page.html": "{{ nothing.at.all }}"}
    with pytest.raises(SphinxError) as caught:
        build(make_site(files, CONF))
    assert "'nothing' is undefined" in str(caught.value)
    assert "plugin" not in str(caught.value)


def test_a13_failing_handler_of_the_environment_names_plugin_and_line(make_site: MakeSite) -> None:
    code = "def add(env):\n    env.filter['x'] = 1\n"
    built = build(make_site(small_site(code, ADD)))
    assert "plugin 'p': handler of jinja_environment_prepared `add` (plugins/p.py:4) failed" in built.warnings
    assert "has no attribute 'filter'" in built.warnings
    assert "<h1>Home" in built.read("index.html")


@pytest.mark.parametrize("builder", ["text", "latex", "json", "epub", "pickle", "dummy", "xml"])
def test_a13_builders_without_pages_of_templates_are_not_disturbed(make_site: MakeSite, builder: str) -> None:
    code = """
    def add(env, site):
        env.filters["x"] = str

    def render(page, context):
        context["mine"] = page.title
    """
    files = {
        **small_site(code, ADD, "site.signals.page_rendering.connect(render)"),
        "index.md": "---\ntemplate: nothere\ntype: post\n---\n# Home\n",
    }
    built = build(make_site(files, 'version = "1"\nepub_copyright = "c"\n'), builder)
    assert built.exit_code == 0
    assert "handler" not in built.warnings


def test_a13_context_may_be_changed_for_one_page(make_site: MakeSite) -> None:
    code = "def render(page, context):\n    context['mine'] = page.title * 2\n"
    files = {**small_site(code, "site.signals.page_rendering.connect(render)"), "_templates/page.html": "{{ mine }}"}
    assert build_cleanly(make_site(files, CONF)).read("index.html") == "HomeHome"


def test_a13_names_site_and_page_of_others_are_kept(make_site: MakeSite) -> None:
    conf = CONF + 'html_context = {"site": "their site", "page": "their page"}\n'
    files = {"index.md": "# Home\n", "_templates/page.html": "{{ site }} | {{ page }}"}
    assert build_cleanly(make_site(files, conf)).read("index.html") == "their site | their page"


@pytest.mark.parametrize("theme", ["alabaster", "furo"])
def test_a13_themes_are_not_disturbed(make_site: MakeSite, theme: str) -> None:
    pytest.importorskip(theme)
    code = "def add(env):\n    env.globals['mine'] = 'here'\n"
    files = {**small_site(code, ADD)}
    files["_templates/page.html"] = '{% extends "!page.html" %}{% block body %}{{ mine }} {{ super() }}{% endblock %}'
    built = build_cleanly(make_site(files, CONF + f"html_theme = '{theme}'"))
    assert "<h1>Home" in built.read("index.html")


@pytest.mark.parametrize("mark", [lambda function: function, pass_environment, pass_eval_context, pass_context])
@pytest.mark.parametrize("template", ["{{ 'x' | shout }}", "{{ name | shout }}", "{% if 'x' is shout %}X!{% endif %}"])
def test_b3_filter_is_called_when_a_template_is_rendered(mark: Callable[..., Any], template: str) -> None:
    calls = []

    def shout(*args: object) -> str:
        calls.append(args)
        return str(args[-1]).upper() + "!"

    environment = Environment(autoescape=True)
    environment.filters["shout"] = environment.tests["shout"] = called_late(mark(shout))
    compiled = environment.from_string(template)
    assert not calls
    assert compiled.render(name="x") == compiled.render(name="x") == "X!"
    assert [len(args) for args in calls] == [1 if mark.__name__ == "<lambda>" else 2] * 2
    assert called_late(shout)("x") == "X!"
