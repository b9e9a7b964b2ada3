"""Dates, drafts and the time of the build."""

import datetime as dt
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import SphinxError

from pronghorn.cli.main import main
from pronghorn.errors import ConfigurationError
from pronghorn.model.dates import Clock, is_day, parse_date, parse_zone
from pronghorn.model.publication import parse_flag
from tests.conftest import MakeSite
from tests.support import Site, assert_same_output
from tests.support.cached import CachedSite
from tests.support.quick import Built, build, build_cleanly, plugin

BERLIN = ZoneInfo("Europe/Berlin")
NOW = "2026-06-15 12:00"
CONF = f'pronghorn_now = "{NOW}"\n'
INDEX = "# Home\n\n```{toctree}\n:glob:\nposts/*\n```\n"
POSTS: dict[str, str | bytes] = {
    "index.md": INDEX,
    "posts/old.md": "---\ndate: 2026-05-01\n---\n# Old post\n",
    "posts/draft.md": "---\ndraft: true\n---\n# Draft post\n",
    "posts/later.md": "---\ndate: 2026-06-16 08:30:00\n---\n# Later post\n",
    "posts/gone.rst": ":expires: 2026-06-01\n\nGone post\n=========\n",
}
HIDDEN = ("posts/draft", "posts/gone", "posts/later")


# --- dates ---


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (dt.date(2026, 5, 1), dt.datetime(2026, 5, 1, tzinfo=BERLIN)),
        (dt.datetime(2026, 5, 1, 18, 30), dt.datetime(2026, 5, 1, 18, 30, tzinfo=BERLIN)),  # noqa: DTZ001 - naive
        (dt.datetime(2026, 5, 1, 18, 30, tzinfo=UTC), dt.datetime(2026, 5, 1, 18, 30, tzinfo=UTC)),
        ("2026-05-01", dt.datetime(2026, 5, 1, tzinfo=BERLIN)),
        (" 2026-05-01T18:30 ", dt.datetime(2026, 5, 1, 18, 30, tzinfo=BERLIN)),
        ("2026-05-01 18:30:15 +00:00", dt.datetime(2026, 5, 1, 18, 30, 15, tzinfo=UTC)),
        ("2026-05-01T18:30Z", dt.datetime(2026, 5, 1, 18, 30, tzinfo=UTC)),
    ],
    ids=repr,
)
def test_a10_dates_are_understood_and_keep_their_time(value: object, moment: dt.datetime) -> None:
    found = parse_date(value, BERLIN)
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize("value", ["", "soon", "2026-13-01", "2026-02-30", "1.5.2026", 2026, True, ["2026-05-01"], {}])
def test_what_is_no_date_is_an_error_that_shows_it(value: object) -> None:
    with pytest.raises(ValueError, match="is not a date") as caught:
        parse_date(value, UTC)
    assert repr(value) in str(caught.value)
    assert "2026-05-31" in str(caught.value)


@given(st.lists(st.one_of(st.dates(), st.datetimes(), st.datetimes(timezones=st.timezones())), max_size=6))
def test_a10_any_dates_can_be_sorted_together(values: list[dt.date]) -> None:
    assert len(sorted(parse_date(value, BERLIN) for value in values)) == len(values)


@pytest.mark.parametrize("value", ["2026-05-01", "20260501", dt.date(2026, 5, 1)])
def test_a_date_without_a_time_is_a_day(value: object) -> None:
    assert is_day(value)


@pytest.mark.parametrize("value", ["2026-05-01 10:00", dt.datetime(2026, 5, 1, tzinfo=UTC)])
def test_a_date_with_a_time_is_no_day(value: object) -> None:
    assert not is_day(value)


@pytest.mark.parametrize(
    ("name", "near"),
    [("Europ/Berlin", "Europe/Berlin"), ("berlin", "Europe/Berlin"), ("America/new_york", "America/New_York")],
)
def test_an_unknown_time_zone_names_the_nearest(name: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"there is no time zone '{name}'; did you mean '{near}'"):
        parse_zone(name)


@pytest.mark.parametrize("name", ["Europe", "../etc", "/etc/localtime", "x" * 300, "Middle of nowhere, 7"])
def test_a_name_that_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        parse_zone(name)


