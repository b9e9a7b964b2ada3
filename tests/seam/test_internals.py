"""The internals of Sphinx that the seam touches are as they were.

Each test says what would break. If one fails with a new Sphinx, look at the named module in
``src/pronghorn`` before anything else.
"""

import inspect
import io
import pickle
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.builders import Builder
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.cmd.build import get_parser
from sphinx.config import Config
from sphinx.events import EventManager
from sphinx.project import EXCLUDE_PATHS, Project
from sphinx.search import IndexBuilder

from tests.conftest import MakeSite


def parameters(function: object) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]  # type: ignore[arg-type]


def test_config_keeps_the_namespace_of_conf_py() -> None:
    """loading.py tells what a site sets from what is default: else pronghorn.toml could never win over a default."""
    config = Config({"pronghorn_copy_files": ["x"]}, {"pronghorn_cache_dir": "y"})
    assert config._raw_config["pronghorn_copy_files"] == ["x"]
    assert config.overrides["pronghorn_cache_dir"] == "y"


def test_event_manager_has_lists_of_listeners(make_site: MakeSite) -> None:
    """host.py takes listeners back when a plugin fails: else half a plugin would stay connected."""
    with make_site({"index.md": "# Home"}).app() as app:
        assert isinstance(app.events, EventManager)
        assert all(isinstance(listeners, list) for listeners in app.events.listeners.values())
        number = app.connect("builder-inited", print)
        assert app.events.listeners["builder-inited"][-1].id == number


def test_project_maps_documents_and_files(tmp_path: Path) -> None:
    """project.py adds documents to the two mappings: else claimed files would be no pages."""
    (tmp_path / "a.rst").touch()
    project = Project(tmp_path, [".rst"])
    assert project.discover() == {"a"}
    assert project._path_to_docname == {Path("a.rst"): "a"}
    assert project._docname_to_path == {"a": Path("a.rst")}
    assert parameters(Project.discover) == ["exclude_paths", "include_paths"]
    assert parameters(Project.doc2path) == ["docname", "absolute"]
    assert parameters(Project.path2doc) == ["filename"]
    assert "**/_sources" in EXCLUDE_PATHS


def test_reading_asks_for_the_file_first(tmp_path: Path) -> None:
    """project.py answers the first question with the generated file: else pages would be read from their source."""
    source = inspect.getsource(Builder.read_doc)
    assert parameters(Builder.read_doc) == ["docname", "_cache"]
    reads = "read_text" if "read_text" in source else "publish()"  # Sphinx 9, Sphinx 8
    assert source.index("doc2path(docname)") < source.index(reads)
    assert source.count("doc2path") == 1
    assert "self.read_doc(docname)" in inspect.getsource(Builder._read_serial)
    assert "self.read_doc(docname, _cache=False)" in inspect.getsource(Builder._read_parallel)


def test_html_builders_ask_these_methods_for_urls_and_files() -> None:
    """builders.py overrides them: else pages would keep the builder's own URLs."""
    for builder in (StandaloneHTMLBuilder, DirectoryHTMLBuilder):
        assert parameters(builder.get_target_uri) == ["docname", "typ"]
        assert parameters(builder.get_output_path) == ["page_name"]
    assert "self.get_output_path(" in inspect.getsource(StandaloneHTMLBuilder.handle_page)
    assert "self.get_output_path(" in inspect.getsource(StandaloneHTMLBuilder.get_outdated_docs)
    assert "doc2path(pagename)" in inspect.getsource(StandaloneHTMLBuilder.handle_page)
    assert parameters(StandaloneHTMLBuilder.get_doc_context) == ["docname", "body", "metatags"]
    assert "sourcename" in inspect.getsource(StandaloneHTMLBuilder.get_doc_context)
    assert parameters(StandaloneHTMLBuilder.load_indexer) == ["docnames"]


def test_search_index_is_frozen_with_docnames(make_site: MakeSite) -> None:
    """search.py renames them: else search results for pages with URLs of their own would lead nowhere."""
    with make_site({"index.md": "# Home"}).app() as app:
        index = IndexBuilder(app.env, "en", {}, "")
        index.feed("index", "index.md", "Home", nodes.document(app.env.settings, None))  # type: ignore[arg-type]
        assert index.freeze()["docnames"] == ("index",)
        stream = io.StringIO()
        index.dump(stream, "json")
        stream.seek(0)
        index.load(stream, "json")
        assert "docnames" in inspect.getsource(IndexBuilder.load)


def test_script_in_the_browser_makes_addresses_from_names(make_site: MakeSite) -> None:
    """search.py gives names that the script turns into the right address."""
    script = make_site({"index.md": "# Home"}).build().read("_static/searchtools.js")
    assert "requestUrl = contentRoot + docName + docFileSuffix" in script
    assert 'docName + "/"' in script
    assert r"dirname.match(/\/index\/$/)" in script


def test_environment_with_our_project_loads_without_us(make_site: MakeSite) -> None:
    """project.py pickles as Sphinx's own project: else an environment could not be read without this site's plugins."""
    with make_site({"index.md": "# Home"}).app() as app:
        app.build()
        assert type(app.project) is not Project
        again = pickle.loads(pickle.dumps(app.project))
        assert type(again) is Project
        assert again.docnames == {"index"}


def test_parser_of_sphinx_build_takes_files_after_two_folders() -> None:
    """run.py puts two folders before what ``pronghorn build`` is given, and looks for its own among the files."""
    known = get_parser().parse_intermixed_args([".", ".", "-b", "text", "a", "-q", "b"])
    assert (known.sourcedir, known.outputdir, known.filenames, known.builder) == (".", ".", ["a", "b"], "text")


@pytest.mark.parametrize(
    "event",
    [
        "config-inited",
        "builder-inited",
        "env-get-outdated",
        "doctree-read",
        "env-updated",
        "write-started",
        "html-page-context",
        "build-finished",
    ],
)
def test_events_that_signals_ride_on_exist(event: str, make_site: MakeSite) -> None:
    """extension.py connects to them."""
    with make_site({"index.md": "# Home"}).app() as app:
        assert event in app.events.events
