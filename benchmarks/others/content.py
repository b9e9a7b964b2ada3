"""Makes content that no generator's markup is in: pages of blocks, the same ones each time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.made_pages import WORDS

KINDS = ("plain", "rich", "api")
"""Text with links; the same with code, tables, notes and figures; Python objects."""
CHAPTER_PAGES = 40
"""Pages in a folder, with the one that lists the others."""
SECTIONS = 3
IMAGES = ("images/one.svg", "images/two.svg", "images/three.svg")
FUNCTIONS = 6
CLASSES = 2
METHODS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page."""

    text: str
    target: str
    """The page's name."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text. Words that are emphasised or code are marked as Markdown does it, which all generators read."""

    parts: tuple[str | Link, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the page."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str | Link, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Python code."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first row has the headings."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A box with text."""

    paragraph: Paragraph


@dataclass(frozen=True, slots=True)
class Figure:
    """An image with a caption."""

    image: str
    """The file, relative to the folder of all pages."""
    caption: str


@dataclass(frozen=True, slots=True)
class PyObject:
    """A function, a class or a method, as a documentation of an API describes it."""

    kind: str
    """``function``, ``class`` or ``method``."""
    name: str
    signature: str
    text: Paragraph
    parameters: tuple[tuple[str, str], ...] = ()
    """Names, and what each means."""
    members: tuple["PyObject", ...] = ()


Block = Paragraph | Heading | Bullets | Code | Table | Note | Figure | PyObject


@dataclass(frozen=True, slots=True)
class Page:
    """A page."""

    name: str
    """Its path without a suffix, such as ``chapter001/page00042``. The first one of a folder is called ``index``."""
    title: str
    blocks: tuple[Block, ...]
    children: tuple[str, ...] = ()
    """The pages that it lists."""


def make_pages(kind: str, n_pages: int, seed: int = 1) -> list[Page]:
    """Return *n_pages* pages: a home page, chapters, and pages with text in them."""
    rng = random.Random(seed)  # noqa: S311 - the pages are to be the same each time
    numbers = range(1, n_pages)
    chapters = [numbers[first : first + CHAPTER_PAGES] for first in range(0, len(numbers), CHAPTER_PAGES)]
    names = {f"chapter{n:03}/index": [f"chapter{n:03}/page{i:05}" for i in c[1:]] for n, c in enumerate(chapters)}
    leaves = [leaf for children in names.values() for leaf in children]
    pages = [_listing("index", "Home", list(names))]
    pages += [_listing(name, name.partition("/")[0].capitalize(), children) for name, children in names.items()]
    pages += [_Writer(rng, leaves).page(kind, leaf) for leaf in leaves]
    return pages


def edited_page(pages: Sequence[Page]) -> Page:
    """Return the page that is edited: one with text, about the middle one."""
    leaves = [page for page in pages if not page.name.endswith("index")]
    return leaves[len(leaves) // 2]


def _listing(name: str, title: str, children: Sequence[str]) -> Page:
    return Page(name, title, (), tuple(children))


class _Writer:
    """Writes the text of pages that link to each other."""

    def __init__(self, rng: random.Random, leaves: Sequence[str]) -> None:
        self._rng = rng
        self._leaves = leaves

    def page(self, kind: str, name: str) -> Page:
        number = name[-5:].lstrip("0")
        blocks = self._api(number) if kind == "api" else self._text(is_rich=kind == "rich")
        title = f"Page {number}: {self._words(3)}"
        return Page(name, title, (self._paragraph(), *blocks))

    def _text(self, *, is_rich: bool) -> Iterator[Block]:
        if is_rich:
            yield Figure(self._rng.choice(IMAGES), self._words(5).capitalize())
        for _ in range(SECTIONS):
            yield Heading(2, self._words(4).capitalize())
            yield self._paragraph()
            yield self._paragraph()
            yield Bullets(tuple(f"**{self._words(1)}**: {self._words(8)}" for _ in range(5)))
            yield Heading(3, self._words(2).capitalize())
            yield self._paragraph()
            if is_rich:
                yield Code(
                    f'def {self._words(1)}(size: int) -> str:\n    """{self._words(5)}."""\n    return "-" * size'
                )
                yield Table((("name", "number", "text"), *(self._row() for _ in range(4))))
                yield Note(self._paragraph())

    def _api(self, number: str) -> Iterator[Block]:
        yield Heading(2, "Functions")
        for index in range(FUNCTIONS):
            yield self._callable("function", f"function_{number}_{index}")
        yield Heading(2, "Classes")
        for index in range(CLASSES):
            methods = tuple(self._callable("method", f"{self._words(1)}_{m}") for m in range(METHODS))
            yield PyObject("class", f"Class{number}_{index}", "()", self._paragraph(), members=methods)

    def _callable(self, kind: str, name: str) -> PyObject:
        names = self._rng.sample(WORDS, 3)
        signature = ", ".join(f"{parameter}: int = {value}" for value, parameter in enumerate(names))
        parameters = tuple((parameter, self._words(6)) for parameter in names)
        return PyObject(kind, name, f"({signature}) -> str", self._paragraph(), parameters)

    def _row(self) -> tuple[str, ...]:
        return (self._words(1), str(self._rng.randint(1, 999)), self._words(3))

    def _paragraph(self) -> Paragraph:
        link = Link(self._words(2), self._rng.choice(self._leaves))
        marked = f"{self._words(25).capitalize()} *{self._words(2)}* and `{self._words(1)}`, see "
        return Paragraph((marked, link, f". {self._words(15).capitalize()}."))

    def _words(self, number: int) -> str:
        return " ".join(self._rng.choices(WORDS, k=number))
