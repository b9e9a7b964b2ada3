"""Shows results as Markdown."""

from collections.abc import Iterator

from benchmarks.cold.report import MEMORY_NOTE, megabytes, seconds, verdict
from benchmarks.others.results import Case, Results, Runs, Site

HEADINGS = {
    Case.COLD: "from nothing",
    Case.NOTHING: "nothing changed",
    Case.EDIT: "one edit",
    Case.CLONE: "fresh clone, warm cache, one edit",
    Case.PREVIEW: "preview of an edit",
}


def markdown(results: Results) -> Iterator[str]:
    """Yield the lines of the tables."""
    for site in results.sites:
        yield f"{site.n_pages:,} pages, {site.kind}; Sphinx with {results.theme} and {results.jobs} jobs:"
        yield ""
        yield from _site_table(results, site)
        yield ""
    yield from _target_table(results)
    yield "What the pages of each have besides the text:"
    yield ""
    yield from (f"- {name} {results.versions[name]}: {about}." for name, about in results.about.items())
    yield ""
    yield f"Elapsed time; medians; rounds: {_rounds(results)}. A dash: there is nothing of the kind. {MEMORY_NOTE}"


def _rounds(results: Results) -> str:
    """Return how often was measured, and what less often."""
    counts: dict[str, int] = {}
    for site in results.sites:
        for name, runs in site.runs.items():
            counts[name] = max(counts.get(name, 0), len(runs.seconds(Case.COLD)))
    most = max(counts.values(), default=0)
    fewer = [f", of {name} {count}" for name, count in counts.items() if 0 < count < most]
    return f"{most}{''.join(fewer)}"


def _site_table(results: Results, site: Site) -> Iterator[str]:
    yield f"| generator | {' | '.join(HEADINGS.values())} | peak memory |"
    yield f"| --- |{' ---: |' * (len(HEADINGS) + 1)}"
    for name, runs in site.runs.items():
        yield f"| {name} | {' | '.join(_cell(runs, case) for case in HEADINGS)} | {_memory(runs)} |"
    for name, reason in results.missing.items():
        yield f"| {name} | {reason} |{' |' * len(HEADINGS)}"


def _cell(runs: Runs, case: Case) -> str:
    if found := runs.seconds(case):
        return seconds(found)
    if runs.failure:
        return "failed"
    return "–" if runs.usages else "not measured"  # noqa: RUF001 - a dash in a table


def _memory(runs: Runs) -> str:
    usages = runs.usages.get(Case.COLD)
    return megabytes(usages) if usages else ""


def _target_table(results: Results) -> Iterator[str]:
    targets = list(results.targets())
    if not targets:
        return
    yield "| pages | target | Pronghorn | the other | reached |"
    yield "| --- | --- | ---: | ---: | --- |"
    for site, target, (mine, theirs) in targets:
        reached = verdict(reached=mine <= theirs)
        yield f"| {site.kind} | {target.text} | {seconds([mine])} | {seconds([theirs])} | {reached} |"
    yield ""
