"""The fixture ``make_site``: what it lays down is built for real."""

from io import StringIO

from sphinx.application import Sphinx

from tests.conftest import MakeSite
from tests.support import assert_same_output

FILES = {
    "index.md": """
        # Home

        ```{toctree}
        second
        ```
    """,
    "second.md": "# Second\n\n[nowhere](gone.md)\n",
}
STOCK = 'extensions = ["myst_parser"]\n'


def test_a_build_is_a_real_one(make_site: MakeSite) -> None:
    site = make_site(FILES, conf=STOCK)
    before = site.files()
    result = site.build()
    assert result.exit_code == 0
    assert "build succeeded" in result.out
    assert "second.md" in result.warnings
    assert "gone.md" in result.warnings
    assert "<h1>Home" in result.read("index.html")
    assert result.exists("second.html")
    assert not result.exists("third.html")
    assert {"index.html", "searchindex.js"} <= result.files().keys()
    assert site.files() == before


def test_warnings_can_be_errors(make_site: MakeSite) -> None:
    assert make_site(FILES, conf=STOCK).build(warnings_are_errors=True).exit_code == 1


def test_arguments_and_environment_reach_sphinx(make_site: MakeSite) -> None:
    conf = STOCK + "import os\nproject = os.environ['NAME']\n"
    result = make_site(FILES, conf=conf).build("text", "-D", "text_newlines=windows", env={"NAME": "Named"})
    assert result.outdir.name == "text"
    assert b"Home\r\n" in (result.outdir / "index.txt").read_bytes()


def test_two_builds_are_the_same_or_not(make_site: MakeSite) -> None:
    site = make_site(FILES, conf=STOCK)
    first, second = site.build(), site.build(into="again", jobs=2)
    assert_same_output(first, second)
    assert first.files() == second.files()


def test_a_second_build_is_incremental(make_site: MakeSite) -> None:
    site = make_site(FILES, conf=STOCK)
    site.build()
    site.write("second.md", "# Another\n")
    result = site.build()
    assert "0 added, 1 changed, 0 removed" in result.out
    assert "Another" in result.read("second.html")


def test_sites_of_one_test_are_apart(make_site: MakeSite) -> None:
    one, other = make_site({"index.md": "# One"}), make_site({"index.md": "# Other"})
    assert one.root != other.root


def test_an_application_in_this_process(make_site: MakeSite) -> None:
    site = make_site(FILES, conf=STOCK)
    warnings = StringIO()
    with site.app(warnings=warnings, project="Overridden") as app:
        assert isinstance(app, Sphinx)
        app.build()
        assert app.config.project == "Overridden"
        assert app.env.found_docs == {"index", "second"}
    assert "gone.md" in warnings.getvalue()
    with site.app("dirhtml", warnings=(again := StringIO()), into="again") as app:
        app.build()
    assert "already registered" not in again.getvalue()
