"""The proof can fail: what it must find is found, and what it must not report is not reported."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tests.edits.build import BUILDS, Build, Stamps, Step
from tests.edits.builder import BuildServer
from tests.edits.documents import EDITS, Documents
from tests.edits.edit import AnyEdit, Conf, Hook, LinkPage, Part, PutFile, RenamePage, Revert, Title, sites_after
from tests.edits.families import FAMILIES
from tests.edits.machine import machine_of
from tests.edits.nightly import settings_for
from tests.edits.replay import failure_of, reduced
from tests.edits.server import KILLED
from tests.edits.site import Page, Site
from tests.edits.starts import STARTS
from tests.edits.workspace import Judge, Workspace

pytestmark = pytest.mark.one_version

STOCK = Judge(engine="", warnings=False)
"""Sphinx alone, whose builds can be stale."""


@pytest.fixture(scope="module")
def server() -> Iterator[BuildServer]:
    with BuildServer() as server:
        yield server


@pytest.mark.parametrize("start", STARTS)
def test_two_clean_builds_are_the_same(tmp_path: Path, server: BuildServer, start: str) -> None:
    workspace = Workspace(tmp_path / "w", server, Judge(is_clean=True))
    failure = failure_of(
        workspace, start, [Step((), Build(builder=name, with_stock=True)) for name in ("html", "dirhtml")]
    )
    assert failure is None
    assert workspace.builds["pronghorn"] == 5


@pytest.mark.parametrize(
    ("edit", "build", "words"),
    [
        (Part("a.rst", "text", "The reed is here."), Build(stamps=Stamps.KEPT), "reed"),
        (Part("a.rst", "text", "The reed is here."), Build(stamps=Stamps.BACK), "reed"),
        (RenamePage("a.rst", "n.rst"), Build(), "a.rst.txt: only in"),
        (Conf("html_theme", "'alabaster'"), Build(), "alabaster.css: only in"),
    ],
)
def test_stale_builds_of_sphinx_alone_are_found(
    tmp_path: Path, server: BuildServer, edit: AnyEdit, build: Build, words: str
) -> None:
    steps = [Step((edit,), build), Step((Conf("html_theme", "'basic'"),), Build())]
    failure = failure_of(Workspace(tmp_path / "w", server, STOCK), "plain", steps)
    assert failure is not None
    assert failure.fault.kind == "output"
    assert words in failure.fault.text


def test_warnings_that_are_not_given_again_are_found(tmp_path: Path, server: BuildServer) -> None:
    workspace = Workspace(tmp_path / "w", server, replace(STOCK, warnings=True))
    failure = failure_of(
        workspace, "plain", [Step((Part("a.rst", "misc", "*unbalanced"),), Build()), Step((), Build())]
    )
    assert failure is not None
    assert len(failure.steps) == 2
    assert failure.fault.kind == "warnings"
    assert "start-string without end-string" in failure.fault.text


def test_build_that_writes_into_the_source_is_found(tmp_path: Path, server: BuildServer) -> None:
    code = "def setup_bad(app):\n    open(os.path.join(app.srcdir, 'new.txt'), 'w').close()\n"
    failure = failure_of(Workspace(tmp_path / "w", server), "plain", [Step((Hook("bad", code),), Build())])
    assert failure is not None
    assert failure.fault.kind == "source"


def test_what_differs_from_sphinx_alone_is_found(tmp_path: Path, server: BuildServer) -> None:
    code = "def setup_differ(app):\n    app.config.html_title = 'X' if 'pronghorn' in app.extensions else 'Y'\n"
    judge = Judge(is_clean=True)
    steps = [Step((Hook("differ", code),), Build(with_stock=True))]
    failure = failure_of(Workspace(tmp_path / "w", server, judge), "plain", steps)
    assert failure is not None
    assert failure.fault.kind == "stock output"


def test_absolute_paths_make_no_difference(tmp_path: Path, server: BuildServer) -> None:
    code = "def show(app, doctree):\n    doctree[0]['classes'] += [str(app.srcdir), str(app.doctreedir)]\n"
    code += "def setup_show(app):\n    app.connect('doctree-read', show)\n"
    workspace = Workspace(tmp_path / "w", server, STOCK)
    steps = [Step((Hook("show", code),), Build(place=place, is_clone=True)) for place in ("there", "here")]
    assert failure_of(workspace, "plain", steps) is None


def test_builds_leave_nothing_in_the_server(tmp_path: Path, server: BuildServer) -> None:
    code = "import docutils.nodes\ndocutils.nodes.paragraph.tagname = 'changed'\n"
    code += "sys.leaked = getattr(sys, 'leaked', 0) + 1\n"
    code += "def setup_leak(app):\n    app.config.html_title = f'leaked {sys.leaked}'\n"
    workspace = Workspace(tmp_path / "w", server, Judge(is_clean=True))
    steps = [Step((Hook("leak", code),), Build(lost=("cache",))), Step((Hook("leak", None),), Build(with_stock=True))]
    assert failure_of(workspace, "plain", steps) is None


def test_build_is_killed_when_it_writes(tmp_path: Path, server: BuildServer) -> None:
    for path, content in STARTS["plain"].tree().items():
        file = tmp_path / "source" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else b"")
    arguments = ["-q", str(tmp_path / "source"), str(tmp_path / "out")]
    environment = {"PRONGHORN_CACHE_DIR": str(tmp_path / "cache")}
    n_files = []
    for number in (1, 40, 100_000):
        status = server.build(
            arguments, folder=tmp_path, log=tmp_path / "log", environment=environment, killed_at=number
        )
        assert status == (0 if number == 100_000 else KILLED)
        n_files.append(len(list(tmp_path.rglob("*"))))
    assert n_files == sorted(set(n_files))


def test_failure_is_made_short(tmp_path: Path, server: BuildServer) -> None:
    workspace = Workspace(tmp_path / "w", server, STOCK)
    needed = Part("a.rst", "text", "The hill is here, and the lake.")
    steps = [
        Step((PutFile("data/late.txt", "late"),), Build()),
        Step(
            (PutFile("data/missing.py", "x"), needed),
            Build(stamps=Stamps.KEPT, builder="dirhtml", own_doctrees=True),
        ),
    ]
    failure = failure_of(workspace, "plain", [Step((), Build(builder="dirhtml", own_doctrees=True)), *steps])
    assert failure is not None
    assert reduced(workspace, failure).steps == (Step((needed,), Build(stamps=Stamps.KEPT)),)


def test_machine_makes_the_same_edits_with_the_same_seed(tmp_path: Path, server: BuildServer) -> None:
    statistics = [Counter[str](), Counter[str]()]
    for counter in statistics:
        workspace = Workspace(tmp_path / str(id(counter)), server, Judge(engine=""))
        machine = machine_of(workspace, statistics=counter, failures=[], builds=st.just(Build()))
        run_state_machine_as_test(seed(7)(machine), settings=settings_for(n_steps=4))
    assert statistics[0] == statistics[1]
    assert statistics[0].total() > 0


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_edits_are_values_that_always_fit(data: st.DataObject) -> None:
    site = data.draw(st.sampled_from(sorted(STARTS)).map(STARTS.__getitem__))
    edits = data.draw(st.lists(st.one_of(list(FAMILIES.values())), max_size=6))
    for after in sites_after(site, [], edits):
        assert isinstance(after, Site)
        assert after.tree().keys() >= {"conf.py"}
    assert eval(repr(edits), _names_of(edits)) == edits


def _names_of(edits: list[AnyEdit]) -> dict[str, object]:
    contents = [edit.content for edit in edits if isinstance(edit, PutFile)]
    return {type(value).__name__: type(value) for value in [*edits, *contents]}


@given(BUILDS)
def test_builds_are_written_as_python(build: Build) -> None:
    assert eval(repr(build), {"Build": Build, "Stamps": Stamps}) == build


def test_pages_are_written_in_both_formats() -> None:
    parts = {"text": "Words.", "sections": ".. _alpha:\n\nSub\n---\n\nMore.", "links": "[x](a.rst)"}
    page = Page("Title", parts, {"orphan": ""})
    assert page.text(".rst") == ":orphan:\n\nTitle\n=====\n\nWords.\n\n.. _alpha:\n\nSub\n---\n\nMore.\n"
    assert page.text(".md") == "---\norphan:\n---\n\n# Title\n\nWords.\n\n(alpha)=\n## Sub\n\nMore.\n\n[x](a.rst)\n"


def test_revert_goes_back_and_a_link_takes_the_place_of_a_page() -> None:
    start = STARTS["plain"]
    sites = sites_after(start, [], [Title("a.rst", "New"), LinkPage("a.rst", "sub/e.rst"), Revert(1), Revert(5)])
    assert sites[0].pages["a.rst"].title == "New"
    assert "a.rst" not in sites[1].pages
    assert sites[2] == sites[0]
    assert sites[3] == start


@pytest.mark.parametrize("name", EDITS)
def test_edits_of_documents_can_be_taken_back(tmp_path: Path, name: str) -> None:
    for path, content in STARTS["rich"].tree().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content if isinstance(content, bytes) else b"")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    documents = Documents(tmp_path)
    told = EDITS[name](documents, Random(1))
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert (told is None) == (after == before)
    documents.revert(1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
