"""Taxonomies without a build: names of terms, their slugs, their order, and what the configuration says."""

import datetime as dt
import random
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pronghorn import ConfigurationError, Metadata, Page, Place, Taxonomies, Taxonomy
from pronghorn.model.observer import Observed
from pronghorn.model.page import PageState
from pronghorn.signal_table import SignalTable
from pronghorn.supervisor import Supervisor
from pronghorn.taxonomies.collecting import collect
from pronghorn.taxonomies.declaration import Declaration, read_declarations
from pronghorn.taxonomies.model import TaxonomyState
from pronghorn.taxonomies.names import names_in, text_of
from pronghorn.taxonomies.pages import make_pages
from pronghorn.taxonomies.slugs import slugs_of
from pronghorn.warnings import WarningKind

ODD = [
    "C",
    "C++",
    "C#",
    "c",
    "😀",
    "🎉",
    "../x",
    "x",
    "/x",
    "x" * 300,
    "x" * 299,
    "Ü" * 300,
    "index",
    "İ",
    "ẞ",
    "..",
    "-",
]
NAMES = st.text(min_size=1, max_size=40)


@dataclass
class Log:
    """Collects what is reported."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def debug(self, message: str) -> None:
        self.messages.append(("debug", message))

    def info(self, message: str) -> None:
        self.messages.append(("info", message))

    def warning(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        self.messages.append(("warning", f"{location}: {message} [{kind.subtype}]"))

    def error(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        self.messages.append(("error", f"{location}: {message} [{kind.subtype}]"))


class Deaf:
    """What emits the signals of pages without an application: nobody hears them, and the model connects to none."""

    def add(self, event: str) -> None:
        del event

    def connect(self, event: str, callback: object, priority: int) -> int:
        raise AssertionError(f"the model connects {callback} to {event} with {priority}")

    def disconnect(self, listener: int) -> None:
        raise AssertionError(f"the model disconnects {listener}")

    def emit(self, event: str, *args: object) -> None:
        del event, args

    def hears(self, event: str) -> bool:
        del event
        return False


SIGNALS = SignalTable(Deaf(), Supervisor(Log(), Path("/site")))


def page(docname: str, **metadata: Any) -> Page:
    """Return a page without a file."""
    made = PageState(SIGNALS, docname, docname + ".html").page
    made.metadata = Metadata(metadata)
    return made


def states(*declarations: Declaration) -> dict[str, TaxonomyState]:
    """Return what taxonomies are made from."""
    return {declaration.key: TaxonomyState(declaration, Observed()) for declaration in declarations}


def collected(pages: Iterable[Page], log: Log | None = None, **options: Any) -> Taxonomy:
    """Return the taxonomy ``tags`` with the terms of some pages."""
    made = states(Declaration(**{"key": "tags", "plural": "Tags", **options}))
    known = log or Log()
    collect(made, pages, known)
    assert log is not None or not known.messages
    return made["tags"].taxonomy


# Slugs


def test_a10_slugs_of_odd_terms_differ_whatever_the_disk() -> None:
    slugs = slugs_of(ODD)
    assert len({slug.casefold() for slug in slugs.values()}) == len(ODD)
    for slug in slugs.values():
        assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*", slug), slug
        assert slug == slug.casefold()
        assert len(f"{slug}.pronghorn-doctree".encode()) < 255
        assert slug != "index"


def test_a10_slugs_are_readable() -> None:
    plain = {"C": "c", "C++": "c-plus-plus", "C#": "c-sharp", "Node.js": "node-js", "Éric Ó": "éric-ó", "日本": "日本"}
    assert slugs_of(plain) == plain


def test_a10_the_term_that_is_most_like_a_slug_has_it() -> None:
    slugs = slugs_of(["C", "c", "(c)"])
    assert slugs["c"] == "c"
    assert {re.sub(r"-[0-9a-f]{6}$", "-HASH", slug) for slug in slugs.values()} == {"c", "c-HASH"}
    assert slugs_of(["C", "(c)"])["C"] == "c"


@given(st.sets(NAMES, max_size=12), st.randoms(use_true_random=False))
def test_a10_slugs_do_not_depend_on_the_order(names: set[str], chance: random.Random) -> None:
    shuffled = sorted(names)
    chance.shuffle(shuffled)
    slugs = slugs_of(shuffled)
    assert slugs == slugs_of(sorted(names))
    assert len({slug.casefold() for slug in slugs.values()}) == len(names)
    assert not {"", "index"} & {*slugs.values()}


@given(st.sets(st.text(string.ascii_letters, min_size=1, max_size=5), max_size=8))
def test_a10_slugs_stay_when_other_terms_come(others: set[str]) -> None:
    unlike = {f"other {name}" for name in others}
    before, after = slugs_of(ODD), slugs_of([*ODD, *unlike])
    assert {name: after[name] for name in ODD} == before


def test_a10_a_term_named_like_the_slug_of_another_one_is_kept_apart() -> None:
    forged = slugs_of(["C", "c"])["C"]
    slugs = slugs_of(["C", "c", forged])
    assert slugs[forged] == forged
    assert len({*slugs.values()}) == 3


def test_a10_ten_thousand_terms() -> None:
    pages = [page(f"p{n:05}", tags=[f"Term {n}", f"term {n}", "all"]) for n in range(5000)]
    taxonomy = collected(pages)
    assert len(taxonomy) == 10_001
    assert len({term.slug for term in taxonomy}) == 10_001
    assert taxonomy["all"].count == 5000
    made: list[str] = []

    def make(docname: str, **components: object) -> Page:
        made.append(docname)
        return page(docname, of=[*components])

    tags = states(Declaration("tags"))
    collect(tags, pages, Log())
    make_pages(tags, pages, make)
    assert len(made) == 10_002


# Names


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, []),
        ("", []),
        ("  \n ", []),
        ([], []),
        ([None, "", "a"], ["a"]),
        ("one, two", ["one, two"]),
        (["b", "a", "b", " a "], ["b", "a"]),
        ({"b", "a"}, ["a", "b"]),
        (("a",), ["a"]),
        (2026, ["2026"]),
        (1.5, ["1.5"]),
        (0, ["0"]),
        (True, ["true"]),
        (dt.date(2026, 5, 1), ["2026-05-01"]),
        (dt.datetime(2026, 5, 1, 12, 30, tzinfo=dt.UTC), ["2026-05-01 12:30:00+00:00"]),
        ("two\n  lines", ["two lines"]),
        ("e\u0301", ["é"]),
        ("\ud800", ["?"]),
    ],
    ids=range(18),
)
def test_a10_a_scalar_or_a_list_gives_terms(value: object, names: list[str]) -> None:
    found = names_in(value, is_field=False)
    assert (found.names, found.refused) == (names, [])


def test_a10_commas_part_the_terms_of_a_field_list() -> None:
    assert names_in(" one, two,, one ", is_field=True).names == ["one", "two"]
    assert names_in(["one, two"], is_field=True).names == ["one, two"]


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], [{"a": 1}], b"a", object()], ids=range(5))
def test_a10_what_is_no_text_is_refused(value: object) -> None:
    found = names_in(value, is_field=False)
    assert found.names == []
    assert len(found.refused) == 1
    assert text_of(found.refused[0]) is None


# Terms


def test_a10_pages_have_the_order_that_the_taxonomy_asks_for() -> None:
    pages = [
        page("a", tags="t", title="zebra", date="2026-05-01", weight=3),
        page("b", tags="t", title="Apple", date=dt.datetime(2026, 5, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5)))),
        page("c", tags="t", title="apple", date=dt.datetime(2027, 1, 1), weight="2.5"),  # noqa: DTZ001 - a naive one
        page("d", tags="t", title="m", date="soon", weight=3),
        page("e", tags="t", title="n", date=dt.date(1, 1, 1), weight=-1),
    ]

    def order(name: str) -> str:
        return "".join(page.docname for page in collected(pages, order=name)["t"].pages)

    assert order("title") == "bcdea"
    assert order("date") == "cabde"
    assert order("weight") == "ecadb"


def test_a10_terms_tell_their_first_and_last_date() -> None:
    pages = [
        page("a", tags="t", date="2026-05-01"),
        page("b", tags="t", date=dt.datetime(2020, 1, 1, 8, tzinfo=dt.UTC)),
    ]
    term = collected([*pages, page("c", tags=["t", "u"])])["t"]
    assert term.count == 3
    assert term.first_date == dt.datetime(2020, 1, 1, 8, tzinfo=dt.UTC)
    assert term.last_date == dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    assert collected([page("c", tags="t")])["t"].first_date is None


def test_a10_terms_are_ordered_by_name_or_as_the_configuration_lists_them() -> None:
    pages = [page("a", tags=["b", "C", "a"])]
    assert [term.name for term in collected(pages)] == ["a", "b", "C"]
    assert [term.name for term in collected(pages, possible_terms=["C", "x", "b", "a"])] == ["C", "b", "a"]


def test_a10_the_terms_of_a_page_are_in_its_own_order() -> None:
    pages = [page("a", tags=["b", "a"]), page("none")]
    taxonomy = collected(pages)
    assert [term.name for term in taxonomy.terms_of(pages[0])] == ["b", "a"]
    assert taxonomy.terms_of(pages[1]) == ()


def test_a10_hierarchical_terms_have_those_below_them() -> None:
    pages = [page("a", tags="lang/python"), page("b", tags=["lang", "lang / rust"]), page("c", tags=["/", "other"])]
    taxonomy = collected(pages, hierarchical=True)
    assert [term.name for term in taxonomy] == ["lang", "lang/python", "lang/rust", "other"]
    lang = taxonomy["lang"]
    assert [term.title for term in lang.children] == ["python", "rust"]
    assert [page.docname for page in lang.pages] == ["a", "b"]
    assert [page.docname for page in lang.children[0].pages] == ["a"]
    assert [term.name for term in taxonomy.roots] == ["lang", "other"]
    assert lang.children[0].parent is lang
    assert lang.children[0].slug == "lang/python"
    assert taxonomy.find(" lang/ python") is lang.children[0]


def test_a10_hierarchical_terms_never_leave_their_folder() -> None:
    names = ["../x", "a/../../b", "a/index", "A/b", "a/B", "a/b"]
    taxonomy = collected([page("p", tags=names)], hierarchical=True)
    slugs = [term.slug.casefold() for term in taxonomy]
    assert len(slugs) == len({*slugs})
    assert not [slug for slug in slugs if {"..", ".", "", "index"} & {*slug.split("/")}]


def test_a10_hierarchical_terms_have_no_more_levels_than_lists_can_have() -> None:
    log = Log()
    pages = [page("a", tags="/".join("x" * 150)), page("b", tags="/".join("y" * 20))]
    taxonomy = collected(pages, log, hierarchical=True)
    assert len(taxonomy) == 20
    assert [message for _, message in log.messages] == [
        "a: a term of 'tags' has 150 levels, and at most 20 are possible. The page is not listed there [taxonomy]"
    ]


def test_a10_a_page_that_came_to_nothing_is_listed_nowhere() -> None:
    made = states(Declaration("tags", hierarchical=True))
    collect(made, [page("a", tags="x/y"), page("b", tags="x")], Log())
    made["tags"].retain({"b"})
    tags = made["tags"].taxonomy
    assert [page.docname for page in tags["x"].pages] == ["b"]
    assert tags["x/y"].pages == []


def test_a10_possible_terms_name_the_nearest() -> None:
    log = Log()
    pages = [page("a", tags=["pyhton", "rust"]), page("b", tags="zzz")]
    taxonomy = collected(pages, log, possible_terms=["python", "rust"])
    assert [term.name for term in taxonomy] == ["rust"]
    gone = "The page is not listed there [taxonomy]"
    assert log.messages == [
        ("error", f"a: 'pyhton' is not among the possible terms of 'tags'; did you mean 'python'? {gone}"),
        ("error", f"b: 'zzz' is not among the possible terms of 'tags'; there are: python, rust. {gone}"),
    ]


def test_a10_possible_terms_stand_for_those_above_them() -> None:
    log = Log()
    possible = ["lang/python", "art"]
    taxonomy = collected(
        [page("a", tags=["lang", "art", "lang/python"])], log, possible_terms=possible, hierarchical=True
    )
    assert [term.name for term in taxonomy] == ["lang", "lang/python", "art"]
    assert log.messages == []


def test_a10_a_weight_that_is_none_is_told() -> None:
    log = Log()
    collected([page("a", tags="t", weight="heavy"), page("b", tags="t", weight=10**400)], log, order="weight")
    assert [level for level, _ in log.messages] == ["warning", "warning"]
    assert "should be a number, but is 'heavy'" in log.messages[0][1]


def test_a10_taxonomies_are_a_mapping_with_attributes() -> None:
    taxonomies = Taxonomies(states(Declaration("tags"), Declaration("series"), Declaration("items")), Observed())
    assert list(taxonomies) == ["tags", "series", "items"]
    assert taxonomies.series is taxonomies["series"]
    assert dict(taxonomies.items())["items"] is taxonomies["items"]
    with pytest.raises(AttributeError, match="no taxonomy 'tag'; did you mean 'tags'"):
        _ = taxonomies.tag
    with pytest.raises(KeyError, match="no page has the term 'x' of 'tags'"):
        taxonomies.tags["x"]


# What the configuration says


def declared(*tables: Any) -> tuple[list[Declaration], list[str]]:
    """Return what is understood of some tables, and the warnings."""
    warnings: list[str] = []
    return read_declarations(tables, "taxonomies", Place(Path("pronghorn.toml")), warnings.append), warnings


def test_a10_a_key_is_all_that_a_taxonomy_needs() -> None:
    (tags,), warnings = declared({"key": "blog_tags"})
    assert (tags.key, tags.singular, tags.plural, tags.order, warnings) == (
        "blog_tags",
        "blog_tags",
        "Blog tags",
        "title",
        [],
    )


def test_a10_unknown_options_are_told() -> None:
    assert declared({"key": "tags", "plurl": "x"})[1] == [
        "taxonomies[0]: a taxonomy has no option 'plurl'; did you mean 'plural'?"
    ]


@pytest.mark.parametrize(
    ("tables", "complaint"),
    [
        ([{}], r"'taxonomies\[0\]': there is no 'key'"),
        ([{"key": "../x"}], r"'../x' cannot be the key of a taxonomy"),
        ([{"key": ""}], r"'' cannot be the key"),
        ([{"key": "search"}], r"'search' cannot be the key"),
        ([{"key": "k" * 65}], r"cannot be the key"),
        ([{"key": 5}], r"'taxonomies\[0\].key' should be str, but is 5"),
        ([{"key": "tags"}, {"key": "tags"}], r"'taxonomies\[0\]' and 'taxonomies\[1\]' are both the taxonomy 'tags'"),
        ([{"key": "tags"}, {"key": "Tags"}], r"are both the taxonomy 'Tags'"),
        ([{"key": "tags", "order": "size"}], r"'taxonomies\[0\].order' should be Literal\['title', 'date', 'weight'\]"),
        ([{"key": "tags", "possible_terms": "a"}], r"'taxonomies\[0\].possible_terms' should be list\[str\]"),
        ([{"key": "tags", "possible_terms": [1]}], r"'taxonomies\[0\].possible_terms' should be list\[str\]"),
        ([{"key": "tags", "hierarchical": "yes"}], r"'taxonomies\[0\].hierarchical' should be bool"),
        ([{"key": "tags", "separator": " "}], r"'taxonomies\[0\].separator' is empty"),
    ],
    ids=range(13),
)
def test_a10_what_is_wrong_names_file_key_and_type(tables: list[Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        declared(*tables)
    assert str(caught.value).startswith("pronghorn.toml: ")


def test_a10_pages_of_the_site_stand_for_generated_ones() -> None:
    made_from = states(Declaration("tags", plural="Tags"))
    own = [page("Tags/Python"), page("tags/rust/index"), page("tags"), page("a", tags=["python", "rust", "go", "zig"])]
    elsewhere = PageState(SIGNALS, "elsewhere", "tags/zig/").page
    made: list[str] = []

    def make(docname: str, **components: object) -> Page:
        made.append(docname)
        assert [*components] == ["metadata", "term"]
        return page(docname)

    collect(made_from, own, Log())
    make_pages(made_from, [*own, elsewhere], make)
    tags = made_from["tags"].taxonomy
    assert {term.name: term.docname for term in tags} == {
        "go": "tags/go",
        "python": "Tags/Python",
        "rust": "tags/rust/index",
        "zig": "elsewhere",
    }
    assert (tags.docname, made) == ("tags", ["tags/go"])
    assert own[0].term is tags["python"]
    assert own[2].taxonomy is tags
