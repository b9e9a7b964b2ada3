"""All taxonomies of a site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pronghorn.errors import did_you_mean
from pronghorn.model.observer import TAXONOMIES, Observed
from pronghorn.taxonomies.model import Taxonomy, TaxonomyState


class Taxonomies(Mapping[str, Taxonomy]):
    """``site.taxonomies``: the taxonomies by key, in the order of the configuration. Keys are attributes, too."""

    def __init__(self, states: Mapping[str, TaxonomyState], observed: Observed) -> None:
        self._states = states
        self._observed = observed

    def __getitem__(self, key: str) -> Taxonomy:
        self._observed.hear(TAXONOMIES, "")
        return self._states[key].taxonomy

    def __iter__(self) -> Iterator[str]:
        self._observed.hear(TAXONOMIES, "")
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def __getattr__(self, name: str) -> Taxonomy:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"there is no taxonomy '{name}'{did_you_mean(name, self._states)}") from None

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Taxonomies: {', '.join(self._states)}>"
