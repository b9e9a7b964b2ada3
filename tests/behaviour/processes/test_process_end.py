"""How a process ends that built a site: without a last collection, with every file written."""

import subprocess
import sys
from pathlib import Path

import pytest

CONF = """
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
extensions = ["pronghorn", "held"]
"""
EXTENSION = """
import gc


class Held:
    '''Part of a cycle, so that only a collection can find it.'''

    def __init__(self, file):
        self.itself = self
        self.file = open(file, "w", encoding="utf-8")
        self.file.write("said at the last moment")

    def __del__(self):
        print("collected", flush=True)


def hold(app, exception):
    gc.disable()  # the last collection is left
    Held(app.outdir / "held.txt")


def setup(app):
    app.connect("build-finished", hold)
"""


@pytest.mark.parametrize(("fast", "is_collected"), [("1", False), ("0", True)])
def test_the_last_collection_is_left_out_and_open_files_are_written(
    fast: str, *, is_collected: bool, tmp_path: Path
) -> None:
    """What was written to a file that nobody closed is there, though nothing was collected."""
    source, output = tmp_path / "site", tmp_path / "out"
    source.mkdir()
    for name, text in (("conf.py", CONF), ("held.py", EXTENSION), ("index.rst", "Home\n====\n")):
        (source / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-D", f"pronghorn_fast={fast}", str(source), str(output)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ("collected" in done.stdout) is is_collected
    assert not done.stderr
    if fast == "1":  # a collection may take the file apart before it is written
        assert (output / "held.txt").read_text(encoding="utf-8") == "said at the last moment"
