"""What is said of versions is what the table has, and what the table has is tested or named."""

import itertools
import json
import os
from pathlib import Path

import docutils
import pytest
import sphinx

from pronghorn.cli.main import main as pronghorn
from pronghorn.seam.versions import (
    DOCUTILS,
    PYTHONS,
    SPHINX,
    Combination,
    Role,
    bounds,
    combinations,
    notes_on_newer,
    numbers,
)
from tests.conftest import MakeSite
from tests.versions import environments, interpreters
from tests.versions.__main__ import main
from tests.versions.environments import Environment
from tests.versions.interpreters import find_interpreter, this_interpreter, variable
from tests.versions.passages import COMMAND, Passage, passages
from tests.versions.runs import files_of

ALL = tuple(combinations())
NEWER = "9.99"
NOTE = f"Sphinx {NEWER} is newer than what this Pronghorn was tried with (8.2 to {SPHINX[-1].version}): "
PRETENDING = f"""
import sphinx

sphinx.__version__ = "{NEWER}.1"
html_theme = "basic"
extensions = ["pronghorn"]
"""


# The table


@pytest.mark.parametrize("versions", [PYTHONS, [line.version for line in SPHINX], DOCUTILS])
def test_versions_are_in_order(versions: list[str]) -> None:
    assert list(versions) == sorted(set(versions), key=numbers)


def test_each_version_is_in_a_combination() -> None:
    assert {each.python for each in ALL} == {*PYTHONS}
    assert {each.sphinx for each in ALL} == {line.version for line in SPHINX}
    assert {each.docutils for each in ALL} == {*DOCUTILS}
    assert len({each.name for each in ALL}) == len(ALL)


def test_ends_of_the_table_have_roles() -> None:
    roles = {each.role: each for each in ALL if each.role is not Role.CANARY}
    assert roles.keys() == {Role.FULL, Role.OLDEST, Role.NEWEST}
    oldest, newest = roles[Role.OLDEST], roles[Role.NEWEST]
    assert (oldest.python, oldest.sphinx, oldest.docutils) == (PYTHONS[0], SPHINX[0].version, DOCUTILS[0])
    assert (newest.python, newest.sphinx, newest.docutils) == (PYTHONS[-1], SPHINX[-1].version, DOCUTILS[-1])
    assert roles[Role.FULL].python == PYTHONS[0]


def test_bounds_end_before_the_next_version() -> None:
    assert bounds(["8.2", "9.0", "9.9"]) == ">=8.2,<9.10"
    assert numbers("9.10.0b1") > numbers("9.9")


@pytest.mark.parametrize("passage", [*passages()], ids=lambda passage: passage.file)
def test_files_say_what_the_table_has(passage: Passage) -> None:
    assert passage.is_current, f"{passage.file} does not say {passage.text!r}: run `{COMMAND}`"


@pytest.mark.parametrize("role", Role)
def test_each_role_has_tests(role: Role) -> None:
    assert files_of(role)


# A version that was not tried


def test_versions_that_were_tried_need_no_note() -> None:
    assert [*notes_on_newer(sphinx.__version__, docutils.__version__)] == []


def test_each_newer_program_has_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0rc1")
    notes = notes_on_newer("10.0.0", "1.0b2")
    assert [note.partition(" is newer")[0] for note in notes] == ["Python 3.99", "Sphinx 10.0", "docutils 1.0"]


def test_a_build_says_that_sphinx_is_newer_and_does_not_warn(make_site: MakeSite) -> None:
    result = make_site({"index.rst": "Home\n====\n", "conf.py": PRETENDING}).build(warnings_are_errors=True)
    assert (result.exit_code, result.warnings) == (0, "")
    assert [line for line in result.out.splitlines() if "is newer" in line] == [
        f"[pronghorn] {NOTE}what is not as expected is left to Sphinx"
    ]


def test_the_doctor_says_that_sphinx_is_newer(
    make_site: MakeSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sphinx, "__version__", sphinx.__version__)
    site = make_site({"index.rst": "Home\n====\n", "conf.py": PRETENDING})
    assert pronghorn(["doctor", str(site.source), "--json"]) == 0
    found = [finding for finding in json.loads(capsys.readouterr().out) if finding["about"] == "versions"]
    assert [(finding["level"], finding["text"].startswith(NOTE)) for finding in found] == [("note", True)]


# The runs


