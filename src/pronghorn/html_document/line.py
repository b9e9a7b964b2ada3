"""The open paragraph or other line of text, in which white space is as HTML shows it."""

import re

from docutils import nodes

from .elements import SPACE

_SPACES = re.compile(f"[{SPACE}]+")


class Line:
    """A line of text; there is none while no nodes are in it."""

    def __init__(self) -> None:
        self.nodes: list[nodes.Element] = []
        """The paragraph, title, term or the like, and the open inline elements that are in it already."""
        self.is_given = False
        """Whether it takes all text until it is closed."""
        self.is_verbatim = False
        """Whether white space counts."""
        self.is_after_space = True
        """Whether white space that comes next is not shown."""
        self._last_text: nodes.Text | None = None

    def give(self, node: nodes.TextElement) -> None:
        """Begin a line that takes all text until it is closed."""
        self.nodes, self.is_given = [node], True
        self.is_verbatim = isinstance(node, nodes.literal_block)

    def shown(self, text: str) -> str:
        """Return text as it is shown here."""
        if self.is_verbatim:
            return text
        text = _SPACES.sub(" ", text)
        return text.removeprefix(" ") if self.is_after_space else text

    def add_text(self, parent: nodes.Element, text: str) -> None:
        """Add text to a node of the line."""
        self._last_text = nodes.Text(text)
        parent.append(self._last_text)
        self.is_after_space = text[-1:] in SPACE

    @property
    def separator(self) -> str:
        """What separates what comes next from the text that is there."""
        if self._last_text is None or self._last_text[-1:].isspace():
            return ""
        return "\n" if self.is_verbatim else " "

    def end(self) -> None:
        """End it, without white space behind its text."""
        if self._last_text is not None and self.is_after_space and not self.is_verbatim:
            _strip_end(self._last_text)
        self.nodes, self.is_after_space, self._last_text = [], True, None

    def close(self) -> None:
        """End a line that was given."""
        self.end()
        self.is_given = self.is_verbatim = False


def _strip_end(text: nodes.Text) -> None:
    parent = text.parent
    if parent.children[-1] is text:
        parent.pop()
        if stripped := text.rstrip(SPACE):
            parent.append(nodes.Text(stripped))
