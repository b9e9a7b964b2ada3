"""The ids and classes that HTML elements hand to docutils nodes."""

from collections.abc import Iterable
from dataclasses import dataclass

from docutils import nodes
from justhtml import Element

from .elements import classes_of, ids_of


@dataclass(slots=True)
class Marks:
    """Ids and classes on their way from an element to a node. Whoever takes the ids removes them."""

    ids: list[str]
    classes: list[str]

    def __bool__(self) -> bool:
        return bool(self.ids or self.classes)

    def take_ids(self) -> list[str]:
        """Return the ids, once."""
        ids, self.ids = self.ids, []
        return ids


def no_marks() -> Marks:
    """Return marks without an id or a class."""
    return Marks([], [])


def marks_of(element: Element) -> Marks:
    """Return the ids and classes of `element`."""
    return Marks(ids_of(element), classes_of(element))


class Ids:
    """The ids of one document. Of two elements with one id the first has it, as in a browser.

    :param reserved: all ids that the page gives, so that docutils does not give a heading the id that
        something further down has.
    """

    def __init__(self, document: nodes.document, reserved: Iterable[str]) -> None:
        self._document = document
        # The document stands for the node that is yet to come.
        document.ids.update(dict.fromkeys(reserved, document))

    def keep(self, node: nodes.Element, ids: Iterable[str]) -> None:
        """Make `node` the target of those `ids` that have none yet."""
        known = self._document.ids
        for identifier in ids:
            if known.get(identifier, self._document) is self._document:
                known[identifier] = node
                node["ids"].append(identifier)

    def release(self, node: nodes.Element) -> list[str]:
        """Return the ids of a node that is given up; another node may have them."""
        ids: list[str] = node["ids"]
        node["ids"] = []
        self._document.ids.update(dict.fromkeys(ids, self._document))
        return ids

    def finish(self) -> None:
        """Forget the ids of elements that are still HTML: no node has them."""
        known = self._document.ids
        for identifier in [name for name, node in known.items() if node is self._document]:
            del known[identifier]
