"""Makes sites of rich MyST pages, the same ones each time, and edits one of their pages."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHAPTER_PAGES = 30
"""Pages in a folder, the first of which has a toctree of the others."""
PART_CHAPTERS = 6
"""Such folders in a folder of theirs."""
IMAGES = 10
SECTIONS = 3
WORDS = (
    "river",
    "stone",
    "engine",
    "harbour",
    "lantern",
    "meadow",
    "signal",
    "copper",
    "orchard",
    "winter",
    "bridge",
    "paper",
    "market",
    "window",
    "thread",
    "garden",
    "mirror",
    "valley",
    "anchor",
    "timber",
    "feather",
    "island",
    "kettle",
    "morning",
    "pepper",
    "quarry",
    "ribbon",
    "saddle",
    "tunnel",
    "willow",
)
CONF = """\
project = "Made pages"
extensions = {extensions}
html_theme = "{theme}"
"""
IMAGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90">
<rect width="160" height="90" fill="#{colour:06x}"/>
</svg>
"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page with text. Its number is part of its label, of its figure's and of its Python objects' names."""

    number: int
    docname: str


def write_site(folder: Path, n_pages: int, extensions: Sequence[str], theme: str) -> None:
    """Write *n_pages* pages, their images and a ``conf.py`` below *folder*. A build gives no warning."""
    write_pages(folder, n_pages)
    _write(folder / "conf.py", CONF.format(extensions=list(extensions), theme=theme))


def write_pages(folder: Path, n_pages: int, seed: int = 1) -> None:
    """Write *n_pages* pages below *folder*: a home page, parts of chapters of pages, a toctree in each of these."""
    rng = random.Random(seed)  # noqa: S311 - the pages are to be the same each time
    parts = _split(range(1, n_pages), 1 + PART_CHAPTERS * CHAPTER_PAGES)
    _write(folder / "index.md", _with_toctree("Home", [f"part{number:02}/index" for number in range(len(parts))]))
    leaves = [leaf for number, part in enumerate(parts) for leaf in _write_tables(folder, f"part{number:02}", part)]
    for leaf in leaves:
        _write(folder / f"{leaf.docname}.md", _page(rng, leaf, leaves))
    for number in range(IMAGES):
        _write(folder / "images" / f"image{number}.svg", IMAGE.format(colour=rng.randrange(2**24)))


