"""What Sphinx brings itself, and MyST."""

from __future__ import annotations

import zlib

from tests.ecosystem.subject import Subject
from tests.extension_sites.case import Edit
from tests.extension_sites.programs import DOT

PACKAGE = {
    "shapes/__init__.py": '"""Shapes."""\n',
    "shapes/base.py": '''
        """What shapes have in common."""


        class Shape:
            """A shape."""

            def area(self) -> float:
                """Return the area, in apples."""
                raise NotImplementedError
        ''',
    "shapes/circle.py": '''
        """Round ones."""

        from shapes.base import Shape

        PI = 3.14
        """Nearly."""


        class Circle(Shape):
            """A circle.

            Args:
                radius: How large it is.
            """

            def __init__(self, radius: float) -> None:
                self.radius = radius

            def area(self) -> float:
                return PI * self.radius**2
        ''',
    "shapes/square.py": '''
        """Square ones."""

        from shapes.base import Shape


        class Square(Shape):
            """A square, see :class:`shapes.circle.Circle`."""


        def double(square: Square, times: int = 2) -> Square:
            """Double a square.

            :param times: how often
            :raises ValueError: never
            """
            return square
        ''',
}
"""A package to document. The edit is in its second module."""

CIRCLE = """
    Circle
    ======

    .. automodule:: shapes.circle
       :members:
       :undoc-members:
       :show-inheritance:
       :inherited-members:
    """
SQUARE = """
    Square
    ======

    .. automodule:: shapes.square
       :members:
    """
DOCUMENTED = {**PACKAGE, "circle.rst": CIRCLE, "square.rst": SQUARE}


def _inventory(*lines: str) -> bytes:
    head = b"# Sphinx inventory version 2\n# Project: Far\n# Version: 1\n"
    return head + b"# The remainder of this file is compressed using zlib.\n" + zlib.compress("\n".join(lines).encode())


