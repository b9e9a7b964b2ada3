"""Bundled plugins: each is as a site's own plugin could be, and is loaded by its name."""

import ast
from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.support.imports import ROOT
from tests.support.quick import build, build_cleanly, dead_links

FOLDER = ROOT / "plugins"
FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nposts/index\nposts/first\nposts/second\n```\n\n{doc}`posts/first`\n",
    "posts/index.md": "# Posts\n",
    "posts/first.md": "---\ndate: 2026-05-01\ntags: [a, b]\n---\n# First\n\nWords.\n",
    "posts/second.rst": ":date: 2026-05-02\n:tags: a\n\nSecond\n======\n\nMore words.\n",
    "data.txt": "data\n",
}


def _bundled() -> dict[str, Path]:
    """Return the file that each bundled plugin begins in, by name."""
    modules = {file.stem: file for file in FOLDER.glob("*.py")}
    packages = {file.parent.name: file for file in FOLDER.glob("*/__init__.py")}
    found = {**modules, **packages}
    return {name: found[name] for name in sorted(found) if not name.startswith("_")}


BUNDLED = _bundled()
ADDRESS = "html_baseurl = 'https://example.org/'\n"
every_plugin = pytest.mark.parametrize("name", BUNDLED)


def _files(name: str) -> list[Path]:
    """Return all files of a plugin."""
    file = BUNDLED[name]
    return sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


def _enabled(*names: str) -> str:
    return f"{ADDRESS}pronghorn_plugins_enabled = {list(names)!r}"


@every_plugin
def test_d2_bundled_plugin_says_what_it_is(name: str) -> None:
    for file in _files(name):
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
        assert docstring, file
        assert docstring.splitlines()[0].endswith((".", ":", "?")), file


@every_plugin
def test_d2_bundled_plugin_has_a_version(name: str) -> None:
    tree = ast.parse(BUNDLED[name].read_text(encoding="utf-8"))
    values = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert isinstance(values.get("__version__"), str)


@every_plugin
def test_d2_bundled_plugin_imports_the_public_api_only(name: str) -> None:
    for file in _files(name):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module in modules:
                assert module == "pronghorn" or not module.startswith("pronghorn."), f"{file}:{node.lineno}"  # type: ignore[attr-defined]


@every_plugin
def test_d2_bundled_plugin_is_not_loaded_unasked(make_site: MakeSite, name: str) -> None:
    info = build_cleanly(make_site(FILES)).site.plugins[name]
    assert not info.active
    assert str(info.origin) == "bundled"


@every_plugin
def test_d2_bundled_plugin_builds_a_site_strictly(make_site: MakeSite, name: str) -> None:
    site = make_site(FILES, _enabled(name))
    before = site.files()
    result = site.build(warnings_are_errors=True)
    assert result.exit_code == 0, result.warnings
    assert not result.warnings
    assert not dead_links(result)
    assert site.files() == before
    assert not list(BUNDLED[name].parent.rglob("__pycache__"))


@every_plugin
@pytest.mark.parametrize("builder", ["html", "dirhtml", "text", "json"])
def test_d2_bundled_plugin_is_loaded_by_its_name(make_site: MakeSite, name: str, builder: str) -> None:
    built = build_cleanly(make_site(FILES, _enabled(name)), builder)
    info = built.site.plugins[name]
    assert info.active
    assert info.version
    assert not info.error


@every_plugin
def test_d2_plugin_of_the_site_comes_before_a_bundled_one(make_site: MakeSite, name: str) -> None:
    own = '"""Ours."""\n\n__version__ = "99"\n\n\ndef register_plugin(site):\n    site.seen_own = True\n'
    built = build(make_site({**FILES, f"plugins/{name}.py": own}, _enabled(name)))
    assert built.site.plugins[name].version == "99"
    assert built.site.seen_own  # type: ignore[attr-defined]


@every_plugin
def test_d2_bundled_plugin_tells_a_misspelt_key_of_its_table(make_site: MakeSite, name: str) -> None:
    files = {**FILES, "pronghorn.toml": f'plugins_enabled = ["{name}"]\n\n[plugins.{name}]\nno_such_key_at_all = 1\n'}
    warnings = build(make_site(files)).warnings
    assert "no_such_key_at_all" in warnings
    assert "pronghorn.toml" in warnings


def test_d2_all_bundled_plugins_work_together(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, _enabled(*BUNDLED)))
    assert not dead_links(built)
    assert build_cleanly(make_site(FILES)).exit_code == 0
