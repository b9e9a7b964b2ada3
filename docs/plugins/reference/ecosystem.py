"""The page about extensions and themes of others that Pronghorn was tried with; ``make ecosystem`` has found it."""

import json
from pathlib import Path

DOCNAME = "reference/ecosystem"
TITLE = "Extensions and themes that were tried"
TYPE = "md"

INTRODUCTION = """\
# Extensions and themes that were tried

A small site was made for each of these, and was built by Sphinx alone and by Pronghorn: from nothing, with nothing
changed, in a clone in another folder, after an edit, with another configuration value, after a page was removed, and in
two processes. Files and warnings were compared with those of a clean build by Sphinx alone. What differs between two
such builds was left out.

It was done on {date} with Python {python} and Sphinx {sphinx}. To do it again:

```console
$ make ecosystem
```

| extension or theme | version | output | restored in a clone | why the others were not |
|---|---|---|---|---|
"""

_SAID = {"same": "the same", "wrong": "**differs**", "crashed": "**fails**", "unusable": "Sphinx alone fails"}


def render():
    data = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return INTRODUCTION.format(**data) + "\n".join(map(_row, data["outcomes"])) + "\n"


def _row(outcome):
    cells = (
        f"`{outcome['name']}`",
        outcome["version"],
        _SAID[outcome["verdict"]],
        outcome["clone"] and f"{outcome['clone']} pages",
        outcome["reason"].replace("|", "\\|"),
    )
    return f"| {' | '.join(cells)} |"