@pytest.fixture
def no_other_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Leave this machine no interpreter but the one that runs this; return an empty folder on PATH."""
    for version in PYTHONS:
        monkeypatch.delenv(variable(version), raising=False)
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/bin")  # /bin has sh, and python3.x on some machines
    monkeypatch.setattr(interpreters, "this_interpreter", lambda: Path("absent"))
    return programs


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_an_absent_interpreter_is_named_at_once_and_at_the_end(
    no_other_python: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(no_other_python))
    absent = next(each for each in ALL if each.role is Role.CANARY)
    assert main(["test", absent.name]) == 0
    line = f"!!! NOT TESTED: {absent}: set {variable(absent.python)} to an interpreter !!!"
    assert capsys.readouterr().out.split("\n") == [line, "", line, ""]


def test_an_interpreter_that_does_not_run_is_passed_over(no_other_python: Path, tmp_path: Path) -> None:
    program(no_other_python / "python3.99", "echo not found; exit 127")
    assert find_interpreter("3.99") is None
    program(no_other_python / "pyenv", f"echo {tmp_path}/own")
    pythons = [program(tmp_path / f"own/versions/3.99.{n}/bin/python", f"echo 3.{99 - n} $0") for n in (0, 1)]
    assert find_interpreter("3.99") == pythons[0]


def test_the_environment_names_an_interpreter(
    no_other_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(tmp_path / "mine", "echo 3.99 $0")
    program(no_other_python / "python3.99", "echo 3.99 $0")
    monkeypatch.setenv("PYTHON399", str(python))
    assert find_interpreter("3.99") == python
    monkeypatch.setenv("PYTHON398", str(python))
    with pytest.raises(ValueError, match=r"PYTHON398=.* is not Python 3\.98"):
        find_interpreter("3.98")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """Return what is run to make environments; it is not run."""
    run: list[tuple[str, ...]] = []

    def note(*command: str | Path) -> None:
        run.append(tuple(map(str, command)))
        if "venv" in command:
            program(Path(command[-1]) / "bin" / "python", "")

    monkeypatch.setattr(environments, "_run", note)
    monkeypatch.setattr(environments, "_FOLDER", tmp_path / "environments")
    project = tmp_path / "pyproject.toml"
    project.write_bytes(environments.PROJECT_FILE.read_bytes())
    monkeypatch.setattr(environments, "PROJECT_FILE", project)
    return run


def of(role: Role) -> Combination:
    return next(each for each in ALL if each.role is role)


def make(commands: list[tuple[str, ...]], role: Role) -> list[str]:
    """Make the environment of a role; return the words of what was run."""
    commands.clear()
    Environment(of(role), this_interpreter()).make()
    return [*itertools.chain(*commands)]


def test_an_environment_is_made_once_and_anew_when_what_it_is_made_from_changes(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "venv" in make(commands, Role.CANARY)
    assert make(commands, Role.CANARY) == []
    old = environments.PROJECT_FILE.read_text()
    environments.PROJECT_FILE.write_text(old.replace("line-length = 120", "line-length = 100"))
    assert make(commands, Role.CANARY) == []
    environments.PROJECT_FILE.write_text(old.replace('"attrs>=', '"attrs>23.1,>='))
    assert "venv" in make(commands, Role.CANARY)
    monkeypatch.setattr(Combination, "requirements", ("sphinx",))
    assert "venv" in make(commands, Role.CANARY)


def test_an_environment_has_the_versions_of_its_combination(commands: list[tuple[str, ...]]) -> None:
    oldest = make(commands, Role.OLDEST)
    assert {"sphinx>=8.2,<8.3", "docutils>=0.21,<0.22", "test", "docutils-0.22"} <= {*oldest}
    newest = make(commands, Role.NEWEST)
    assert {*of(Role.NEWEST).requirements, "test"} <= {*newest}
    assert "docutils-0.22" not in newest
    assert Environment(of(Role.NEWEST), this_interpreter()).left_out == ["sphinx-rtd-theme"]
    assert Environment(of(Role.OLDEST), this_interpreter()).left_out == []


def test_what_an_environment_lacks_is_added(commands: list[tuple[str, ...]]) -> None:
    Environment(of(Role.OLDEST), this_interpreter()).make(only_project=True)
    assert "test" not in itertools.chain(*commands)
    words = make(commands, Role.OLDEST)
    assert "test" in words
    assert "venv" not in words
    assert make(commands, Role.OLDEST) == []
