"""The extensions that Sphinx brings."""

from __future__ import annotations

import zlib

from tests.extension_sites.case import Case, Edit, rst
from tests.extension_sites.programs import DOT, DVIPNG, LATEX

_PACKAGE = {
    "shapes/__init__.py": '"""Shapes."""\n',
    "shapes/base.py": '"""What shapes have in common."""\n\n\nclass Shape:\n    """A shape."""\n\n'
    '    def area(self):\n        """Return the area."""\n',
    "shapes/circle.py": '"""Round ones."""\n\nfrom shapes.base import Shape\n\n\nclass Circle(Shape):\n'
    '    """A circle.\n\n    Args:\n        radius: How large it is.\n    """\n\n'
    "    def __init__(self, radius: float) -> None:\n        self.radius = radius\n",
    "shapes/square.py": '"""Square ones."""\n\n\nclass Square:\n    """A square."""\n',
}
_IMPORTED = "import shapes.circle, shapes.square"
_CIRCLE = rst(
    "Circle", ".. automodule:: shapes.circle", "   :members:", "   :inherited-members:", "   :show-inheritance:"
)
_SQUARE = rst("Square", ".. automodule:: shapes.square", "   :members:")


def _inventory(line: str) -> bytes:
    head = b"# Sphinx inventory version 2\n# Project: Far\n# Version: 1\n"
    return head + b"# The remainder of this file is compressed using zlib.\n" + zlib.compress(line.encode())