def edited_page(folder: Path) -> Path:
    """Return the file below *folder* that the edits are made in: a page with text, about the middle one."""
    pages = sorted(folder.rglob("page*.md"))
    return pages[len(pages) // 2]


def with_edited_body(text: str) -> str:
    """Return a page's text with one more paragraph before its first section."""
    return text.replace("\n## ", "\nOne more paragraph, about a *harbour* in winter.\n\n## ", 1)


def with_edited_title(text: str) -> str:
    """Return a page's text with another title."""
    return re.sub("^# .*$", "# Another title for this page", text, count=1, flags=re.MULTILINE)


def _split(numbers: range, size: int) -> list[range]:
    return [numbers[first : first + size] for first in range(0, len(numbers), size)]


def _write_tables(folder: Path, part: str, numbers: range) -> Iterator[Leaf]:
    """Write the pages of a part that have a toctree, and yield the others. It has a page for each number."""
    chapters = _split(numbers[1:], CHAPTER_PAGES)
    _write(folder / f"{part}/index.md", _with_toctree(part, [f"chapter{n:02}/index" for n in range(len(chapters))]))
    for number, (_, *others) in enumerate(chapters):
        chapter = f"{part}/chapter{number:02}"
        leaves = [Leaf(other, f"{chapter}/page{other:05}") for other in others]
        names = [leaf.docname.rpartition("/")[2] for leaf in leaves]
        _write(folder / f"{chapter}/index.md", _with_toctree(chapter, names))
        yield from leaves


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _with_toctree(name: str, entries: Sequence[str]) -> str:
    lines = "\n".join(entries)
    title = name.replace("/", ", ").capitalize()
    return f"# {title}\n\n```{{toctree}}\n:maxdepth: 2\n:caption: Contents of {name}\n\n{lines}\n```\n"


def _page(rng: random.Random, leaf: Leaf, leaves: Sequence[Leaf]) -> str:
    """Return a page of sections with text, links, lists, code, tables, a figure and Python objects."""
    title = f"Page {leaf.number}: {_words(rng, 3)}"
    parts = [f"(label-{leaf.number})=\n# {title}\n", _paragraph(rng, leaves), _figure(rng, leaf)]
    for number in range(1, SECTIONS + 1):
        parts += [
            f"## {number}. {_words(rng, 4).capitalize()}\n",
            _paragraph(rng, leaves),
            _paragraph(rng, leaves),
            _list(rng),
            f"### {_words(rng, 2).capitalize()}\n",
            _paragraph(rng, leaves),
            _code(rng),
            _table(rng),
        ]
    return "\n".join([*parts, "## Objects\n", _objects(rng, leaf, leaves), _references(rng, leaves)])


def _words(rng: random.Random, number: int) -> str:
    return " ".join(rng.choices(WORDS, k=number))


def _paragraph(rng: random.Random, leaves: Sequence[Leaf]) -> str:
    link = f"[{_words(rng, 2)}](/{rng.choice(leaves).docname}.md)"
    return f"{_words(rng, 25).capitalize()} *{_words(rng, 2)}* and `{_words(rng, 1)}`, see {link}. {_words(rng, 15)}.\n"


def _list(rng: random.Random) -> str:
    return "".join(f"- **{_words(rng, 1)}**: {_words(rng, 8)}\n" for _ in range(5))


def _code(rng: random.Random) -> str:
    one, two = rng.choices(WORDS, k=2)
    body = f'    """{_words(rng, 5)}."""\n    return f"{one} {{{two}}}" * 2\n'
    return f"```python\ndef {one}({two}: int) -> str:\n{body}```\n"


def _table(rng: random.Random) -> str:
    rows = "".join(f"| {_words(rng, 1)} | {rng.randint(1, 999)} | {_words(rng, 3)} |\n" for _ in range(4))
    return f"| name | number | text |\n| --- | ---: | --- |\n{rows}"


def _figure(rng: random.Random, leaf: Leaf) -> str:
    image = f"/images/image{rng.randrange(IMAGES)}.svg"
    options = f":name: figure-{leaf.number}\n:alt: {_words(rng, 2)}"
    return f"```{{figure}} {image}\n{options}\n\n{_words(rng, 5).capitalize()}\n```\n"


def _objects(rng: random.Random, leaf: Leaf, leaves: Sequence[Leaf]) -> str:
    """Return a function, and a class with a method."""
    parameter = rng.choice(WORDS)
    field = f":param {parameter}: {_words(rng, 6)}\n:returns: {_words(rng, 4)}\n"
    function = f"```{{py:function}} function_{leaf.number}({parameter}: int, *, size: float = 1.5) -> str\n\n"
    function += f"{_paragraph(rng, leaves)}\n{field}```\n"
    method = f"```{{py:method}} run({parameter}: list[str]) -> bool\n\n{_words(rng, 9).capitalize()}.\n```\n"
    return f"{function}\n````{{py:class}} Class{leaf.number}\n\n{_words(rng, 12).capitalize()}.\n\n{method}````\n"


def _references(rng: random.Random, leaves: Sequence[Leaf]) -> str:
    """Return a note that shows a title, a caption and names that other pages have."""
    label, figure, function, cls = (leaf.number for leaf in rng.choices(leaves, k=4))
    text = f"See {{ref}}`label-{label}`, {{ref}}`figure-{figure}` and {{py:func}}`function_{function}`"
    return f"```{{note}}\n{text}; {{py:meth}}`Class{cls}.run` {_words(rng, 6)}.\n```\n"