def test_the_build_is_stopped_by_an_unknown_time_zone(make_site: MakeSite) -> None:
    site = make_site({"index.md": "# Home\n"}, 'pronghorn_time_zone = "Europe/Berlni"')
    with pytest.raises(SphinxError, match=r"conf.py: 'pronghorn_time_zone': .* did you mean 'Europe/Berlin'"):
        build(site)


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("No", False), ("", True), ("0", False), ("on", True)])
def test_flags_are_understood(text: str, *, flag: bool) -> None:
    assert parse_flag(text) is flag


def test_the_time_is_that_of_the_configuration_else_of_the_environment_else_of_the_clock() -> None:
    epoch = {"SOURCE_DATE_EPOCH": "86400"}
    assert Clock.of("2026-05-01", BERLIN, epoch).now == dt.datetime(2026, 5, 1, tzinfo=BERLIN)
    assert Clock.of(None, BERLIN, epoch).now == dt.datetime(1970, 1, 2, tzinfo=UTC)
    assert abs(Clock.of(None, BERLIN, {}).now - dt.datetime.now(UTC)) < dt.timedelta(minutes=1)
    with pytest.raises(ConfigurationError, match="SOURCE_DATE_EPOCH"):
        Clock.of(None, UTC, {"SOURCE_DATE_EPOCH": "yesterday"})


def test_pages_have_dates_with_the_zone_of_the_site(make_site: MakeSite) -> None:
    site = make_site(
        {"index.md": "---\ndate: 2026-05-01 18:30:00\n---\n# Home\n"}, 'pronghorn_time_zone = "Europe/Berlin"'
    )
    assert build_cleanly(site).site.pages["index"].date == dt.datetime(2026, 5, 1, 18, 30, tzinfo=BERLIN)
    assert build_cleanly(site, pronghorn_time_zone="UTC").site.pages["index"].date == dt.datetime(
        2026, 5, 1, 18, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("posts/bad.md", "---\ntitle: Bad\ndate: someday\n---\n# Bad\n", 3),
        ("posts/bad.rst", "Bad\n===\n\n:title: Bad\n:date: 2026-02-30\n", 5),
    ],
)
def test_an_invalid_date_is_a_warning_with_file_and_line(make_site: MakeSite, file: str, text: str, line: int) -> None:
    site = make_site({**POSTS, file: text}, CONF)
    built = build(site)
    assert f"{file}:{line}: WARNING: 'date': " in built.warnings
    assert "the page goes on without its date [pronghorn.metadata]" in built.warnings
    assert built.site.pages["posts/bad"].date is None
    assert built.exists("posts/bad.html")
    assert build(site).warnings == built.warnings


# --- drafts ---


def assert_hidden(built: Built) -> None:
    """Check that nothing of the hidden posts is anywhere in the output."""
    for docname in HIDDEN:
        assert docname not in built.site.pages
        assert not built.exists(f"{docname}.html")
        assert docname not in built.read("searchindex.js")
    assert "later" not in built.read("index.html").lower()
    assert b"posts/old" in built.outdir.joinpath("searchindex.js").read_bytes()


def test_drafts_and_pages_of_the_future_and_expired_ones_are_no_documents(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(POSTS, CONF))
    assert_hidden(built)
    assert sorted(built.site.hidden) == sorted(HIDDEN)
    assert built.site.hidden["posts/draft"] == "is a draft"


