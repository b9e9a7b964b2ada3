"""Metadata from a Jupyter notebook."""

from __future__ import annotations

import json
from typing import Any

from pronghorn.errors import Place, SourceError
from pronghorn.model.source import Source


def read_notebook_metadata(text: str, source: Source) -> dict[str, Any]:
    """Read the notebook's own metadata, such as ``kernelspec`` or ``title``.

    :raises SourceError: if the file is not JSON, or no notebook; names file and line.
    """
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"broken notebook: {error.msg}", place=Place(source.path, error.lineno)) from error
    metadata = notebook.get("metadata", {}) if isinstance(notebook, dict) else None
    if not isinstance(metadata, dict):
        raise SourceError("broken notebook: it has no metadata object", place=Place(source.path, 1))
    return dict(metadata)
