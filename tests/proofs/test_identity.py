"""The documentation of a real project is the same with Pronghorn among its extensions."""

import os

import pytest
import sphinx

from benchmarks.identity import Setting, compare
from benchmarks.projects import PROJECTS, DownloadError


@pytest.mark.network
def test_the_documentation_of_flask_is_the_same() -> None:
    try:
        outcome = compare(PROJECTS["flask"], setting=Setting(sphinx=f"sphinx=={sphinx.__version__}"))
    except DownloadError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"Flask's sources could not be downloaded: {error}")
    assert outcome.n_files > 100
    assert not outcome.differences, f"{len(outcome.differences)} files differ: {outcome.differences[0]}"
