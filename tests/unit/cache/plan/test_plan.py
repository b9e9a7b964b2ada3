"""The plan of a build: what two phases did with each page becomes one action, with one reason, in words."""

import ast
import json
from collections.abc import Callable, Iterator
from itertools import permutations

import pytest

from pronghorn.cache.plan.keeping import Loss, Phase
from pronghorn.cache.plan.plan import Action, PagePlan, Plan
from pronghorn.cache.plan.reasons import WORDINGS, Reason
from tests.support.imports import SRC

SOURCE, TITLE, TEMPLATE = Reason("source"), Reason("title", "usage"), Reason("template", "page.html")
NOTES: dict[str, Callable[[Plan], None]] = {
    "removed": lambda plan: plan.removed("a"),
    "read": lambda plan: plan.read("a", SOURCE),
    "written": lambda plan: plan.written("a", TITLE),
    "restored": lambda plan: plan.restored("a", 1.0),
    "reused": lambda plan: plan.reused("a", 2.0),
}
"""From the strongest to the weakest."""


def plan_of(*names: str) -> Plan:
    """Return a plan with those notes on page ``a``."""
    plan = Plan()
    for name in names:
        NOTES[name](plan)
    return plan


@pytest.mark.parametrize("names", [pytest.param(pair, id="-".join(pair)) for pair in permutations(NOTES, 2)])
def test_of_two_notes_the_stronger_counts(names: tuple[str, str]) -> None:
    (page,) = plan_of(*names).pages()
    assert page.action == next(name for name in NOTES if name in names)
    assert page.reason == {"read": SOURCE, "written": TITLE}.get(page.action)


def test_of_two_equal_notes_the_first_reason_counts() -> None:
    plan = plan_of("written")
    plan.written("a", TEMPLATE)
    assert plan.pages() == [PagePlan("a", Action.WRITTEN, TITLE, 0.0)]


def test_saved_time_adds_up_over_the_phases_and_the_pages() -> None:
    plan = plan_of("reused", "restored")
    plan.reused("b", 0.5)
    assert {page.docname: page.saved_s for page in plan.pages()} == {"a": 3.0, "b": 0.5}
    assert plan.saved_s == 3.5


def test_a_page_that_was_read_saved_what_its_writing_did_not_cost() -> None:
    assert plan_of("read", "reused").pages() == [PagePlan("a", Action.READ, SOURCE, 2.0)]


def test_pages_are_found_and_ordered_by_docname() -> None:
    plan = Plan()
    for docname in ("b", "a/z", "a", "c"):
        plan.read(docname, SOURCE)
    assert [page.docname for page in plan.pages()] == ["a", "a/z", "b", "c"]
    assert plan.find("b") == PagePlan("b", Action.READ, SOURCE, 0.0)
    assert plan.find("nowhere") is None


def test_plans_of_several_processes_are_merged() -> None:
    plan, other = plan_of("reused"), plan_of("written")
    other.removed("b")
    plan.merge(other)
    assert plan.pages() == [PagePlan("a", Action.WRITTEN, TITLE, 2.0), PagePlan("b", Action.REMOVED, None, 0.0)]


def made(read: int = 0, restored: int = 0, written: int = 0, reused: int = 0, removed: int = 0) -> Plan:
    """Return a plan with so many pages of each kind, each restored or reused one saving a twentieth of a second."""
    plan = Plan()
    for number in range(read):
        plan.read(f"read{number}", SOURCE)
    for number in range(restored):
        plan.restored(f"restored{number}", 0.05)
    for number in range(written):
        plan.written(f"written{number}", TITLE)
    for number in range(reused):
        plan.reused(f"reused{number}", 0.05)
    for number in range(removed):
        plan.removed(f"removed{number}")
    return plan


@pytest.mark.parametrize(
    ("plan", "summary"),
    [
        (made(1, 870, 3, 10, 1), "pages: 1 read, 870 restored, 3 written, 10 reused, 1 removed; about 44 s saved"),
        (made(reused=3), "pages: 3 reused"),
        (made(reused=20), "pages: 20 reused; about 1 s saved"),
        (made(restored=6000), "pages: 6000 restored; about 5 min saved"),
        (made(restored=200_000), "pages: 200000 restored; about 3 h saved"),
        (made(read=1), "page: 1 read"),
        (made(removed=1, read=2), "pages: 2 read, 1 removed"),
        (made(), "pages: none"),
    ],
    ids=range(8),
)
def test_summary_is_one_line(plan: Plan, summary: str) -> None:
    assert plan.summary() == summary


def test_counts() -> None:
    counts = made(read=2, reused=1).counts()
    assert (counts[Action.READ], counts[Action.REUSED], counts[Action.WRITTEN]) == (2, 1, 0)


def test_plain_data_makes_an_equal_plan() -> None:
    plan = made(2, 3, 1, 2, 1)
    data = json.loads(json.dumps(plan.to_json()))
    assert Plan.from_json(data).pages() == plan.pages()


