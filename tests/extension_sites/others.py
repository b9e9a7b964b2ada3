"""Extensions that are installed by themselves."""

from __future__ import annotations

import json

from tests.extension_sites.case import Case, Edit, rst

_ALL = frozenset({"index", "other", "plain0", "plain1", "plain2"})
_BASE = 'html_baseurl = "https://docs.test.example/"\n'


_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


def _notebook(source: str, image: str = "") -> str:
    """Return a notebook with one cell.

    :param image: a PNG image that the cell has shown, in Base64.
    """
    shown = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"image/png": image}}
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Notebook"]},
        {
            "cell_type": "code",
            "id": "code",
            "metadata": {},
            "source": [source],
            "execution_count": 1 if image else None,
            "outputs": [shown] if image else [],
        },
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


_ENCHANT = """\
class DictWithPWL:
    def __init__(self, language, words):
        pass

    def check(self, word):
        return "kn" not in word and "nk" not in word
"""
"""Stands in for a dictionary, which would be a library in C."""

_TOKENIZE = """\
import re


class tokenize:
    def __init__(self, text):
        self._text = text

    def __iter__(self):
        return ((found[0], found.start()) for found in re.finditer(r"[a-zA-Z]+", self._text))


unit_tokenize = tokenize


class Filter:
    def __init__(self, tokenizer):
        self._tokenizer = tokenizer

    def __call__(self, text):
        return ((word, place) for word, place in self._tokenizer(text) if not self._skip(word))

    def _skip(self, word):
        return False


EmailFilter = WikiWordFilter = Filter


def get_tokenizer(language, filters=()):
    tokenizer = tokenize
    for one in filters:
        tokenizer = one(tokenizer)
    return tokenizer
"""


