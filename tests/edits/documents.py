"""Edits of documents that somebody else wrote, as an author makes them."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

_PARAGRAPH = re.compile(r"(?<=\n\n)(?P<text>[A-Z][a-z]+ [A-Za-z ,]{20,})(?=\n)")
_HEADING = re.compile(r"(?<=\n)(?P<title>[A-Za-z][^\n]{2,60})\n(?P<line>([=~\-^\"'#*+])\3{2,})(?=\n)")
_LABEL = re.compile(r"^\.\. _(?P<name>[a-z][a-z0-9-]+):$", re.MULTILINE)
_TOCTREE = re.compile(r"^( *)\.\. toctree::\n(?:\1 +:.*\n)*\n(?P<entries>(?:\1 +[\w/.-]+\n){2,})", re.MULTILINE)
_WORDS = ("harbour", "lantern", "meadow", "copper", "orchard", "willow")

History = dict[Path, bytes | None]


class Documents:
    """A folder of documents, with all that was changed in it.

    :param folder: the one of conf.py.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._past: list[History] = []

    def pages(self) -> list[Path]:
        """Return the pages of reStructuredText, sorted; not those of folders that Sphinx passes over."""
        found = (path for path in self.folder.rglob("*.rst") if not _is_hidden(path.relative_to(self.folder)))
        return sorted(found)

    def name_of(self, page: Path) -> str:
        """Return the docname of a page."""
        return page.relative_to(self.folder).with_suffix("").as_posix()

    def write(self, *changes: tuple[Path, str | bytes | None]) -> None:
        """Write or remove (None) files, as one edit."""
        self._past.append({path: path.read_bytes() if path.exists() else None for path, _ in changes})
        for path, content in changes:
            _put(path, content.encode() if isinstance(content, str) else content)

    def revert(self, n_edits: int) -> int:
        """Take back the last edits, and give how many that were. The revert is an edit itself."""
        taken = self._past[-n_edits:]
        former: History = {}
        for history in reversed(taken):
            former.update(history)
        self.write(*former.items())
        return len(taken)

    def choose(self, chance: random.Random, pattern: re.Pattern[str]) -> tuple[Path, str, re.Match[str]] | None:
        """Choose a page that has what *pattern* describes: its path, its text, and one of the places."""
        pages = self.pages()
        for page in chance.sample(pages, len(pages)):
            text = page.read_text(encoding="utf-8")
            found = list(pattern.finditer(text))
            if found:
                return page, text, chance.choice(found)
        return None


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


Edit = Callable[[Documents, random.Random], str | None]
"""Makes an edit and says what it was; None if nothing was done."""


def change_body(documents: Documents, chance: random.Random) -> str | None:
    """Add words to a paragraph."""
    chosen = documents.choose(chance, _PARAGRAPH)
    if chosen is None:
        return None
    page, text, found = chosen
    documents.write((page, f"{text[: found.end()]} {chance.choice(_WORDS)}{text[found.end() :]}"))
    return documents.name_of(page)


def change_title(documents: Documents, chance: random.Random) -> str | None:
    """Add a word to a heading, which may be the page's own."""
    chosen = documents.choose(chance, _HEADING)
    if chosen is None:
        return None
    page, text, found = chosen
    title = f"{found['title']} {chance.choice(_WORDS)}"
    line = found["line"][0] * len(title)
    documents.write((page, f"{text[: found.start()]}{title}\n{line}{text[found.end() :]}"))
    return f"{documents.name_of(page)}, {title!r}"


def rename_label(documents: Documents, chance: random.Random) -> str | None:
    """Rename a label where it is, so that references to it lead nowhere."""
    chosen = documents.choose(chance, _LABEL)
    if chosen is None:
        return None
    page, text, found = chosen
    documents.write((page, f"{text[: found.end() - 1]}-{chance.choice(_WORDS)}{text[found.end() - 1 :]}"))
    return f"{documents.name_of(page)}, {found['name']!r}"


