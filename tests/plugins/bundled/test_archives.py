"""The bundled plugin ``archives``: pages for years and months."""

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, build_cleanly, dead_links, links_of

CONF = "pronghorn_plugins_enabled = ['archives']\npronghorn_plugins = {'archives': {%s}}\n"
FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\nposts/*\narchive\narchive/*\n```\n\n{doc}`archive/2026/05`\n",
    "posts/salt.md": "---\ndate: 2026-05-01\nauthor: Ann\n---\n# Salt\n",
    "posts/pepper.rst": ":date: 2026-05-20 10:00\n:author: Bob\n\nPepper\n======\n",
    "posts/bread.md": "---\ndate: 2026-01-03\n---\n# Bread\n",
    "posts/rolls.md": "---\ndate: 2024-12-31\n---\n# Rolls\n",
    "posts/secret.md": "---\ndate: 2023-05-21\ndraft: true\n---\n# Secret\n",
    "posts/undated.md": "# Undated\n",
}


def _archives(urls: dict[str, str]) -> set[str]:
    return {docname for docname in urls if docname.startswith("archive")}


ALL = {"archive", "archive/2026", "archive/2026/05", "archive/2026/01", "archive/2024", "archive/2024/12"}


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a15_archives_list_the_pages_of_years_and_months(make_site: MakeSite, builder: str) -> None:
    built = build_cleanly(make_site(FILES, CONF % ""), builder)
    assert _archives(built.urls) == ALL
    assert not dead_links(built)

    def listed(docname: str) -> list[str]:
        file = f"{docname}.html" if builder == "html" else f"{docname}/index.html"
        body = built.read(file).partition('role="main"')[2].partition("</section>")[0]
        links = [link for link in links_of(built, file) if f">{link.text}</span></a>" in body and link.text]
        return list(dict.fromkeys(link.text for link in links if link.href in body))

    assert listed("archive") == ["2026", "2024"]
    assert listed("archive/2026") == ["May 2026", "Pepper", "Salt", "January 2026", "Bread"]
    assert listed("archive/2026/05") == ["Pepper", "Salt"]


def test_a15_archives_are_documents_of_all_builders(make_site: MakeSite) -> None:
    site = make_site(FILES, CONF % "")
    text = build_cleanly(site, "text").read("archive/2026.txt")
    assert " ".join(text.split()) == "2026 **** * May 2026 (2) * Pepper * Salt * January 2026 (1) * Bread"
    assert "May 2026" in build_cleanly(site, into="html").read("searchindex.js")


def test_a15_options_of_archives(make_site: MakeSite) -> None:
    options = "'path': ['posts/*'], 'exclude': ['**/salt'], 'docname': '/old/', 'title': 'Früher', 'months': False"
    files = {**FILES, "index.md": "# Home\n\n```{toctree}\n:glob:\nposts/*\n```\n"}
    built = build_cleanly(make_site(files, CONF % options), "text")
    assert {docname for docname in built.urls if docname.startswith("old")} == {"old", "old/2026", "old/2024"}
    assert " ".join(built.read("old.txt").split()) == "Früher ****** * 2026 (2) * 2024 (1)"
    assert "Salt" not in built.read("old/2026.txt")
    where = build_cleanly(make_site(files, CONF % "'where': 'author = Ann'"), "text", language="de")
    assert where.read("archive/2026/05.txt").split()[:2] == ["Mai", "2026"]
    assert _archives(where.urls) == {"archive", "archive/2026", "archive/2026/05"}


def test_a15_no_archives_without_dates(make_site: MakeSite) -> None:
    built = build_cleanly(make_site({"index.md": "# Home\n"}, CONF % ""))
    assert built.urls.keys() == {"index"}


def test_a15_page_in_the_place_of_an_archive_is_told(make_site: MakeSite) -> None:
    built = build(make_site({**FILES, "archive/2026.md": "# My year\n"}, CONF % ""))
    assert "there is a page 'archive/2026' already, from archive/2026.md" in built.warnings
    assert "My year" in built.read("archive/2026.html")
    assert _archives(built.urls) == ALL


def test_a15_archives_follow_edits(make_site: MakeSite) -> None:
    site = CachedSite(make_site(FILES, CONF % ""))
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write("posts/salt.md", "---\ndate: 2025-07-01\n---\n# Salt\n")
    assert "July 2025" in site.build_as_clean(jobs=2).read("archive/2025/07.html")
    site.site.write("posts/salt.md", "---\ndate: 2026-01-01\n---\n# Sea salt\n")
    built = site.build_as_clean()
    assert not (built.outdir / "archive" / "2025").exists()
    assert "Sea salt" in built.read("archive/2026.html")
    site.site.write("posts/salt.md", "---\ndate: 2026-01-01\n---\n# Sea salt\n\nOther text.\n")
    assert site.build_as_clean().written == {"posts/salt"}
    site.site.remove("posts/rolls.md")
    assert not site.build_as_clean(jobs=2).exists("archive/2024.html")