CASES = (
    Case(
        "sphinx.ext.autodoc",
        {**_PACKAGE, "circle.rst": _CIRCLE, "square.rst": _SQUARE},
        Edit("shapes/base.py", "Return the area", "Tell the area"),
        frozenset({"circle"}),
        conf=_IMPORTED,
    ),
    Case(
        "sphinx.ext.autosummary",
        {
            **_PACKAGE,
            "api.rst": rst("API", ".. autosummary::", "   :toctree: made", "", "   shapes.circle.Circle"),
            "names.rst": rst("Names", ".. autosummary::", "", "   shapes.circle", "   shapes.square"),
            "square.rst": _SQUARE,
        },
        Edit("shapes/circle.py", "A circle", "A round shape"),
        frozenset({"api", "made/shapes.circle.Circle", "names"}),
        conf=_IMPORTED,
    ),
    Case(
        "sphinx.ext.intersphinx",
        {"far.inv": _inventory("far py:function 1 near.html#$ -\n"), "links.rst": rst("Links", ":py:func:`far`")},
        Edit(
            "far.inv",
            _inventory("far py:function 1 near.html#$ -\n"),
            _inventory("far py:function 1 away.html#$ -\n"),
        ),
        conf='intersphinx_mapping = {"far": ("https://far.example/", "far.inv")}',
    ),
    Case(
        "sphinx.ext.napoleon",
        {**_PACKAGE, "circle.rst": _CIRCLE, "square.rst": _SQUARE},
        Edit("shapes/circle.py", "radius: How large it is", "radius: Its size"),
        frozenset({"circle"}),
        conf=_IMPORTED,
        also=("sphinx.ext.autodoc",),
    ),
    Case(
        "sphinx.ext.viewcode",
        {
            **_PACKAGE,
            "circle.rst": _CIRCLE,
            "square.rst": _SQUARE,
            "round.rst": rst("Round", ".. autoclass:: shapes.circle.Circle", "   :no-index:"),
        },
        Edit("shapes/circle.py", "self.radius = radius", "self.radius = 2 * radius"),
        frozenset({"circle", "round"}),
        conf=_IMPORTED,
        also=("sphinx.ext.autodoc",),
    ),
    Case(
        "sphinx.ext.todo",
        {
            "all.rst": rst("All", ".. todolist::"),
            "one.rst": rst("One", ".. todo:: Write."),
            "two.rst": rst("Two", ".. todo:: Read.", "", ".. include:: more.txt"),
            "more.txt": ".. todo:: Draw.\n",
        },
        Edit("more.txt", "Draw", "Paint"),
        frozenset({"two"}),
        conf="todo_include_todos = True",
        bound=frozenset({"all"}),
    ),
    Case(
        "sphinx.ext.ifconfig",
        {"draft.rst": rst("Draft", ".. ifconfig:: is_draft", "", "   This is a draft.")},
        Edit("conf.py", "is_draft = True", "is_draft = False"),
        conf="is_draft = True\n\ndef setup(app):\n    app.add_config_value('is_draft', False, 'env')\n",
    ),
    Case(
        "sphinx.ext.extlinks",
        {"links.rst": rst("Links", ":ticket:`7`")},
        Edit("conf.py", "tracker.example", "issues.example"),
        frozenset({"index", "links", "other", "plain0", "plain1", "plain2"}),
        conf='extlinks = {"ticket": ("https://tracker.example/%s", "ticket %s")}',
    ),
    Case(
        "sphinx.ext.graphviz",
        {
            "graph.rst": rst("Graph", ".. graphviz:: graph.dot", "", ".. graph:: own", "", "   a -- b"),
            "graph.dot": "digraph x { a -> b }\n",
        },
        Edit("graph.dot", "a -> b", "a -> c"),
        frozenset({"graph"}),
        programs={"dot": DOT},
    ),
    Case(
        "sphinx.ext.mathjax",
        {
            "maths.rst": rst("Maths", ".. include:: euler.txt", "", "See :eq:`euler`."),
            "euler.txt": ".. math:: e^{ix}\n   :label: euler\n",
        },
        Edit("euler.txt", "e^{ix}", "e^{iy}"),
        frozenset({"maths"}),
    ),
    Case(
        "sphinx.ext.imgmath",
        {
            "maths.rst": rst("Maths", ".. include:: euler.txt", "", "Also :math:`a^2`."),
            "euler.txt": ".. math:: e^{ix}\n   :label: euler\n",
        },
        Edit("euler.txt", "e^{ix}", "e^{iy}"),
        frozenset({"maths"}),
        programs={"latex": LATEX, "dvipng": DVIPNG},
    ),
    Case(
        "sphinx.ext.doctest",
        {
            "tried.rst": rst("Tried", ".. testsetup::", "", "   x = 1", "", ".. include:: example.txt"),
            "example.txt": ".. doctest::\n\n   >>> x + 1\n   2\n\n.. testcode::\n\n   print(x)\n\n"
            ".. testoutput::\n\n   1\n",
        },
        Edit("example.txt", "x + 1", "1 + x"),
        frozenset({"tried"}),
        builder="doctest",
        varying=frozenset({"output.txt"}),
    ),
    Case(
        "sphinx.ext.githubpages",
        {},
        Edit("conf.py", "docs.test.example", "pages.test.example"),
        conf='html_baseurl = "https://docs.test.example/"',
    ),
    Case(
        "sphinx.ext.inheritance_diagram",
        {
            **_PACKAGE,
            "tree.rst": rst("Tree", ".. inheritance-diagram:: shapes.circle"),
            "leaf.rst": rst("Leaf", ".. inheritance-diagram:: shapes.square"),
        },
        Edit("shapes/base.py", "class Shape:", "class Shape(dict):"),
        frozenset({"tree"}),
        conf=_IMPORTED,
        programs={"dot": DOT},
    ),
    Case(
        "sphinx.ext.autosectionlabel",
        {
            "target.rst": rst("Target", ".. include:: part.txt"),
            "part.txt": "Here\n----\n\nText.\n",
            "source.rst": rst("Source", ":ref:`Here`"),
        },
        Edit("part.txt", "Here\n----", "Gone\n----"),
        frozenset({"target"}),
    ),
    Case(
        "sphinx.ext.coverage",
        {**_PACKAGE, "circle.rst": _CIRCLE, "square.rst": _SQUARE},
        Edit("shapes/square.py", "A square", "An equal one"),
        frozenset({"square"}),
        conf=_IMPORTED + '\ncoverage_modules = ["shapes"]',
        also=("sphinx.ext.autodoc",),
        builder="coverage",
    ),
    Case(
        "sphinx.ext.linkcode",
        {"made.rst": rst("Made", ".. py:module:: made", "", ".. py:function:: make()")},
        Edit("conf.py", "code.example", "source.example"),
        frozenset({"index", "made", "other", "plain0", "plain1", "plain2"}),
        conf="def linkcode_resolve(domain, info):\n    return 'https://code.example/' + info['module']\n",
    ),
    Case(
        "sphinx.ext.duration",
        {"long.rst": rst("Long", ".. include:: more.txt"), "more.txt": "One.\n"},
        Edit("more.txt", "One", "Two"),
        frozenset({"long"}),
        varying=frozenset({"sphinx-reading-durations.json"}),
    ),
)