def test_plain_data_says_the_reason_in_words() -> None:
    data = plan_of("written").to_json()
    assert data["pages"] == [
        {
            "docname": "a",
            "action": "written",
            "reason": {"kind": "title", "name": "usage", "text": "the title of usage has changed"},
            "saved_s": 0.0,
            "made": ["writing"],
            "unkept": {},
        }
    ]
    assert data["counts"] == {"read": 0, "restored": 0, "written": 1, "reused": 0, "removed": 0}
    assert data["summary"] == "page: 1 written"


def test_plain_data_says_what_is_not_kept() -> None:
    plan = made(read=2, written=1, reused=3)
    plan.keeping.lost(Phase.READING, "read0", Reason("program", "jupyter"))
    plan.keeping.lost(Phase.READING, "read0", TEMPLATE)
    data = plan.to_json()
    assert next(page for page in data["pages"] if page["docname"] == "read0")["unkept"] == {
        "reading": {
            "kind": "program",
            "name": "jupyter",
            "text": "reading it runs jupyter; what that looks at is not known, so it is read in each build",
        }
    }
    again = Plan.from_json(json.loads(json.dumps(data)))
    assert again.to_json() == data
    assert again.keeping.losses() == [Loss(Phase.READING, Reason("program", "jupyter"), ("read0",), 2)]


def test_what_other_processes_could_not_keep_is_merged() -> None:
    plan, other = made(read=1), Plan()
    other.keeping.lost(Phase.WRITING, "read0", TEMPLATE)
    plan.merge(other)
    assert plan.keeping.reasons_of("read0") == {Phase.WRITING: TEMPLATE}
    assert plan.keeping.phases_of("read0") == [Phase.READING, Phase.WRITING]


def test_a_reason_of_several_lines_is_told_in_one() -> None:
    plan = made(read=1)
    plan.keeping.lost(Phase.READING, "read0", Reason("unsuitable", "it cannot be pickled:\n  no"))
    notice = plan.notice()
    assert notice is not None
    assert notice.startswith(
        "1 of 1 page that was read could not be kept in the page cache: read0: it cannot be pickled: no"
    )


PAGE = {"docname": "a", "action": "read", "reason": None, "saved_s": 0}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"pages": None},
        {"pages": "abc"},
        {"pages": [{}]},
        {"pages": [{**PAGE, "action": "eaten"}]},
        {"pages": [{**PAGE, "saved_s": "soon"}]},
        {"pages": [{**PAGE, "saved_s": []}]},
        {"pages": [{**PAGE, "reason": "because"}]},
        {"pages": [{**PAGE, "reason": {"kind": "file"}}]},
        {"pages": [{**PAGE, "made": ["eating"]}]},
        {"pages": [{**PAGE, "unkept": {"reading": "because"}}]},
        {"pages": [{**PAGE, "unkept": []}]},
    ],
    ids=repr,
)
def test_other_data_is_no_plan(data: object) -> None:
    assert Plan.from_json({"pages": [PAGE]}).find("a") is not None
    with pytest.raises(ValueError, match=r".+"):
        Plan.from_json(data)


# Reasons


def test_each_kind_of_reason_is_there_once() -> None:
    kinds = [wording.kind for wording in WORDINGS]
    assert sorted(kinds) == sorted(set(kinds))


@pytest.mark.parametrize("kind", [wording.kind for wording in WORDINGS])
def test_each_reason_is_a_clause_with_and_without_a_name(kind: str) -> None:
    named, plain = str(Reason(kind, "this/thing")), str(Reason(kind))
    for clause in (named, plain):
        assert clause == clause.strip(" .")
        assert "{" not in clause
        assert len(clause.split()) >= 4
        assert clause.startswith("this/thing") or clause[0].islower()
    assert "this/thing" not in plain
    if named == plain:
        assert not any(w.kind == kind and "{name}" in w.text for w in WORDINGS)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("source"), "its source has changed"),
        (Reason("file", "data/{x}.csv"), "the file data/{x}.csv, which it includes or reads, has changed"),
        (Reason("plugins"), "the code or the tables of plugins have changed"),
        (Reason("plugins", "tags"), "the code or the table of the plugin tags has changed"),
        (Reason("moon", "full"), "something it depends on has changed: moon full"),
        (Reason("moon"), "something it depends on has changed: moon"),
    ],
)
def test_reasons_in_words(reason: Reason, text: str) -> None:
    assert str(reason) == text


def kinds_used() -> Iterator[str]:
    """Yield the kinds of reasons and dependencies that are written down in the package's code."""
    for file in (SRC / "pronghorn").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                kind = node.args[0]
                is_kind = name in {"Reason", "Dependency"} or (name == "ask" and isinstance(node.func, ast.Attribute))
                if is_kind and isinstance(kind, ast.Constant):
                    yield str(kind.value)


def test_each_kind_that_is_used_is_in_the_table() -> None:
    used = set(kinds_used())
    assert used
    assert used - {wording.kind for wording in WORDINGS} == set()
