"""A node that is put into another learns what docutils tells it."""

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st

from tests.support.shortcuts import shortcuts


class Restless(nodes.container):
    """Gives another document each time it is asked."""

    def __init__(self, documents: Sequence[Any]) -> None:
        super().__init__()
        self._documents = list(documents)

    @property
    def document(self) -> Any:
        return self._documents[0]

    @document.setter
    def document(self, value: Any) -> None:
        self._documents.append(value)


def outer(kind: str, document: Any) -> Any:
    """Return a node to put others into."""
    if kind == "document":
        return document
    if kind == "own way":
        return Restless([document])
    node = nodes.container()
    if kind in {"in a document", "deep"}:
        document += node
    if kind == "deep":
        for _ in range(3):
            inner = nodes.container()
            node.children.append(inner)  # knows nothing but what is around it
            inner.parent, node = node, inner
    return node


@given(
    st.sampled_from(["alone", "in a document", "deep", "document", "own way"]),
    st.sampled_from([None, "", "own.rst"]),
    st.sampled_from([None, 0, 7]),
    st.booleans(),
)
def test_children_learn_the_same(kind: str, source: str | None, line: int | None, is_text: bool) -> None:
    def told() -> list[Any]:
        document = new_document("page.rst", get_default_settings())
        document.current_source, document.current_line = "part.rst", 3
        child: Any = nodes.Text("a") if is_text else nodes.paragraph()
        child.source, child.line = source, line
        around = outer(kind, document)
        around.append(child)
        return [child.parent is around, child.document is document, child.source, child.line, {*vars(child)}]

    stock = told()
    with shortcuts():
        assert told() == stock
