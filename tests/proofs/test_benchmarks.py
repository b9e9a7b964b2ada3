"""The benchmarks run, on sites so small that their times mean nothing, and the manual shows what they wrote."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import plots
from benchmarks.cold.__main__ import main as cold
from benchmarks.cold.report import NO_BREAK
from benchmarks.cold.results import Growth, Measured
from benchmarks.cold.subjects import MadeSite
from benchmarks.environments import ROOT
from benchmarks.measure import BuildError, Machine, Usage, run
from benchmarks.others.__main__ import main as others
from benchmarks.others.content import KINDS, edited_page, make_pages
from benchmarks.others.generators import GENERATORS
from benchmarks.others.results import Case, Results
from benchmarks.plots.__main__ import main as plot
from benchmarks.plots.__main__ import write_tables
from benchmarks.plots.figures import Lines
from benchmarks.plots.stored import load
from benchmarks.walk import NotWalkedError, built, report, rows_of, walks

STORED = sorted(Path(__file__).with_name("benchmark_results").glob("*.json"))
MANUAL = ROOT / "docs"
MEGABYTE = 1_000_000


def usage(wall_s: float, peak_bytes: int = 1) -> Usage:
    return Usage(wall_s, wall_s, peak_bytes)


def content_of(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


# The benchmarks themselves


def test_clean_builds_are_measured_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cold.json"
    arguments = ["--themes", "alabaster", "--pages", "12", "--jobs", "2", "--rounds", "1", "--stock-once"]
    assert cold([*arguments, "--work", str(tmp_path / "work"), "--json", str(file)]) == 0
    (site,) = content_of(file)["sites"]
    assert (site["name"], site["n_pages"], site["jobs"], site["difference"]) == ("alabaster", 12, 2, "")
    assert [len(site[who]) for who in ("stock", "pronghorn")] == [1, 1]
    assert all(site[who][0]["peak_bytes"] > 20 * MEGABYTE for who in ("stock", "pronghorn"))
    assert "| alabaster, 12 generated pages | 2 |" in capsys.readouterr().out
    # From here on, stock Sphinx's output with two jobs is another than with one.
    (page,) = (tmp_path / "work").glob("*/reference/*/index.html")
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert cold([*arguments, "--work", str(tmp_path / "work")]) == 0
    told = capsys.readouterr().out
    assert "Stock Sphinx was measured in former runs" in told
    assert "With 2 jobs, stock Sphinx makes another `index.html` of alabaster than with one." in told


def test_a_difference_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--themes", "alabaster", "--pages", "6", "--jobs", "1", "--rounds", "1", "--stock-once"]
    site = MadeSite("alabaster", 6)
    kept = site.kept_build(tmp_path, "unedited", Machine())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("another page", encoding="utf-8")
    kept.keep(tmp_path / "other", usage(1), "2026-01-01")
    assert cold([*arguments, "--work", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "identical: no, `" in told
    assert "First difference: alabaster: " in told


def test_a_generator_is_measured_in_all_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "others.json"
    arguments = ["--generators", "Pronghorn", "--kinds", "rich", "--pages", "12", "--theme", "alabaster", "--jobs", "1"]
    assert others([*arguments, "--rounds", "1", "--json", str(file)]) == 0
    runs = Results.from_json(content_of(file)).sites[0].runs["Pronghorn"]
    assert [len(runs.seconds(case)) for case in Case] == [1] * len(Case)
    assert re.search(r"\| Pronghorn \|( [\d.]+ s \|){5} \d+ MB \|", capsys.readouterr().out.replace(NO_BREAK, " "))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(GENERATORS))
def test_the_form_of_each_generator_has_the_content(name: str, kind: str) -> None:
    pages = make_pages(kind, 50)
    titles = {page.name: page.title for page in pages}
    page = edited_page(pages)
    text = GENERATORS[name].markdown.page(page, titles)
    assert page.title in text
    assert "\n## " in text, "edits go before the first section"
    assert [word in text for word in ("```python", "| name |", "Class")] == {
        "plain": [False, False, False],
        "rich": [True, True, False],
        "api": [name not in {"Sphinx", "Pronghorn"}, False, True],
    }[kind]
    home = GENERATORS[name].markdown.page(pages[0], titles)
    assert "chapter000/" in home


def test_content_is_always_the_same_and_has_as_many_pages_as_asked_for() -> None:
    for kind in KINDS:
        assert make_pages(kind, 100) == make_pages(kind, 100)
        assert len(make_pages(kind, 100)) == 100


# How it is measured


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells the memory of all processes")
def test_memory_of_children_counts_when_all_processes_count(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        f"held = b'x' * {60 * MEGABYTE}\n"
        f"child = 'import time; held = b\"x\" * {60 * MEGABYTE}; time.sleep(0.5)'\n"
        "subprocess.run([sys.executable, '-c', child])"
    )
    command = [sys.executable, "-c", code]
    alone, together = (run(command, tmp_path / "log", whole_tree=whole_tree) for whole_tree in (False, True))
    assert 60 * MEGABYTE < alone.peak_bytes < 110 * MEGABYTE
    assert 120 * MEGABYTE < together.peak_bytes < 200 * MEGABYTE


def test_memory_of_this_process_does_not_count(tmp_path: Path) -> None:
    held = b"x" * (150 * MEGABYTE)
    assert run([sys.executable, "-c", ""], tmp_path / "log").peak_bytes < len(held) / 2


def test_a_command_that_fails_tells_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="ended with 3:\noh no"):
        run([sys.executable, "-c", "print('oh no'); exit(3)"], tmp_path / "log")


def test_builds_find_byte_code_from_the_second_one_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "module.py").touch()
    run([sys.executable, "-c", "import module"], tmp_path / "log", cwd=tmp_path)
    assert list(tmp_path.glob("__pycache__/module.*.pyc"))


def test_runs_of_a_round_are_paired() -> None:
    site = Measured("alabaster", is_real=False, jobs=1)
    site.stock, site.pronghorn = [usage(10), usage(40), usage(90)], [usage(10), usage(20), usage(10)]
    assert site.times_as_fast() == 2
    site.stock = [usage(40)]
    assert site.times_as_fast() == 4
    assert Growth("alabaster", {10: [usage(1), usage(2)], 100: [usage(20), usage(30)]}).figure() == 1.75


# Pictures and tables


def make_manual(folder: Path) -> Path:
    """Lay down a manual that shows all parts, as the page of the real one does."""
    (folder / "conf.py").write_text(
        'extensions = ["myst_parser"]\nhtml_theme = "basic"\nhtml_static_path = ["_static"]\n'
    )
    shutil.copy(MANUAL / "reference" / "performance.md", folder / "index.md")
    text = (folder / "index.md").read_text(encoding="utf-8").replace("[](/howto/large-sites.md)", "The manual")
    (folder / "index.md").write_text(text, encoding="utf-8")
    return folder


def test_a_manual_with_pictures_and_tables_builds(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    source = make_manual(tmp_path)
    into = source / "_static" / "performance"
    assert plot([*map(str, STORED), "--into", str(into), "--tables", str(source / "performance")]) == 0
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "-q", "-b", "html", str(source), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    shown = {Path(name).name for name in re.findall(r'<img[^>]* src="([^"]+)"', html)}
    assert shown == {file.name for file in into.iterdir()}
    assert {name.rpartition("-")[0] for name in shown} >= {"cold-times", "cold-memory", "cold-growth", "cache-times"}
    for mode in ("light", "dark"):
        assert len(re.findall(f'<img[^>]*class="[^"]*only-{mode}', html)) == len(shown) / 2
    assert_pictures_are_the_same_each_time(into)


def test_a_line_that_ends_early_has_its_name_there(tmp_path: Path) -> None:
    drawings = pytest.importorskip("benchmarks.plots.drawings")
    lines = (("Early", ((100, 5.0),)), ("Late", ((100, 1.0), (1000, 9.0))))
    drawings.draw(Lines("growth", "Growth", "seconds", lines), "light", "", [tmp_path / "growth.svg"])
    drawn = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    left_of = dict(re.findall(r"<!-- (Early|Late), .*?translate\(([\d.]+) ", drawn, re.DOTALL))
    assert float(left_of["Early"]) < 100 < float(left_of["Late"])


def assert_pictures_are_the_same_each_time(into: Path) -> None:
    before = {file.name: file.read_bytes() for file in into.glob("cache-*")}
    (cache,) = (file for file in STORED if file.stem == "cache")
    assert plot([str(cache), "--into", str(into), "--tables", str(into.parents[1] / "performance")]) == 0
    assert {file.name: file.read_bytes() for file in into.iterdir()} == before, "and those of other results are gone"


def test_tables_have_what_the_results_have(tmp_path: Path) -> None:
    write_tables([load(file) for file in STORED], make_manual(tmp_path) / "_static", tmp_path / "performance")
    files = (tmp_path / "performance").iterdir()
    text = {file.stem: file.read_text(encoding="utf-8").replace(NO_BREAK, " ") for file in files}
    assert "| furo, 1,000 generated pages | 1 | 592 s (580 s) | 46.5 s (45.5 s) | 12.74 (CPU 12.74) |" in text["cold"]
    assert "at most 1.3; reached: yes" in text["cold"]
    assert "| 5. clean build, empty cache | 45.00 s" in text["cache"]
    assert "| Jekyll | not installable: no |" in text["others"]
    assert "| plain | a build from nothing is no slower than Zensical's | 33.0 s | 9.00 s | **no** |" in text["others"]
    assert (
        "| plain | a fresh clone with a warm cache is faster than Hugo's build | 3.00 s | 3.10 s | yes |"
        in text["others"]
    )
    assert "- 1,000 pages, plain, from nothing: MkDocs-material in 0.64 of the time, Zensical in 0.27" in text["slower"]
    assert all("Made-up processor" in text[name] and "2026-11-26" in text[name] for name in ("cold", "cache", "others"))


def test_what_holds_no_results_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"benchmark": "weather"}')
    assert plot([str(file)]) == 2
    assert f"{file} has no results of cold, cache, others" in capsys.readouterr().err


def test_the_manual_shows_the_results_of_the_repository(tmp_path: Path) -> None:
    """`make performance` mends this."""
    results = sorted((ROOT / "benchmarks" / "results").glob("*.json"))
    stored = [load(file) for file in results]
    write_tables(stored, MANUAL / "_static" / "performance", tmp_path)
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert made == {
        file.name: file.read_text(encoding="utf-8") for file in (MANUAL / "reference" / "performance").iterdir()
    }
    named = set(re.findall(r"/_static/performance/(\S+)", "".join(made.values())))
    assert named == {file.name for file in (MANUAL / "_static" / "performance").glob("*")}


def test_matplotlib_is_needed_for_pictures_only() -> None:
    folder = Path(plots.__file__).parent
    importers = {file.name for file in folder.glob("*.py") if "import matplotlib" in file.read_text(encoding="utf-8")}
    assert importers == {"drawings.py"}


def test_a_walk_shows_what_a_page_passes(tmp_path: Path) -> None:
    cold, warm = (rows_of(one, two) for one, two in walks(tmp_path).values())
    fresh = {row.name for row in cold} - {row.name for row in warm}
    assert {"extension.listeners", "incremental.read.listening", "incremental.write.stage"} <= fresh
    (reader,) = (row for row in warm if row.name == "readers.readers")
    assert (reader.entered, reader.in_build) == (2, 2)
    lines = list(report("warm", warm, with_callers=True))
    assert any(line.endswith("  Source.read_text from readers.native") for line in lines)
    with pytest.raises(NotWalkedError, match="in a warm build, pages were read"):
        built(tmp_path / "one", "again", "empty", "warm")