def rename_label_everywhere(documents: Documents, chance: random.Random) -> str | None:
    """Rename a label, and the references to it."""
    chosen = documents.choose(chance, _LABEL)
    if chosen is None:
        return None
    name, new = chosen[2]["name"], f"{chosen[2]['name']}-{chance.choice(_WORDS)}"
    pattern = re.compile(rf"(?<=[_<`]){re.escape(name)}(?=[:>`])")
    texts = ((page, page.read_text(encoding="utf-8")) for page in documents.pages())
    changes = [(page, pattern.sub(new, text)) for page, text in texts if pattern.search(text)]
    documents.write(*changes)
    return f"{name!r} on {len(changes)} pages"


def add_references(documents: Documents, chance: random.Random) -> str:
    """Refer to a page, to a label and to nothing."""
    page, target = chance.sample(documents.pages(), 2)
    label = documents.choose(chance, _LABEL)
    name = label[2]["name"] if label else "no-label"
    text = f"\n\nSee :doc:`/{documents.name_of(target)}`, :ref:`there <{name}>` and :ref:`no-such-label`.\n"
    documents.write((page, page.read_text(encoding="utf-8") + text))
    return f"{documents.name_of(page)} to {documents.name_of(target)} and {name!r}"


def reorder_toctree(documents: Documents, chance: random.Random) -> str | None:
    """Turn round the entries of a toctree."""
    chosen = documents.choose(chance, _TOCTREE)
    if chosen is None:
        return None
    page, text, found = chosen
    entries = "".join(reversed(found["entries"].splitlines(keepends=True)))
    documents.write((page, text[: found.start("entries")] + entries + text[found.end("entries") :]))
    return documents.name_of(page)


def shorten_toctree(documents: Documents, chance: random.Random) -> str | None:
    """Take the last entry out of a toctree."""
    chosen = documents.choose(chance, _TOCTREE)
    if chosen is None:
        return None
    page, text, found = chosen
    entries = "".join(found["entries"].splitlines(keepends=True)[:-1])
    documents.write((page, text[: found.start("entries")] + entries + text[found.end("entries") :]))
    return documents.name_of(page)


def add_inclusion(documents: Documents, chance: random.Random) -> str:
    """Include a new file into a page."""
    page = chance.choice(documents.pages())
    piece = documents.folder / "replayed.inc"
    text = page.read_text(encoding="utf-8") + "\n\n.. include:: /replayed.inc\n"
    documents.write((piece, f"Included: {chance.choice(_WORDS)}.\n"), (page, text))
    return documents.name_of(page)


def change_inclusion(documents: Documents, chance: random.Random) -> str | None:
    """Change a file that a page includes, or that it shows as code."""
    chosen = documents.choose(chance, re.compile(r"^ *\.\. (?:literal)?include:: (?P<file>\S+)$", re.MULTILINE))
    if chosen is None:
        return None
    page, _, found = chosen
    name = found["file"]
    file = documents.folder / name[1:] if name.startswith("/") else page.parent / name
    if not file.is_file() or not file.resolve().is_relative_to(documents.folder.resolve()):
        return None
    documents.write((file, file.read_text(encoding="utf-8") + f"\n{chance.choice(_WORDS)} = 1\n"))
    return f"{file.relative_to(documents.folder)} in {documents.name_of(page)}"


def add_page(documents: Documents, chance: random.Random) -> str | None:
    """Add a page, with a label and a reference, to a toctree."""
    chosen = documents.choose(chance, _TOCTREE)
    if chosen is None:
        return None
    page, text, found = chosen
    name = f"replayed-{chance.randrange(10_000)}"
    indentation = " " * (len(found["entries"]) - len(found["entries"].lstrip()))
    entry = f"{indentation}/{name}\n"
    heading = f".. _{name}:\n\nNew {name}\n{'=' * (4 + len(name))}\n\n"
    made = f"{heading}See :ref:`{name}` and :doc:`/{documents.name_of(page)}`.\n"
    documents.write(
        (documents.folder / f"{name}.rst", made),
        (page, text[: found.end("entries")] + entry + text[found.end("entries") :]),
    )
    return f"{name} below {documents.name_of(page)}"


