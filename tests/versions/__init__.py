"""The tests with all versions of Python, Sphinx and docutils that Pronghorn supports.

The versions stand in ``src/pronghorn/seam/versions.py``. For each combination of them there is an environment, made
when it is needed: ``.venv`` for the one that all tests run with, ``.venvs/<name>`` for the others::

    python -m tests.versions list
    python -m tests.versions test               # all combinations; also: full, oldest, newest, canary, 3.12-9.1, ...
    python -m tests.versions test oldest -- -k clone
    python -m tests.versions make newest        # only its environment
    python -m tests.versions write              # README, pyproject.toml and the manual, from the table

This runs with any Python from 3.11 on, and needs nothing but its standard library and pip. Interpreters come from the
environment variables ``PYTHON311``, ``PYTHON312`` and so on, else from ``PATH``, else from pyenv. Where there is none,
the combination is not tested, and the run says so.

Programs that do such things are not used, since what is special here is what they lack: tox and nox do not know when
an environment is out of date, pass over interpreters that are absent in one quiet line, and would have to be installed
first; uv would not look where pip is configured to find packages.
"""
