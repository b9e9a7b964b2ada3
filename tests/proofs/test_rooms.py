"""What CONTRIBUTING says of the folders is what there is."""

import re
from pathlib import Path

import pytest

from tests.support.imports import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LEFT_OUT = {"__pycache__", "benchmark_results"}


def listed(tree: str) -> set[str]:
    """Return the folders of a drawn tree, by path relative to its first line."""
    top, *lines = next(
        block for block in re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL) if block.startswith(tree)
    ).split("\n")
    found, above = set(), [top]
    for line in filter(None, lines):
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.findall(r"(\w+)/(?= )", line)
        above[depth:] = names[-1:]
        found |= {"/".join([*above[1:depth], name]) for name in names}
    return found


@pytest.mark.parametrize("tree", ["src/pronghorn/", "tests/"])
def test_folders_are_those_that_are_listed(tree: str) -> None:
    top = ROOT / tree
    there = {folder.relative_to(top).as_posix() for folder in top.rglob("*") if folder.is_dir()}
    there = {name for name in there if not LEFT_OUT.intersection(Path(name).parts) and any((top / name).glob("*.py"))}
    shallow = {name for name in there if tree != "tests/" or name.partition("/")[0] not in {"unit", "behaviour"}}
    assert shallow | {"unit", "behaviour"} & there == listed(tree)


def test_what_is_said_of_ten_behaviours_leads_to_a_file() -> None:
    rows = re.findall(r"^\| ([^|]+) \| `(src/pronghorn/[^`]+)` \|$", GUIDE, re.MULTILINE)
    files = [file for behaviour, file in rows if file.endswith(".py")]
    assert len(files) == len({behaviour for behaviour, _ in rows}) == 10
    assert [file for file in files if not (ROOT / file).is_file()] == []
