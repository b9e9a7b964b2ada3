"""The runner tells right builds from wrong ones and from failing ones."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tests.ecosystem.outcome import Outcome, Verdict
from tests.ecosystem.subject import Subject
from tests.ecosystem.trial import Trial

FICKLE = """
    import time
    from pathlib import Path

    def finish(app, exception):
        output = Path(app.outdir)
        (output / "time.txt").write_text(str(time.time_ns()))
        text = (Path(app.srcdir) / "page.rst").read_text()
        is_other = "pronghorn" in app.extensions and "cherries" in text
        (output / "kind.txt").write_text("other" if is_other else "plain")
        if is_other and not (Path(app.srcdir) / "other.rst").exists():
            raise ValueError("there are no other pages")

    def setup(app):
        app.connect("build-finished", finish)
        return {"parallel_read_safe": True, "parallel_write_safe": True}
    """
"""Writes something else beside Pronghorn once the page was edited, and fails beside it once a page was deleted."""
SUBJECT = Subject(
    "fickle", ("fickle",), {"page.rst": "Page\n====\n\nAbout apples.\n", "fickle.py": FICKLE}, requires=()
)


def tried(subject: Subject, folder: Path) -> tuple[Outcome, list[str]]:
    steps: list[str] = []
    return Trial(subject, Path(sys.executable), folder, steps.append).run(), steps


def test_a_step_that_differs_and_one_that_fails_are_told(tmp_path: Path) -> None:
    outcome, steps = tried(SUBJECT, tmp_path / "trial")
    assert steps == [
        "stock",
        "from nothing",
        "nothing changed",
        "clone",
        "edit",
        "configuration",
        "deletion",
        "-j 2",
    ]
    assert [(fault.step, fault.verdict) for fault in outcome.faults] == [
        ("edit", Verdict.WRONG),
        ("configuration", Verdict.WRONG),
        ("deletion", Verdict.CRASHED),
    ]
    assert "kind.txt: line 1" in outcome.faults[0].what
    assert "there are no other pages" in outcome.faults[-1].what
    assert (outcome.verdict, outcome.is_bad) == (Verdict.CRASHED, True)
    assert outcome.varying == ("time.txt",)
    assert str(outcome.clone) == "6 of 6"


def test_what_stock_sphinx_cannot_build_is_unusable(tmp_path: Path) -> None:
    outcome, steps = tried(replace(SUBJECT, extensions=("nowhere",)), tmp_path / "trial")
    assert steps == ["stock"]
    assert (outcome.verdict, outcome.is_bad, outcome.clone) == (Verdict.UNUSABLE, False, None)
    assert "nowhere" in outcome.faults[0].what