def delete_page(documents: Documents, chance: random.Random) -> str:
    """Remove a page, and leave all that leads to it."""
    page = chance.choice([page for page in documents.pages() if page.stem not in {"index", "contents"}])
    documents.write((page, None))
    return documents.name_of(page)


def rename_page(documents: Documents, chance: random.Random) -> str:
    """Return a page another name, and leave all that leads to it."""
    page = chance.choice([page for page in documents.pages() if page.stem not in {"index", "contents"}])
    documents.write((page, None), (page.with_stem(page.stem + "-renamed"), page.read_bytes()))
    return documents.name_of(page)


def revert(documents: Documents, chance: random.Random) -> str | None:
    """Take back one edit, or three."""
    number = documents.revert(chance.choice([1, 3]))
    return f"{number} edits" if number else None


def change_conf(documents: Documents, chance: random.Random) -> str:
    """Set a value at the end of conf.py."""
    word = chance.choice(_WORDS)
    line = chance.choice(
        [
            f"html_title = {word!r}",
            f"html_short_title = {word!r}",
            f"copyright = {word!r}",
            f"rst_epilog = (globals().get('rst_epilog') or '') + '\\n.. |{word}| replace:: {word}\\n'",
            f"release = {word!r}",
            "highlight_language = 'c'",
            "numfig = not globals().get('numfig', False)",
            "html_permalinks_icon = '#'",
            "html_copy_source = False",
            "nitpicky = not globals().get('nitpicky', False)",
            "toc_object_entries = False",
        ]
    )
    conf = documents.folder / "conf.py"
    documents.write((conf, f"{conf.read_text(encoding='utf-8')}\n{line}\n"))
    return line


def change_template(documents: Documents, chance: random.Random) -> str:
    """Put words into the footer of every page."""
    conf, template = documents.folder / "conf.py", documents.folder / "_replayed" / "layout.html"
    line = "templates_path = [*dict.fromkeys([*globals().get('templates_path', []), '_replayed'])]"
    text = conf.read_text(encoding="utf-8")
    block = f"{{% block footer %}}{chance.choice(_WORDS)}{{{{ super() }}}}{{% endblock %}}"
    layout = f'{{% extends "!layout.html" %}}\n{block}\n'
    documents.write((template, layout), (conf, text if line in text else f"{text}\n{line}\n"))
    return "layout.html"


def change_static_file(documents: Documents, chance: random.Random) -> str | None:
    """Add a comment to a style sheet of the documents."""
    sheets = sorted(documents.folder.rglob("_static/**/*.css"))
    if not sheets:
        return None
    sheet = chance.choice(sheets)
    documents.write((sheet, sheet.read_text(encoding="utf-8") + f"\n/* {chance.choice(_WORDS)} */\n"))
    return sheet.relative_to(documents.folder).as_posix()


def change_image(documents: Documents, chance: random.Random) -> str | None:
    """Put other bytes at the end of a picture."""
    images = sorted(_images(documents.folder))
    if not images:
        return None
    image = chance.choice(images)
    documents.write((image, image.read_bytes() + chance.choice(_WORDS).encode()))
    return image.relative_to(documents.folder).as_posix()


def _images(folder: Path) -> Iterator[Path]:
    for suffix in ("png", "jpg", "gif"):
        yield from (path for path in folder.rglob(f"*.{suffix}") if not _is_hidden(path.relative_to(folder)))


EDITS: Mapping[str, Edit] = {
    "body": change_body,
    "body again": change_body,
    "title": change_title,
    "label": rename_label,
    "label everywhere": rename_label_everywhere,
    "references": add_references,
    "toctree order": reorder_toctree,
    "toctree entry": shorten_toctree,
    "new inclusion": add_inclusion,
    "inclusion": change_inclusion,
    "new page": add_page,
    "deleted page": delete_page,
    "renamed page": rename_page,
    "revert": revert,
    "conf": change_conf,
    "template": change_template,
    "static file": change_static_file,
    "image": change_image,
}
"""Each kind of edit by its name."""
