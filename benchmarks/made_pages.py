"""Makes rich MyST pages, the same ones each time."""

import random
from collections.abc import Iterator
from pathlib import Path

CHAPTER_PAGES = 50
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


def write_pages(folder: Path, n_pages: int, seed: int = 1) -> None:
    """Write *n_pages* pages below *folder*: a home page, chapters with a toctree each, and their pages."""
    rng = random.Random(seed)  # noqa: S311 - the pages are to be the same each time
    chapters = [range(first, min(first + CHAPTER_PAGES, n_pages)) for first in range(1, n_pages, CHAPTER_PAGES)]
    _write(folder / "index.md", _with_toctree("Home", (_name(chapter[0]) for chapter in chapters)))
    names = [_name(number) for chapter in chapters for number in chapter]
    for chapter in chapters:
        first, *others = (_name(number) for number in chapter)
        _write(folder / f"{first}.md", _with_toctree(first, (f"/{name}" for name in others)))
        for name in others:
            _write(folder / f"{name}.md", _page(rng, name, names))


def _name(number: int) -> str:
    """Return the docname of the page with this number."""
    chapter = (number - 1) // CHAPTER_PAGES
    return f"chapter{chapter:03}/page{number:05}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _with_toctree(title: str, names: Iterator[str]) -> str:
    entries = "\n".join(names)
    return f"# {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"


def _page(rng: random.Random, name: str, names: list[str]) -> str:
    """Return a page of four sections with text, links, lists, code and a table."""
    parts = [f"# {name.rpartition('/')[2].capitalize()}: {_words(rng, 3)}\n", _paragraph(rng, names)]
    for number in range(1, 5):
        parts += [
            f"## {number}. {_words(rng, 4).capitalize()}\n",
            _paragraph(rng, names),
            _paragraph(rng, names),
            _list(rng),
            f"### {_words(rng, 2).capitalize()}\n",
            _paragraph(rng, names),
            _code(rng),
            _table(rng),
        ]
    return "\n".join(parts)


def _words(rng: random.Random, number: int) -> str:
    return " ".join(rng.choices(WORDS, k=number))


def _paragraph(rng: random.Random, names: list[str]) -> str:
    link = f"[{_words(rng, 2)}](/{rng.choice(names)}.md)"
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
