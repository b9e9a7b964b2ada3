"""The sites are whole, and are chosen and installed as the command line asks."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.environments import ROOT, InstallError
from tests.ecosystem import environments
from tests.ecosystem.cli import chosen, main
from tests.ecosystem.environments import Environments
from tests.ecosystem.outcome import Clone, Fault, Outcome, Verdict
from tests.ecosystem.report import lines_of, summary_of, write_json
from tests.ecosystem.sets import SUBJECTS
from tests.ecosystem.sets.themes import THEMES
from tests.ecosystem.subject import Subject


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_a_site_has_what_the_steps_change(subject: Subject) -> None:
    files = subject.site_files()
    compile(files["conf.py"], "conf.py", "exec")
    assert subject.edit().path in files
    assert subject.deleted in files
    if not isinstance(subject.config, str):
        assert str(subject.config.old).encode() in files[subject.config.path]


def test_there_are_many() -> None:
    assert max(Counter(subject.name for subject in SUBJECTS).values()) == 1
    assert len(THEMES) >= 10
    assert len(SUBJECTS) - len(THEMES) >= 60


def test_some_are_chosen_by_name_or_by_turns() -> None:
    assert [one.name for one in chosen(["furo", "ablog"], None)] == ["ablog", "furo"]
    tenths = [chosen([], number) for number in range(1, 11)]
    assert tenths[2][:2] == [SUBJECTS[2], SUBJECTS[12]]
    assert sorted(one.name for tenth in tenths for one in tenth) == sorted(one.name for one in SUBJECTS)


def test_names_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--tenth", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [one.name for one in SUBJECTS[::10]]


def test_what_cannot_be_installed_together_is_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[tuple[str, ...]] = []

    def install(folder: Path, *requirements: str, base: str) -> Path:
        names = requirements[2:]
        if {"a", "b"} <= set(names) or "never" in names:
            raise InstallError(f"pip\nno room for {', '.join(names)}")
        installed.append(names)
        return folder / "python"

    monkeypatch.setenv("PRONGHORN_DOWNLOADS", str(tmp_path))
    monkeypatch.setattr(environments, "environment_with", install)
    subjects = [Subject(name, (), {}, alone=name == "own") for name in ("a", "c", "b", "never", "own")]
    found = Environments(subjects, "sphinx", sys.executable, lambda _: None)
    assert installed == [("a", "c"), ("b",), ("own",)]
    assert found.pythons["a"] == found.pythons["c"] != found.pythons["b"]
    assert found.errors == {"never": "no room for never"}


def test_outcomes_are_told(tmp_path: Path) -> None:
    clone = Clone({"restored": 4, "read": 2}, {"reading it runs /usr/bin/python": 2})
    good = Outcome("good", "1.0", clone=clone, varying=("time.txt",), seconds=12.3)
    bad = Outcome("bad", "2.0", (Fault(Verdict.WRONG, "edit", "page.html: line 1:\n  - a|b\n  + c"),))
    assert list(lines_of(good)) == [
        "good                             1.0            same         12 s  4 of 6 restored in a clone",
        "  not restored: reading it runs /usr/bin/python",
        "  not compared, for stock Sphinx makes something else each time: time.txt",
    ]
    assert summary_of([good, bad]) == "2 tried: 1 same, 1 wrong\nat fault: bad"
    write_json([good, bad], tmp_path / "found.json", {"python": "3.11"})
    data = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert (data["python"], len(data["date"])) == ("3.11", 10)
    told = [(row["name"], row["verdict"], row["clone"], row["reason"]) for row in data["outcomes"]]
    assert told == [("good", "same", "4 of 6", "reading it runs python"), ("bad", "wrong", "", "")]


def test_the_manual_tells_of_all() -> None:
    """Run ``make ecosystem ARGS="--json docs/plugins/reference/ecosystem.json"`` if it does not."""
    data = json.loads((ROOT / "docs/plugins/reference/ecosystem.json").read_text("utf-8"))
    assert [row["name"] for row in data["outcomes"]] == [one.name for one in SUBJECTS]
