"""Parameters of tests, of which some are for thorough runs."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest


def first_always(cases: Mapping[str, Any] | Iterable[str], n_always: int) -> list[Any]:
    """Return parameters, named by the keys of *cases*: so many are for every run, the others for thorough ones."""
    values = cases if isinstance(cases, Mapping) else {name: name for name in cases}
    return [
        pytest.param(value, id=name, marks=[] if number < n_always else [pytest.mark.thorough])
        for number, (name, value) in enumerate(values.items())
    ]
