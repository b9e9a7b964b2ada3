"""Parts of pages: for each slot a strategy of texts, nearly all of them reStructuredText.

A text is a few fragments, in any order, out of a list. What they name is in :mod:`tests.edits.names`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import indent

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.edits.foreign import FOREIGN_MARKUP
from tests.edits.names import DOCNAMES, LABELS, TERMS, WORDS


def some_of(fragments: Sequence[str], n: int = 3) -> SearchStrategy[str]:
    """Make texts of one to *n* of the *fragments*, with an empty line between them."""
    return st.lists(st.sampled_from(fragments), min_size=1, max_size=n, unique=True).map("\n\n".join)


def directive(head: str, options: Sequence[str] = (), body: str = "") -> str:
    """Return the text of a directive: ``name:: arguments``, its options without indentation, its body."""
    lines = [f".. {head}", *(f"   {option}" for option in options)]
    return "\n".join([*lines, "", indent(body, "   ")] if body else lines)


_TOCTREE_OPTIONS = (
    ":maxdepth: 1",
    ":maxdepth: 2",
    ":caption: Contents",
    ":caption: More *things*",
    ":hidden:",
    ":glob:",
    ":numbered:",
    ":numbered: 1",
    ":titlesonly:",
    ":includehidden:",
    ":reversed:",
    ":name: tree",
)
_TOCTREE_ENTRIES = (
    "a",
    "b",
    "c",
    "/sub/index",
    "/sub/d",
    "/sub/e",
    "e",
    "d",
    "sub/*",
    "*",
    "n",
    "A",
    "self",
    "nowhere",
    "Named <c>",
    "https://example.org/",
    "Far <https://example.org/far>",
    "genindex",
    "search",
    "a.rst",
    "/index",
)


def _toctree(options: list[str], entries: list[str]) -> str:
    by_name = {option.split(" ")[0]: option for option in options}
    return directive("toctree::", sorted(by_name.values()), "\n".join(entries))


TOCTREES = st.lists(
    st.builds(
        _toctree,
        st.lists(st.sampled_from(_TOCTREE_OPTIONS), max_size=3),
        st.lists(st.sampled_from(_TOCTREE_ENTRIES), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=2,
).map("\n\n".join)

FULL_TOCTREE = directive("toctree::", [":maxdepth: 2"], "a\nb\nc\nsub/index")
"""The toctree that a site begins with."""

_HEADINGS = (
    "First\n-----\n\nSome words.",
    "Second\n------\n\nMore words.",
    ".. _alpha:\n\nMarked\n------\n\nWords.",
    ".. _beta:\n\nDeep\n~~~~\n\nWords.",
    "Deep\n~~~~\n\nWords.",
    "With *markup*\n-------------\n\nWords.",
    "First\n-----\n\nTwice the same.",
    "``code()``\n----------\n\nWords.",
)

_LABELLED = (
    "*A paragraph*.",
    ".. rubric:: A rubric",
    ".. image:: /img/dot.png",
    ".. figure:: /img/dot.png\n\n   A captioned figure",
    ".. table:: A captioned table\n\n   ===  ===\n   one  two\n   ===  ===",
    ".. code-block:: python\n   :caption: A captioned code\n\n   x = 1",
    "Term\n   A definition",
)
_LABELS = st.lists(
    st.builds("\n\n".join, st.tuples(st.sampled_from([f".. _{name}:" for name in LABELS]), st.sampled_from(_LABELLED))),
    min_size=1,
    max_size=3,
).map("\n\n".join)

_REFERENCES = (
    *(f":ref:`{name}`" for name in LABELS),
    *(f":ref:`text <{name}>`" for name in LABELS),
    *(f":numref:`{name}`" for name in LABELS),
    *(f":any:`{name}`" for name in LABELS[:2]),
    *(f":doc:`/{name}`" for name in DOCNAMES),
    *(f":term:`{name}`" for name in TERMS),
    ":doc:`d`",
    ":doc:`named <e>`",
    ":numref:`Figure {number} ({name}) <alpha>`",
    ":numref:`fig-one`",
    ":numref:`tab-one`",
    ":numref:`code-one`",
    ":any:`f`",
    ":any:`a`",
    ":py:func:`f`",
    ":py:func:`m.f`",
    ":py:class:`C`",
    ":py:obj:`.x`",
    ":py:meth:`.x`",
    ":py:meth:`~m.C.x`",
    ":py:mod:`m`",
    ":py:attr:`C.y`",
    ":c:func:`cf`",
    ":c:struct:`S`",
    ":cpp:class:`X`",
    ":cpp:func:`ns::g`",
    ":option:`-x`",
    ":option:`tool -x`",
    ":envvar:`HOME_DIR`",
    ":confval:`colour`",
    ":js:func:`jf`",
    ":rst:dir:`dirx`",
    ":token:`expr`",
    ":eq:`euler`",
    ":ref:`genindex`",
    ":ref:`search`",
    ":ref:`modindex`",
    ":keyword:`with`",
    ":pep:`8`",
    ":download:`get </files/get.txt>`",
    ":download:`/sub/files/get.txt`",
    ":download:`/files/missing.txt`",
    ":index:`inline entry`",
    ":abbr:`LIFO (last-in)`",
    ":command:`rm`",
    "`by default`",
    "`f`",
    "|release| |version| |today|",
    "alpha_",
    ":unknown-role:`x`",
    ":py:func:`sample.add`",
    ":py:class:`sample.Thing`",
    ":external:py:func:`far.away`",
    ":py:func:`far.away`",
    ":ref:`far-label`",
)
_REFS = st.lists(st.sampled_from(_REFERENCES), min_size=1, max_size=5, unique=True).map(
    lambda roles: "\n".join(f"* {role}" for role in roles)
)

_INCLUDES = (
    ".. include:: /inc/part.txt",
    ".. include:: /inc/more.txt\n   :start-line: 1",
    ".. include:: /inc/missing.txt",
    ".. include:: /inc/part.txt\n   :literal:",
    ".. include:: /inc/nest.txt",
    ".. literalinclude:: /data/code.py",
    ".. literalinclude:: /data/code.py\n   :lines: 1-2\n   :linenos:",
    ".. literalinclude:: /data/code.py\n   :pyobject: one",
    ".. literalinclude:: /data/code.py\n   :caption: Listed\n   :name: code-one\n   :emphasize-lines: 2",
    ".. literalinclude:: /data/code.py\n   :diff: /data/other.py",
    ".. literalinclude:: /data/missing.py",
    ".. csv-table:: Rows\n   :file: data/rows.csv\n   :header-rows: 1",
    ".. csv-table::\n   :file: data/missing.csv",
    ".. raw:: html\n   :file: data/raw.html",
    ".. include:: /inc/titled.txt",
    ".. include:: /c.rst\n   :start-line: 3",
)

_IMAGES = (
    ".. image:: /img/dot.png",
    ".. image:: /img/dot.png\n   :scale: 50\n   :alt: half",
    ".. image:: /img/dot.png\n   :target: alpha_",
    ".. image:: /sub/img/dot.png",
    ".. image:: /img/pic.*",
    ".. image:: /img/missing.png",
    ".. image:: https://example.org/far.png",
    ".. image:: img/dot.png",
    ".. figure:: /img/dot.png\n   :width: 10px\n\n   A caption without a name",
    ".. |dot| image:: /img/dot.png\n\nIn |dot| text.",
    ".. image:: /img/linked.png",
)

_NUMBERS = (
    ".. figure:: /img/dot.png\n   :name: fig-one\n\n   One figure",
    ".. figure:: /img/dot.png\n   :name: alpha\n\n   Figure alpha",
    ".. table:: One table\n   :name: tab-one\n\n   ===  ===\n   one  two\n   ===  ===",
    ".. code-block:: c\n   :name: code-one\n   :caption: One code\n\n   int x;",
    ".. figure:: /img/pic.*\n\n   Another figure",
    ".. list-table:: Listed\n   :name: beta\n\n   * - one\n     - two",
)

_TERMS = (
    *(f".. glossary::\n\n   {term}\n      What {term} means." for term in TERMS),
    ".. glossary::\n   :sorted:\n\n   plum\n   prune\n      Two words for it.\n\n   apple\n      With :term:`pear`.",
    ".. glossary::\n\n   pear : P\n      With a key.",
)

_PYTHON = (
    ".. py:function:: f(a: int, b: str = 'x') -> C",
    ".. py:function:: m.f(*args)",
    ".. py:module:: m\n   :synopsis: A module",
    ".. py:module:: m\n   :deprecated:\n   :platform: Unix",
    ".. py:class:: C(x)\n\n   .. py:method:: x()\n\n   .. py:attribute:: y\n      :type: int",
    ".. py:class:: m.C\n\n   .. py:method:: x(self)\n      :async:",
    ".. py:currentmodule:: m\n\n.. py:function:: g()",
    ".. py:function:: f(a)\n   :no-index:",
    ".. py:function:: f(a)\n   :no-index-entry:",
    ".. py:class:: D\n   :canonical: m.D\n   :final:",
    ".. py:data:: x\n   :value: 1",
    ".. py:exception:: E",
    ".. py:function:: h(a)\n\n   :param a: What it is.\n   :type a: C\n   :raises E: always\n   :rtype: m.C",
    ".. py:module:: pkg.sub\n\n.. py:function:: x()",
    ".. py:type:: T\n   :canonical: list[C]",
)

_CLIKE = (
    ".. c:function:: int cf(struct S *s)",
    ".. c:function:: int cf(int a)",
    ".. c:struct:: S\n\n   .. c:member:: int m",
    ".. c:macro:: MAX",
    ".. c:enum:: En\n\n   .. c:enumerator:: En.one",
    ".. c:type:: S T",
    ".. cpp:class:: X\n\n   .. cpp:function:: void run(X x)",
    ".. cpp:namespace:: ns\n\n.. cpp:function:: int g(X x)",
    ".. cpp:function:: int ns::g(double)",
    ".. cpp:class:: template<typename T> Y : public X",
    ".. cpp:class:: X",
    ".. cpp:enum-class:: Z\n\n   .. cpp:enumerator:: one",
    ".. cpp:alias:: ns::g",
    ".. c:alias:: cf",
)

_OBJECTS = (
    ".. program:: tool\n\n.. option:: -x <value>, --ex\n\n   An option.",
    ".. option:: -x\n\n   Of no program.",
    ".. envvar:: HOME_DIR",
    ".. confval:: colour\n   :type: ``str``\n   :default: ``red``",
    ".. describe:: anything",
    ".. js:function:: jf(a, b)",
    ".. js:module:: jm\n\n.. js:class:: K",
    ".. rst:directive:: dirx\n\n   .. rst:directive:option:: opt",
    ".. rst:role:: rolex",
    '.. productionlist:: grammar\n   expr: `term` "+" `expr`\n   term: /x/',
    ".. productionlist::\n   expr: x",
)

_INDEX = (
    ".. index:: one, two",
    ".. index:: single: fruit; apple",
    ".. index:: pair: tree; fruit",
    ".. index:: triple: a; b; c",
    ".. index:: see: prune; plum",
    ".. index:: seealso: apple; pear",
    ".. index:: ! main entry",
    ".. index::\n   single: named\n   :name: named-entry\n\nAn :index:`inline <single: fruit; pear>` entry.",
    ".. index:: module: old",
)

_NOTES = (
    "A note [#]_.\n\n.. [#] The note.",
    "A named note [#n]_ and [1]_.\n\n.. [#n] Named.\n\n.. [1] One.",
    "Cited [Knuth]_.",
    ".. [Knuth] The art.",
    ".. [Doe] Not cited.",
    "Cited [Doe]_ and [Nobody]_.",
    "A symbol [*]_.\n\n.. [*] Symbol.",
    ".. [Knuth] The art, another time.",
)

_MATH = (
    ".. math::\n   :label: euler\n\n   e^{i\\pi} = -1",
    ".. math:: a^2",
    "Of :eq:`euler` and :math:`x^2`.",
    ".. math::\n   :label: second\n\n   b = c",
    "See :eq:`second`, :eq:`third` and :numref:`euler`.",
    ".. math::\n   :label: euler\n\n   again",
)

_CONDITIONS = (
    ".. only:: draft\n\n   Draft words with :ref:`alpha`.",
    ".. only:: html\n\n   HTML words.",
    ".. only:: not html\n\n   Other words.\n\n   .. _gamma:\n\n   .. rubric:: Hidden",
    ".. only:: draft or latex\n\n   .. toctree::\n\n      c",
    ".. only:: wrong syntax (\n\n   Words.",
    ".. ifconfig:: release == '2'\n\n   Second release.",
    ".. ifconfig:: unknown_name\n\n   Never.",
    ".. only:: html\n\n   .. py:function:: only_html()",
)

_TODO = (
    ".. todo:: First thing",
    ".. todo:: Second :ref:`alpha` thing",
    ".. todolist::",
    ".. todo::\n   :name: a-todo\n\n   With a name",
)

_MISC = (
    ".. versionadded:: 1.0\n   Words.",
    ".. deprecated:: 2.0",
    ".. note:: Mind :doc:`/a`.",
    ".. admonition:: A *title*\n\n   Words.",
    ".. seealso:: :doc:`/c`",
    ".. code-block:: python\n   :linenos:\n\n   def f(): pass",
    ".. code-block:: nonsense\n\n   x",
    ".. code-block::\n\n   default language",
    ".. highlight:: c\n\n::\n\n   int x;",
    "::\n\n   literal = block",
    ".. |sub| replace:: *replaced*\n\nWith |sub| and |unknown|.",
    "Of |project-word|, from the epilog.",
    '.. raw:: html\n\n   <b id="raw">raw</b>',
    ".. contents::\n   :local:",
    ".. sectionauthor:: Ann <ann@example.org>",
    ".. meta::\n   :description: What it is\n   :keywords: one, two",
    ".. unknown-directive:: x",
    "*unbalanced",
    ".. hlist::\n\n   * one\n   * two\n   * three",
    ".. rst-class:: special\n\nA paragraph.",
    ".. default-role:: py:func\n\n`f`",
    "+---+---+\n| 1 | 2 |\n+---+---+",
    "Term : kind\n   Definition",
    "| A line\n| block",
    ".. container:: box\n\n   Words.",
    ".. topic:: Topic\n\n   Words.",
    ".. sidebar:: Side\n\n   Words.",
    '"Quotes" -- and dashes...',
    ".. parsed-literal::\n\n   x :ref:`alpha`",
    ".. centered:: Centred",
    ".. tabularcolumns:: |l|l|\n\n.. csv-table::\n\n   1,2",
    ".. math:: \\text{x}",
    ".. date:: %Y\n\nNo such directive.",
    ".. |day| date:: %d\n\nThe day |day|.",
    ".. role:: own(emphasis)\n\n:own:`x`",
    ".. figure:: nothing",
    "Over\n====\n\nA second title of the page.",
)

_LINKS = (
    "[text](a.rst)",
    "[](b.md)",
    "[text](/sub/d.md)",
    "[text](sub/e.rst)",
    "[missing](nowhere.md)",
    "[late](n.rst)",
    "[late](/sub/n.md)",
    "[anchor](b.md#first)",
    "[anchor](#marked)",
    "[label](#alpha)",
    "[](#beta)",
    "[file](/files/get.txt)",
    "[file](data/rows.csv)",
    "[no file](/files/late.txt)",
    "<project:/c.rst>",
    "<path:/files/get.txt>",
    "![img](/img/dot.png)",
    "![img](img/dot.png)",
    "![no img](/img/missing.png)",
    "{ref}`alpha` {doc}`/c` {term}`apple`",
    "{{ fruit }} and {{ unknown_fruit }}",
    "```{include} /inc/part.txt\n```",
    "```{toctree}\n:glob:\n\ne*\n```",
    "```{figure} /img/dot.png\n:name: gamma\n\nFigure\n```",
    "[^n] and again\n\n[^n]: A note",
    "(delta)=\n**Target**",
    "```{code-block} python\n:caption: Code\n\nx = 1\n```",
    "[text](a)",
    "[text](index)",
    "[text](inv:other#far-label)",
    ":::{note}\nColons\n:::",
    "$x^2$ and\n\n$$y$$ (euler)",
    "Term\n: Definition",
    "<https://example.org> https://example.org/bare",
    "- [ ] task",
)

_LOCAL = (
    ".. data-lines:: data/rows.csv",
    ".. data-lines:: data/late.txt",
    ".. all-documents::",
    ".. gathered:: one",
    ".. gathered:: two",
    ".. gathered-list::",
    ".. local-value::",
    ":shout:`words`",
    *FOREIGN_MARKUP,
    ".. files:: data",
    ".. plotted:: one",
    ".. plotted:: two",
    "SOURCEWORD here.",
    ".. tabs::\n\n   .. tab:: One\n\n      First tab.\n\n   .. tab:: Two\n\n      Second tab.",
    ".. grid:: 2\n\n   .. grid-item-card:: Card\n      :link: alpha\n      :link-type: ref\n\n      Words.",
    ".. dropdown:: Shown when asked\n\n   :octicon:`report` words.",
)

_AUTODOC = (
    ".. automodule:: sample\n   :members:",
    ".. autofunction:: sample.add",
    ".. autoclass:: sample.Thing\n   :members:\n   :undoc-members:",
    ".. automodule:: missing_module",
    ".. autosummary::\n\n   sample.add\n   sample.Thing",
)

_PRELUDES = (
    ".. py:currentmodule:: m",
    ".. highlight:: python",
    ".. index:: first of all",
    ".. _gamma:",
    ".. comment",
    "Words before the rest :ref:`beta`.",
)

_LISTS = (
    directive("page-list::", [":where: tags = red"]),
    directive("page-list::", [":where: tags = blue; tags = green", ":sort: title"]),
    directive("page-list::", [":path: sub/*", ":sort: date", ":reverse:", ":limit: 2"]),
    directive("page-list::", [":group: year", ":sort: date"]),
    directive("page-list::", [":since: 2023-06-01", ":exclude: index"]),
    ":taxonomy:`tags: red` :taxonomy:`tags`",
    ":doc:`/tags/blue` :doc:`/archive`",
)

PARTS: Mapping[str, SearchStrategy[str]] = {
    "prelude": some_of(_PRELUDES, 2),
    "text": st.sampled_from([f"The {word} is here." for word in WORDS]),
    "toctree": TOCTREES,
    "sections": some_of(_HEADINGS, 4),
    "labels": _LABELS,
    "refs": _REFS,
    "links": some_of(_LINKS, 5),
    "include": some_of(_INCLUDES),
    "images": some_of(_IMAGES),
    "numbers": some_of(_NUMBERS),
    "terms": some_of(_TERMS, 2),
    "python": some_of(_PYTHON),
    "clike": some_of(_CLIKE),
    "objects": some_of(_OBJECTS),
    "index": some_of(_INDEX),
    "notes": some_of(_NOTES),
    "math": some_of(_MATH),
    "conditions": some_of(_CONDITIONS, 2),
    "todo": some_of(_TODO, 2),
    "misc": some_of(_MISC, 4),
    "local": some_of(_LOCAL),
    "lists": some_of(_LISTS),
    "autodoc": some_of(_AUTODOC, 2),
}
"""What can stand in each slot of a page."""