OWN = (
    Subject(
        "sphinx.ext.autodoc",
        ("sphinx.ext.autodoc", "sphinx.ext.napoleon"),
        DOCUMENTED,
        config="autodoc_member_order=bysource",
        deleted="square.rst",
        requires=(),
    ),
    Subject(
        "sphinx.ext.autosummary",
        ("sphinx.ext.autodoc", "sphinx.ext.autosummary"),
        {
            **PACKAGE,
            "api.rst": """
                API
                ===

                .. autosummary::
                   :toctree: made
                   :recursive:

                   shapes.circle
                   shapes.square
                """,
            "names.rst": """
                Names
                =====

                .. autosummary::

                   shapes.circle.Circle
                   shapes.base.Shape
                """,
        },
        conf="autosummary_generate = True\n",
        config="autosummary_ignore_module_all=0",
        deleted="names.rst",
        requires=(),
    ),
    Subject(
        "sphinx.ext.viewcode",
        ("sphinx.ext.autodoc", "sphinx.ext.viewcode"),
        DOCUMENTED,
        config="viewcode_line_numbers=1",
        deleted="circle.rst",
        requires=(),
    ),
    Subject(
        "sphinx.ext.todo",
        ("sphinx.ext.todo",),
        {
            "all.rst": """
                All
                ===

                .. todolist::
                """,
            "one.rst": """
                One
                ===

                .. todo:: Pick apples.
                """,
            "two.rst": """
                Two
                ===

                .. todo:: Read.
                """,
        },
        conf="todo_include_todos = True\n",
        config="todo_include_todos=0",
        deleted="two.rst",
        requires=(),
    ),
    Subject(
        "sphinx.ext.graphviz",
        ("sphinx.ext.graphviz",),
        {
            "graph.rst": """
                Graph
                =====

                .. graphviz:: graph.dot
                   :caption: A graph

                .. digraph:: own

                   a -> b
                """,
            "graph.dot": "digraph x { apples -> b }\n",
        },
        requires=(),
        programs={"dot": DOT},
    ),
    Subject(
        "sphinx.ext.inheritance_diagram",
        ("sphinx.ext.autodoc", "sphinx.ext.graphviz", "sphinx.ext.inheritance_diagram"),
        {
            **DOCUMENTED,
            "diagram.rst": """
                Diagram
                =======

                .. inheritance-diagram:: shapes.circle shapes.square
                   :parts: 1
                """,
        },
        deleted="circle.rst",
        requires=(),
        programs={"dot": DOT},
    ),
    Subject(
        "sphinx.ext.autosectionlabel",
        ("sphinx.ext.autosectionlabel",),
        {
            "sections.rst": """
                Sections
                ========

                About apples
                ------------

                :ref:`sections:About apples` and :ref:`other:Section`
                """,
        },
        conf="autosectionlabel_prefix_document, autosectionlabel_maxdepth = True, 2\n",
        config=Edit("conf.py", "True, 2", "True, 1"),
        requires=(),
    ),
    Subject(
        "sphinx.ext.extlinks",
        ("sphinx.ext.extlinks",),
        {
            "links.rst": """
                Links
                =====

                :ticket:`7` about apples, and https://tracker.example/9
                """,
        },
        conf='extlinks = {"ticket": ("https://tracker.example/%s", "ticket %s")}\n',
        config=Edit("conf.py", "tracker.example", "issues.example"),
        requires=(),
    ),
    Subject(
        "sphinx.ext.intersphinx",
        ("sphinx.ext.intersphinx",),
        {
            "links.rst": """
                Links
                =====

                About apples: :py:func:`far` and :external+far:py:func:`farther` and :py:func:`nothing`.
                """,
            "far.inv": _inventory("far py:function 1 near.html#$ -", "farther py:function 1 near.html#$ -"),
        },
        conf='intersphinx_mapping = {"far": ("https://far.example/", "far.inv")}\n',
        config=Edit("conf.py", "https://far.example", "https://farther.example"),
        requires=(),
    ),
    Subject(
        "sphinx.ext.linkcode",
        ("sphinx.ext.autodoc", "sphinx.ext.linkcode"),
        DOCUMENTED,
        conf="""
            def linkcode_resolve(domain, info):
                return f"https://code.example/{info['module']}#{info['fullname']}"
            """,
        config=Edit("conf.py", "code.example", "source.example"),
        deleted="square.rst",
        requires=(),
    ),
    Subject(
        "sphinx.ext.ifconfig",
        ("sphinx.ext.ifconfig",),
        {
            "draft.rst": """
                Draft
                =====

                .. ifconfig:: is_draft

                   This is a draft about apples.
                """,
        },
        conf="is_draft = True\n\ndef setup(app):\n    app.add_config_value('is_draft', False, 'env')\n",
        config=Edit("conf.py", "is_draft = True", "is_draft = False"),
        requires=(),
    ),
    Subject(
        "sphinx.ext.doctest",
        ("sphinx.ext.doctest",),
        {
            "tests.rst": """
                Tests
                =====

                .. testsetup::

                   x = 1

                .. doctest::

                   >>> print("apples")
                   apples

                .. testcode::

                   print(x)

                .. testoutput::

                   1
                """,
        },
        config="trim_doctest_flags=0",
        requires=(),
    ),
    Subject(
        "sphinx.ext.githubpages",
        ("sphinx.ext.githubpages", "sphinx.ext.duration", "sphinx.ext.mathjax"),
        {
            "maths.rst": """
                Maths
                =====

                About apples :math:`a^2`.
                """,
        },
        conf='html_baseurl = "https://docs.test.example/sub/"\n',
        config="html_baseurl=https://other.test.example/",
        requires=(),
    ),
    Subject(
        "myst-parser",
        ("myst_parser",),
        {
            "page.md": """
                ---
                myst:
                  substitutions:
                    who: world
                ---
                (top)=
                # Page

                Hello {{ who }}, about apples, $a^2$ and https://docs.test.example.

                Term
                : Its definition

                - [ ] a task
                - [x] done

                :::{note}
                A note with a footnote[^1].
                :::

                [^1]: Small.

                | a | b |
                |---|---|
                | 1 | ~~2~~ |
                """,
            "use.md": """
                # Use

                [](#top), [page](page.md#inside), {ref}`top`, [](other.rst), [nowhere](nowhere.md)

                {#marked}
                A paragraph with an [inline span]{.red}.

                ```{include} part.txt
                ```

                <img src="apple.svg" width="20">

                ```{figure-md} shown
                ![apple](apple.svg)

                A caption
                ```
                """,
            "part.txt": "A *part*.\n",
            "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
        conf="""
            myst_enable_extensions = [
                "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist",
                "html_admonition", "html_image", "replacements", "smartquotes", "strikethrough", "substitution",
                "tasklist",
            ]
            myst_heading_anchors = 2
            """,
        config="myst_heading_anchors=1",
        deleted="use.md",
    ),
)