CASES = (
    Case(
        "myst_parser",
        {
            "page.md": "---\nmyst:\n  substitutions:\n    who: world\n---\n# Page\n\nHello {{ who }}.\n\n"
            "```{include} part.txt\n```\n\n[other](other.rst)\n",
            "part.txt": "A *part*.\n",
        },
        Edit("part.txt", "A *part*", "Another *part*"),
        frozenset({"page"}),
        conf='myst_enable_extensions = ["substitution"]',
    ),
    Case(
        "myst_nb",
        {"book.ipynb": _notebook("show(40 + 2)", _PIXEL), "page.md": "# Page\n"},
        Edit("book.ipynb", "40 + 2", "40 + 3"),
        frozenset({"book"}),
        conf='nb_execution_mode = "off"',
        read_elsewhere=frozenset({"book"}),
    ),
    Case(
        "myst_nb",
        {"book.ipynb": _notebook("print(open('data.txt').read())"), "data.txt": "One.\n", "page.md": "# Page\n"},
        Edit("data.txt", "One", "Two"),
        use="executed",
        conf='nb_execution_mode = "force"',
        always=frozenset({"book"}),
    ),
    Case(
        "sphinx_design",
        {
            "grid.rst": rst(
                "Grid",
                ".. grid:: 2",
                "",
                "   .. grid-item-card:: One",
                "",
                "      .. include:: part.txt",
                "",
                ".. tab-set::",
                "",
                "   .. tab-item:: Label",
                "",
                "      :octicon:`report;1em`",
            ),
            "part.txt": "Inside.\n",
        },
        Edit("part.txt", "Inside", "Within"),
        frozenset({"grid"}),
    ),
    Case(
        "sphinx_copybutton",
        {"code.rst": rst("Code", ".. literalinclude:: code.txt"), "code.txt": ">>> 1 + 1\n2\n"},
        Edit("code.txt", "1 + 1", "1 + 2"),
        frozenset({"code"}),
        conf='copybutton_prompt_text = ">>> "',
    ),
    Case(
        "sphinx_tabs.tabs",
        {
            "tabs.rst": rst(
                "Tabs",
                ".. tabs::",
                "",
                "   .. tab:: One",
                "",
                "      .. include:: part.txt",
                "",
                "   .. code-tab:: c",
                "",
                "      int x;",
            ),
            "part.txt": "Inside.\n",
        },
        Edit("part.txt", "Inside", "Within"),
        frozenset({"tabs"}),
    ),
    Case(
        "sphinxcontrib.bibtex",
        {
            "books.bib": "@book{ann, author={Ann Author}, title={A Title}, publisher={Press}, year={1999}}\n"
            "@book{bob, author={Bob Writer}, title={B Title}, publisher={Press}, year={2001}}\n",
            "cites.rst": rst("Cites", ":cite:p:`ann` and :cite:t:`bob`"),
            "feet.rst": rst("Feet", ":footcite:p:`ann`", "", ".. footbibliography::"),
            "list.rst": rst("List", ".. bibliography::"),
        },
        Edit("books.bib", "Ann Author", "Ann Other"),
        frozenset({"feet", "list"}),
        conf='bibtex_bibfiles = ["books.bib"]',
        read_elsewhere=frozenset({"feet", "list"}),
        bound=frozenset({"cites"}),
    ),
    Case(
        "sphinx_gallery.gen_gallery",
        {
            "scripts/GALLERY_HEADER.rst": "Gallery\n=======\n",
            "scripts/plot_one.py": '"""\nOne\n===\n"""\n\nprint("one")\n',
            "scripts/plot_two.py": '"""\nTwo\n===\n"""\n\nprint("two")\n',
        },
        Edit("scripts/plot_one.py", 'print("one")', 'print("more")'),
        frozenset({"made/index", "made/plot_one"}),
        conf='exclude_patterns = ["scripts"]\n'
        'sphinx_gallery_conf = {"examples_dirs": "scripts", "gallery_dirs": "made", '
        '"min_reported_time": 1000, "write_computation_times": False, "download_all_examples": False, '
        '"image_scrapers": (), "reset_modules": ()}',
        varying=frozenset({"_downloads/*/*.zip"}),
    ),
    Case(
        "sphinxcontrib.httpdomain",
        {
            "api.rst": rst("API", ".. include:: part.txt"),
            "part.txt": ".. http:get:: /users/(int:id)\n\n   :statuscode 200: fine\n",
            "use.rst": rst("Use", ":http:get:`/users/(int:id)`"),
        },
        Edit("part.txt", "200: fine", "404: not fine"),
        frozenset({"api"}),
    ),
    Case(
        "sphinxcontrib.autohttp.flask",
        {
            "webapp.py": '"""An application."""\n\n\ndef users():\n    """List the users."""\n\n\nclass Rule:\n'
            '    endpoint = "users"\n    methods = frozenset({"GET"})\n    rule = "/users"\n\n    def __str__(self):\n'
            "        return self.rule\n\n\nclass Rules:\n    def iter_rules(self, endpoint=None):\n"
            "        return iter([Rule()])\n\n\nclass App:\n    url_map = Rules()\n"
            '    view_functions = {"users": users}\n    blueprints = {}\n    static_url_path = "/static"\n\n\n'
            "app = App()\n",
            "api.rst": rst("API", ".. autoflask:: webapp:app"),
        },
        Edit("webapp.py", "List the users", "Give all users"),
        frozenset({"api"}),
        read_elsewhere=_ALL | {"api"},
        is_silent=True,
    ),
    Case(
        "sphinxcontrib.mermaid",
        {"flow.rst": rst("Flow", ".. mermaid:: flow.mmd"), "flow.mmd": "graph TD; A-->B;\n"},
        Edit("flow.mmd", "A-->B", "A-->C"),
        frozenset({"flow"}),
    ),
    Case(
        "sphinxcontrib.spelling",
        {
            "enchant/__init__.py": _ENCHANT,
            "enchant/tokenize.py": _TOKENIZE,
            "words.rst": rst("Words", ".. include:: part.txt", "", ".. spelling:word-list::", "", "   knwon"),
            "part.txt": "A knwon and an unknwon word.\n",
        },
        Edit("part.txt", "unknwon", "unkown"),
        frozenset({"words"}),
        conf="spelling_ignore_contributor_names = spelling_ignore_importable_modules = False",
        builder="spelling",
    ),
    Case(
        "sphinxarg.ext",
        {
            "tool.py": "import argparse\n\n\ndef make_parser():\n    parser = argparse.ArgumentParser('tool')\n"
            "    parser.add_argument('--loud', help='Be loud.')\n    return parser\n",
            "script.py": "import argparse\n\n\ndef make_parser():\n    return argparse.ArgumentParser('script')\n",
            "tool.rst": rst("Tool", ".. argparse::", "   :module: tool", "   :func: make_parser"),
            "script.rst": rst("Script", ".. argparse::", "   :filename: script.py", "   :func: make_parser"),
        },
        Edit("tool.py", "Be loud", "Be quiet"),
        frozenset({"tool"}),
        conf="import tool",
    ),
    Case(
        "sphinxext.opengraph",
        {"page.rst": rst("Page", ".. include:: part.txt"), "part.txt": "First words.\n"},
        Edit("part.txt", "First words", "Other words"),
        frozenset({"page"}),
        conf='ogp_site_url = "https://docs.test.example/"',
    ),
    Case(
        "sphinx_inline_tabs",
        {
            "tabs.rst": rst("Tabs", ".. tab:: One", "", "   .. include:: part.txt", "", ".. tab:: Two", "", "   Two."),
            "part.txt": "In.\n",
        },
        Edit("part.txt", "In", "Inside"),
        frozenset({"tabs"}),
    ),
    Case(
        "sphinx_autodoc_typehints",
        {
            "typed.py": "def double(number: int) -> int:\n"
            '    """Double.\n\n    :param number: what\n    """\n'
            "    return 2 * number\n",
            "api.rst": rst("API", ".. autofunction:: typed.double"),
        },
        Edit("typed.py", "number: int)", "number: float)"),
        frozenset({"api"}),
        conf="import typed",
        also=("sphinx.ext.autodoc",),
    ),
    Case(
        "sphinx_sitemap",
        {"page.rst": rst("Page", ".. include:: part.txt"), "part.txt": "Words.\n"},
        Edit("part.txt", "Words", "Other words"),
        frozenset({"page"}),
        conf=_BASE,
    ),
    Case(
        "notfound.extension",
        {"page.rst": rst("Page", ".. include:: part.txt"), "part.txt": "Words.\n"},
        Edit("conf.py", "It is gone", "It went away"),
        conf='notfound_context = {"title": "Gone", "body": "<h1>It is gone</h1>"}',
    ),
)
