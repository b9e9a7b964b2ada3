"""The bundled plugin ``table_data``: tables from data files."""

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import Built, build, build_cleanly

ENABLED = "pronghorn_plugins_enabled = ['table_data']\npronghorn_plugins = {'table_data': {'patterns': ['pages/*']}}\n"
GOOD: dict[str, str] = {
    "a.csv": 'bread,price\nRye,"3,50"\nWheat & oat,2\n\n',
    "a.tsv": "bread\tprice\nRye\t3,50\nWheat & oat\t2\n",
    "a.json": '[{"bread": "Rye", "price": "3,50"}, {"bread": "Wheat & oat", "price": 2}]',
    "a.yaml": "- bread: Rye\n  price: 3,50\n- bread: Wheat & oat\n  price: 2\n",
    "a.yml": "- [bread, price]\n- [Rye, '3,50']\n- [Wheat & oat, 2]\n",
}
BAD: dict[str, tuple[str, str, int, str]] = {
    "ragged": ("a.csv", "a,b\n1,2\n1,2,3\n", 3, "the row has 3 fields, and the first row has 2"),
    "ragged below a long row": ("a.csv", 'a,b\n"1\n1",2\n1\n', 4, "the row has 1 fields"),
    "open quote": ("a.csv", 'a,b\n"1,2\n', 2, "this is not a row of a table"),
    "empty": ("a.csv", "\n", 1, "the table is empty"),
    "json": ("a.json", '[\n{"a": 1},\n{"a" 1}]', 3, "this is not JSON: Expecting ':' delimiter"),
    "json that is not a table": ("a.json", "3", 1, "a table is a list of mappings"),
    "json of rows": ("a.json", "[[1, 2], [1]]", 1, "row 2 has 1 fields, and the first row has 2"),
    "yaml": ("a.yaml", "a: 1\nb: [1\nc: 2\n", 3, "this is not YAML"),
    "yaml that may not be loaded": ("a.yaml", "a: !!python/name:os.system\n", 1, "this is not YAML"),
    "yaml with a wrong date": ("a.yaml", "a: 2026-02-31\n", 1, "this is not YAML"),
    "latin-1": ("a.csv", "a,b\n1,caf\udce9\n", 2, "not utf-8"),
}


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _page(make_site: MakeSite, name: str, text: str) -> Built:
    page = f"# Home\n\n```{{data-table}} {name}\n:caption: Prices\n```\n"
    return build(make_site({"index.md": page, name: _as_bytes(text)}, ENABLED))


@pytest.mark.parametrize("name", GOOD)
def test_d2_table_in_a_page(make_site: MakeSite, name: str) -> None:
    built = _page(make_site, name, GOOD[name])
    assert not built.warnings
    html = built.read("index.html")
    assert html.count("<tr") == 3
    assert [f"<p>{text}</p>" in html for text in ("bread", "Rye", "3,50", "Wheat &amp; oat", "2")] == [True] * 5
    assert "Prices" in html


@pytest.mark.parametrize("case", BAD)
def test_d2_table_that_is_none_names_its_line(make_site: MakeSite, case: str) -> None:
    name, text, line, problem = BAD[case]
    built = _page(make_site, name, text)
    assert f"source/{name}:{line}: WARNING: [table_data]" in built.warnings
    assert problem in built.warnings
    assert "shown by the page 'index'" in built.warnings


def test_d2_page_that_is_no_table_names_its_line(make_site: MakeSite) -> None:
    built = build(make_site({"index.md": "# Home\n", "pages/a.csv": "a,b\n1\n"}, ENABLED))
    assert "pages/a.csv:2: the row has 1 fields" in built.warnings
    assert "plugin 'table_data'" in built.warnings


@pytest.mark.parametrize("builder", ["html", "dirhtml", "text"])
def test_d2_data_files_as_pages(make_site: MakeSite, builder: str) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\n:glob:\npages/*\n```\n",
        **{f"pages/my-{name.replace('.', '_')}.{name[2:]}": text for name, text in GOOD.items()},
        "other.csv": "no page\n",
    }
    built = build_cleanly(make_site(files, ENABLED), builder)
    assert [f"pages/my-a_{ext}" in built.urls for ext in ("csv", "tsv", "json", "yaml", "yml")] == [True] * 5
    assert "other" not in built.urls
    text = built.read(
        {"html": "pages/my-a_csv.html", "dirhtml": "pages/my-a_csv/index.html"}.get(builder, "pages/my-a_csv.txt")
    )
    assert "My a csv" in text
    assert "Rye" in text


def test_d2_fields_are_no_markup(make_site: MakeSite) -> None:
    text = "name,what\n<script>alert(1)</script>,*not* `this` {{ that }} |x|\n"
    html = _page(make_site, "a.csv", text).read("index.html")
    assert "&lt;script&gt;" in html
    assert "*not* `this` {{ that }} |x|" in html


def test_d2_nested_and_absent_values(make_site: MakeSite) -> None:
    built = _page(make_site, "a.json", '[{"a": [1, "ü"], "b": true}, {"c": null}]')
    assert not built.warnings
    assert "<p>[1, &quot;ü&quot;]</p>" in built.read("index.html")
    assert "<p>true</p>" in built.read("index.html")


def test_d2_mapping_has_no_header(make_site: MakeSite) -> None:
    html = _page(make_site, "a.yaml", "rye: 3\nwheat: 2026-05-01\n").read("index.html")
    assert "<thead" not in html
    assert "<p>2026-05-01</p>" in html


def test_d2_columns_are_chosen(make_site: MakeSite) -> None:
    page = "Home\n====\n\n.. data-table:: /sub/a.csv\n   :columns: price, bread\n   :class: wide\n"
    site = make_site({"index.rst": page, "sub/a.csv": GOOD["a.csv"]}, ENABLED)
    html = build_cleanly(site).read("index.html")
    assert html.index("price") < html.index("bread")
    assert "wide data-table" in html
    site.write("index.rst", page.replace("price,", "prize,"))
    assert "'sub/a.csv' has no column 'prize'; there are 'bread', 'price'" in build(site).warnings


def test_d2_absent_file_and_unknown_kind(make_site: MakeSite) -> None:
    site = make_site({"index.md": "# Home\n\n```{data-table} a.csv\n```\n\n```{data-table} a.xml\n```\n"}, ENABLED)
    warnings = build(site).warnings
    assert "data-table: there is no file 'a.csv'" in warnings
    assert "index.md:3" in warnings
    assert "a table is read from one of .csv, .tsv, .json, .yaml, .yml" in warnings


def test_d2_tables_follow_edits(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nother\npages/b\n```\n\n```{data-table} a.csv\n```\n",
        "other.md": "# Other\n",
        "pages/b.csv": "a\n1\n",
        "a.csv": "a\n1\n",
    }
    site = CachedSite(make_site(files, ENABLED))
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write("a.csv", "a\nchanged\n")
    assert site.build_as_clean().written == {"index"}
    site.site.write("pages/b.csv", "a\nagain\n")
    second = site.build_as_clean(jobs=2)
    assert second.written == {"pages/b"}
    assert "again" in second.read("pages/b.html")
    site.site.remove("a.csv")
    site.build_as_clean()
    site.site.write("a.csv", "a\nback\n")
    assert "back" in site.build_as_clean().read("index.html")
