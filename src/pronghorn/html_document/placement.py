"""Where the blocks of a document go: into sections, groups, lists and tables."""

from dataclasses import dataclass

from docutils import nodes

from .ids import Ids, Marks, no_marks

_MAX_WRAPPERS = 10
"""How many groups may lie in each other: all of them are made again in each section."""

_LISTS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)
_TABLE_PARTS = (nodes.table, nodes.tgroup, nodes.thead, nodes.tbody, nodes.row)
_INDENTED = (nodes.list_item, nodes.definition, nodes.block_quote, nodes.figure)
_WITHOUT_ID = (*_TABLE_PARTS[1:], nodes.definition_list_item, nodes.raw)
"""Nodes whose ids HTML would not show, or that are no block of their own."""


@dataclass(slots=True)
class _Wrapper:
    """A group that sections begin in. It is made again in each of them, once something goes into it."""

    marks: Marks
    node: nodes.Element | None = None
    was_made: bool = False


class Placement:
    """The open sections and blocks of a document. Ids may wait for the next block."""

    def __init__(self, document: nodes.document, ids: Ids) -> None:
        self.ids = ids
        self.waiting = no_marks()
        """Ids for the next block; classes for the next section."""
        self._sections: list[tuple[int, nodes.Element]] = [(0, document)]
        self._wrappers: list[_Wrapper] = []
        self._blocks: list[nodes.Element] = []
        self._title: nodes.title | None = None

    @property
    def depth(self) -> int:
        """How many nodes are open."""
        return len(self._sections) + len(self._wrappers) + len(self._blocks)

    @property
    def indentation(self) -> int:
        """How many of the open blocks are set in from the one around them."""
        return sum(isinstance(block, _INDENTED) for block in self._blocks)

    @property
    def block(self) -> nodes.Element:
        """The innermost open block, or the section if no block is open."""
        return self._blocks[-1] if self._blocks else self._sections[-1][1]

    def is_within(self, kind: type[nodes.Element]) -> bool:
        """Say whether a block of that kind is open."""
        return any(isinstance(block, kind) for block in self._blocks)

    def mark(self, node: nodes.Element, marks: Marks) -> None:
        """Put these marks on `node`."""
        node["classes"].extend(name for name in marks.classes if name not in node["classes"])
        self.ids.keep(node, marks.take_ids())

    # Blocks

    def add(self, node: nodes.Element, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Add a block, to `parent` or else where blocks go now, with the ids that wait for one."""
        (self._accepting(type(node)) if parent is None else parent).append(node)
        self.mark(node, marks)
        if not isinstance(node, _WITHOUT_ID):
            self.ids.keep(node, self.waiting.take_ids())

    def add_raw(self, html: str) -> None:
        """Add HTML between the blocks."""
        self.leave_anchor()
        self.add(nodes.raw("", html, format="html"), no_marks())

    def leave_anchor(self) -> None:
        """Let the ids that wait lead here: no block follows that could take them."""
        if self.waiting.ids:
            self.add(nodes.container(), no_marks())

    def push(self, node: nodes.Element, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Add a block and let blocks go into it from now on."""
        self.add(node, marks, parent)
        self._blocks.append(node)

    def pop(self) -> None:
        """Close the innermost block. A list or quotation with nothing in it is taken out."""
        if not isinstance(self.block, _TABLE_PARTS):
            self.leave_anchor()
        node = self._blocks.pop()
        if isinstance(node, nodes.definition_list):
            _complete_definitions(node)
        if not node.children and isinstance(node, (*_LISTS, nodes.block_quote)):
            self.waiting.ids.extend(self.ids.release(node))
            node.parent.remove(node)

    def give_up(self, table: nodes.table) -> None:
        """Take out a table without cells; its caption becomes a paragraph."""
        self.waiting.ids.extend(self.ids.release(table))
        index = table.parent.index(table)
        paragraphs = []
        for caption in table.findall(nodes.title):
            paragraph = nodes.paragraph("", "", *caption.children, classes=caption["classes"])
            self.ids.keep(paragraph, self.ids.release(caption))
            paragraphs.append(paragraph)
        table.parent[index : index + 1] = paragraphs

    def _accepting(self, kind: type[nodes.Node]) -> nodes.Element:
        """Return what takes a block of that kind: an item of a list, and nothing of a table but its cells."""
        for block in reversed(self._blocks):
            if not isinstance(block, _TABLE_PARTS):
                return _item_of(block, kind)
        parent = self._sections[-1][1]
        for wrapper in self._wrappers:
            if wrapper.node is None:
                wrapper.node = nodes.container()
                wrapper.was_made = True
                parent.append(wrapper.node)
                self.mark(wrapper.node, wrapper.marks)
            parent = wrapper.node
        return parent

    # Sections

    def open_wrapper(self, marks: Marks) -> bool:
        """Open a group that sections begin in; the answer is False if there are too many groups around it."""
        if len(self._wrappers) >= _MAX_WRAPPERS:
            return False
        self._wrappers.append(_Wrapper(marks))
        return True

    def close_wrapper(self) -> None:
        """Close the innermost group. If it held nothing but headings, the last of them has its classes."""
        wrapper = self._wrappers.pop()
        if not wrapper.was_made and self._title is not None:
            self.mark(self._title, wrapper.marks)

    def begin_section(self, level: int, marks: Marks) -> tuple[nodes.section, nodes.title]:
        """Begin a section of that level, inside the last one of a higher level, and return it with its title."""
        while self._sections[-1][0] >= level:
            self._sections.pop()
        for wrapper in self._wrappers:
            wrapper.node = None
        section = nodes.section(classes=self.waiting.classes)
        self._sections[-1][1].append(section)
        self.ids.keep(section, marks.take_ids() + self.waiting.take_ids())
        self.waiting = no_marks()
        self._title = nodes.title(classes=marks.classes)
        section.append(self._title)
        self._sections.append((level, section))
        return section, self._title


def _item_of(block: nodes.Element, kind: type[nodes.Node]) -> nodes.Element:
    """Return what takes a block of that kind in `block`: the last item, or a new one, if `block` is a list."""
    if isinstance(block, nodes.definition_list):
        if issubclass(kind, nodes.definition_list_item):
            return block
        item = _last(block, nodes.definition_list_item)
        return item if issubclass(kind, (nodes.term, nodes.definition)) else _last(item, nodes.definition)
    if isinstance(block, _LISTS) and not issubclass(kind, nodes.list_item):
        return _last(block, nodes.list_item)
    return block


def _last(parent: nodes.Element, kind: type[nodes.Element]) -> nodes.Element:
    last = parent.children[-1] if parent.children else None
    if not isinstance(last, kind):
        last = kind()
        parent.append(last)
    return last


def _complete_definitions(block: nodes.definition_list) -> None:
    """Take out items without content and give each other a term: LaTeX needs one."""
    items = [item for item in block.children if isinstance(item, nodes.Element) and item.children]
    block.children = []
    for item in items:
        if not isinstance(item.children[0], nodes.term):
            item.insert(0, nodes.term())
        block.append(item)