def test_drafts_are_documents_when_they_are_shown(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site(POSTS, CONF)
    shown = build_cleanly(site, into="shown", pronghorn_drafts="1")
    assert all(shown.exists(f"{docname}.html") for docname in HIDDEN)
    monkeypatch.setenv("PRONGHORN_DRAFTS", "1")
    assert_same_output(shown, build_cleanly(site, into="variable"))
    monkeypatch.setenv("PRONGHORN_DRAFTS", "0")
    assert_hidden(build_cleanly(site, into="variable"))
    assert_same_output(shown, build_cleanly(site, into="given", pronghorn_drafts="1"))


def test_a_wrong_variable_is_an_error(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRONGHORN_DRAFTS", "perhaps")
    with pytest.raises(SphinxError, match="PRONGHORN_DRAFTS: 'perhaps' is neither true nor false"):
        build(make_site(POSTS, CONF))


def test_the_command_line_shows_drafts(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site(POSTS, CONF)
    assert main(["build", "-q", "--drafts", str(site.source), str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "posts" / "draft.html").exists()


def test_a_project_without_plugins_keeps_its_drafts(make_site: MakeSite) -> None:
    files = {**POSTS, "posts/odd.md": "---\ndraft: perhaps\ndate: one day\n---\n# Odd\n"}
    idle = build_cleanly(make_site(files))
    assert all(idle.exists(f"{docname}.html") for docname in HIDDEN)
    assert not build_cleanly(make_site({**POSTS, "plugins/p.py": plugin("")})).exists("posts/draft.html")
    assert not build_cleanly(make_site(POSTS, "pronghorn_drafts = False")).exists("posts/draft.html")


def test_the_first_page_is_never_hidden(make_site: MakeSite) -> None:
    built = build(make_site({"index.md": "---\ndraft: true\n---\n# Home\n"}, CONF))
    assert "index.md:2: WARNING: the site's first page is a draft" in built.warnings
    assert built.exists("index.html")


def test_what_may_be_a_draft_is_taken_for_one(make_site: MakeSite) -> None:
    built = build(make_site({**POSTS, "posts/odd.md": "---\ndraft: perhaps\n---\n# Odd\n"}, CONF))
    assert "posts/odd.md:2: WARNING: 'draft': 'perhaps' is neither true nor false" in built.warnings
    assert not built.exists("posts/odd.html")


def test_a_page_that_a_plugin_makes_may_be_a_draft(make_site: MakeSite) -> None:
    code = """
    def make(site):
        site.make_page("made", metadata=Metadata(title="M", draft=True), output=Content("md", "x"))
    """
    site = make_site({**POSTS, "plugins/p.py": plugin(code, "site.signals.processors_init.connect(make)")}, CONF)
    assert "made" not in build_cleanly(site).site.pages


def test_the_source_of_a_draft_is_not_copied(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(POSTS, CONF + 'pronghorn_copy_files = ["**/*.md"]\n'))
    assert not built.exists("posts/draft.md")


# --- toctrees and links ---


def test_a_toctree_leaves_out_a_draft_and_says_so(make_site: MakeSite) -> None:
    index = "# Home\n\n```{toctree}\nposts/old\nposts/draft\nThe later one <posts/later.md>\n```\n"
    site = make_site({**POSTS, "index.md": index, "posts/gone.rst": ":expires: 2026-06-01\n:orphan:\n"}, CONF)
    result = site.build(warnings_are_errors=True)
    assert result.exit_code == 0, result.warnings
    assert "index: the toctree leaves out 'posts/draft', which is a draft" in result.out
    assert "'posts/later', which is not published yet: its date is 2026-06-16 08:30" in result.out
    assert "Later" not in result.read("index.html")


LINKS = (
    "\n{doc}`posts/draft` {doc}`The other </posts/later>`\n\n[a link](posts/draft.md) and [none](posts/nowhere.md)\n"
)


def test_a_link_to_a_draft_is_text_and_a_warning_that_says_so(make_site: MakeSite) -> None:
    site = make_site({**POSTS, "index.md": INDEX + LINKS}, CONF)
    built = build(site)
    lines = [line for line in built.warnings.splitlines() if "[pronghorn.draft]" in line]
    assert len(lines) == 3
    assert "index.md:8: WARNING: the link to 'posts/draft' leads nowhere: that page is a draft" in lines[0]
    assert "is not published yet: its date is 2026-06-16 08:30" in lines[1]
    assert "unknown document" not in built.warnings
    assert 'href="posts/draft' not in built.read("index.html")
    assert "posts/nowhere" in built.warnings
    assert build(site).warnings == built.warnings
    assert build(site, suppress_warnings=["pronghorn.draft", "myst.xref_missing"]).warnings == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_messages_change_with_what_a_page_is(make_site: MakeSite, jobs: int) -> None:
    cached = CachedSite(make_site({**POSTS, "index.md": INDEX + LINKS}, CONF))
    draft = cached.build(jobs=jobs)
    (cached.site.source / "posts/draft.md").unlink()
    gone = cached.build(jobs=jobs)
    assert "unknown document: 'posts/draft'" in gone.warnings
    assert gone.warnings == cached.build(into="clean", store="none").warnings
    cached.site.write("posts/draft.md", "---\ndate: 2027-01-01\n---\n# Draft post\n")
    later = cached.build(jobs=jobs)
    assert "'posts/draft' leads nowhere: that page is not published yet" in later.warnings
    assert later.reason("index") == ("hidden", "posts/draft")
    cached.site.write("posts/draft.md", "# Draft post\n")
    shown = cached.build(jobs=jobs)
    assert 'href="posts/draft.html"' in shown.read("index.html")
    cached.site.write("posts/draft.md", POSTS["posts/draft.md"])
    again = cached.build(jobs=jobs)
    assert again.warnings == draft.warnings
    assert_same_output(again, cached.build(into="clean2", store="none2"))


# --- time goes by ---


@pytest.mark.parametrize("builder", ["html", "text"])
def test_a_post_appears_when_its_time_has_come(make_site: MakeSite, builder: str) -> None:
    site = make_site(POSTS, CONF)
    build_cleanly(site, builder)
    after = build_cleanly(site, builder, pronghorn_now="2026-06-16 08:30")
    assert "posts/later" in after.site.pages
    assert "posts/later" in after.docs_read
    assert "posts/old" not in after.docs_read
    assert_same_output(after, build_cleanly(site, builder, into="clean", pronghorn_now="2026-06-16 08:30"))


def test_a_post_appears_with_another_epoch(make_site: MakeSite) -> None:
    site = make_site(
        {"index.md": INDEX, "posts/a.md": "---\ndate: 1970-01-02\n---\n# A post\n"}, "pronghorn_drafts = False"
    )
    assert not site.build(env={"SOURCE_DATE_EPOCH": "86399"}).exists("posts/a.html")
    result = site.build(env={"SOURCE_DATE_EPOCH": "86400"}, warnings_are_errors=True)
    assert result.exists("posts/a.html")
    assert_same_output(result, site.build(env={"SOURCE_DATE_EPOCH": "86400"}, into="clean"))


def test_only_a_page_that_shows_the_time_is_written_anew_with_it(make_site: MakeSite) -> None:
    template = '{% extends "!page.html" %}{% block body %}{{ super() }}{{ site.now.isoformat() }}{% endblock %}'
    files = {
        **POSTS,
        "_templates/clock.html": template,
        "clock.md": "---\ntemplate: clock\norphan: true\n---\n# Clock\n",
    }
    cached = CachedSite(make_site(files, CONF + 'templates_path = ["_templates"]\n'))
    assert "2026-06-15T12:00:00+00:00" in cached.build().read("clock.html")
    after = cached.build(pronghorn_now="2026-06-15 13:00")
    assert after.written == {"clock"}
    assert after.reason("clock")[0] == "now"
    assert_same_output(after, cached.build(into="clean", store="none", pronghorn_now="2026-06-15 13:00"))


def test_a_settled_output_does_not_show_an_old_time(make_site: MakeSite) -> None:
    template = '{% extends "!page.html" %}{% block body %}{{ site.now.isoformat() }}{% endblock %}'
    site = make_site({"index.md": "# Home\n", "_templates/page.html": template}, 'templates_path = ["_templates"]\n')
    for epoch, shown in (("0", "1970-01-01"), ("0", "1970-01-01"), ("86400", "1970-01-02")):
        assert shown in site.build(env={"SOURCE_DATE_EPOCH": epoch}, warnings_are_errors=True).read("index.html")


def test_a_draft_is_in_no_inventory(make_site: MakeSite) -> None:
    site: Site = make_site(POSTS, CONF)
    with site.app() as app:
        app.build()
        assert set(HIDDEN).isdisjoint(app.env.all_docs)
        assert not [item for item in app.env.domains["std"].get_objects() if item[3] in HIDDEN]
