"""Extensions that add directives and roles."""

from __future__ import annotations

from tests.ecosystem.subject import Subject
from tests.extension_sites.case import Edit

MARKUP = (
    Subject(
        "sphinx-copybutton",
        ("sphinx_copybutton",),
        {
            "code.rst": """
                Code
                ====

                .. literalinclude:: session.txt
                   :language: pycon

                .. code-block:: console

                   $ ls
                """,
            "session.txt": ">>> print('apples')\napples\n",
        },
        conf='copybutton_prompt_text = ">>> "\ncopybutton_exclude = ".linenos"\n',
        config="copybutton_prompt_text=$ ",
    ),
    Subject(
        "sphinx-design",
        ("sphinx_design",),
        {
            "cards.rst": """
                Cards
                =====

                .. grid:: 1 2 3 3
                   :gutter: 2

                   .. grid-item-card:: One
                      :link: use
                      :link-type: doc

                      About apples.

                   .. grid-item-card:: Two
                      :img-top: apple.svg

                      Text.

                .. button-ref:: tabs
                   :color: primary
                   :expand:
                """,
            "use.rst": """
                Use
                ===

                .. _tabs:

                Tabs
                ----

                .. tab-set::
                   :sync-group: system

                   .. tab-item:: One
                      :sync: one

                      :octicon:`report;1em` :fas:`book` :bdg-primary:`new`

                   .. tab-item:: Two
                      :sync: two

                      .. dropdown:: More
                         :animate: fade-in

                         Inside.
                """,
            "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
        config=Edit("conf.py", "icon = 'report'", "icon = 'star'"),
        conf="""
            icon = 'report'
            sd_custom_directives = {
                "dropdown-icon": {"inherit": "dropdown", "argument": "Given", "options": {"icon": icon}},
            }
            """,
        deleted="cards.rst",
    ),
    Subject(
        "sphinx-inline-tabs",
        ("sphinx_inline_tabs",),
        {
            "tabs.rst": """
                Tabs
                ====

                .. tab:: One

                   .. include:: part.txt

                .. tab:: Two

                   .. code-block:: c

                      int x;
                """,
            "part.txt": "About apples.\n",
        },
    ),
    Subject(
        "sphinx-tabs",
        ("sphinx_tabs.tabs",),
        {
            "tabs.rst": """
                Tabs
                ====

                .. tabs::

                   .. tab:: One

                      About apples.

                   .. group-tab:: Two

                      Text.

                   .. code-tab:: c

                      int x;
                """,
            "more.rst": """
                More
                ====

                .. tabs::

                   .. group-tab:: Two

                      Text.
                """,
        },
        config="sphinx_tabs_disable_tab_closing=1",
    ),
    Subject(
        "sphinx-togglebutton",
        ("sphinx_togglebutton",),
        {
            "hidden.rst": """
                Hidden
                ======

                .. toggle::

                   About apples.

                .. admonition:: Open
                   :class: dropdown

                   Text.
                """,
        },
        config="togglebutton_hint=Show more",
    ),
    Subject(
        "sphinxcontrib-bibtex",
        ("sphinxcontrib.bibtex",),
        {
            "books.bib": """
                @book{ann, author={Ann Author}, title={About apples}, publisher={Press}, year={1999}}
                @book{bob, author={Bob Writer}, title={B Title}, publisher={Press}, year={2001}}
                """,
            "cites.rst": """
                Cites
                =====

                :cite:p:`ann` and :cite:t:`bob`, and :cite:p:`nobody`.
                """,
            "feet.rst": """
                Feet
                ====

                :footcite:p:`ann`

                .. footbibliography::
                """,
            "list.rst": """
                List
                ====

                .. bibliography::
                """,
        },
        conf='bibtex_bibfiles = ["books.bib"]\n',
        config="bibtex_default_style=plain",
        deleted="cites.rst",
    ),
    Subject(
        "sphinxcontrib-mermaid",
        ("sphinxcontrib.mermaid",),
        {
            "flow.rst": """
                Flow
                ====

                .. mermaid:: flow.mmd
                   :caption: A flow

                .. mermaid::

                   sequenceDiagram
                      Ann->>Bob: Hello
                """,
            "flow.mmd": "graph TD; apples-->B;\n",
        },
        config="mermaid_version=10.9.0",
    ),
    Subject(
        "sphinxcontrib-plantuml",
        ("sphinxcontrib.plantuml",),
        {
            "uml.rst": """
                UML
                ===

                .. uml::
                   :caption: A diagram

                   Ann -> Bob: apples

                .. uml:: more.uml
                """,
            "more.uml": "@startuml\nBob -> Ann: Bye\n@enduml\n",
        },
        conf='plantuml_output_format = "svg_img"\n',
        config="plantuml_output_format=none",
        programs={"plantuml": "#!/bin/sh\necho '<svg xmlns=\"http://www.w3.org/2000/svg\">'\ncat\necho '</svg>'\n"},
    ),
    Subject(
        "sphinxcontrib-httpdomain",
        ("sphinxcontrib.httpdomain",),
        {
            "api.rst": """
                API
                ===

                .. http:get:: /users/(int:id)

                   Give apples.

                   :query sort: the order
                   :statuscode 200: fine

                .. http:post:: /users

                   :form name: the name
                """,
            "use.rst": """
                Use
                ===

                :http:get:`/users/(int:id)` and :http:post:`/users` and :http:get:`/nothing`
                """,
        },
        config="http_strict_mode=0",
        deleted="api.rst",
    ),
    Subject(
        "sphinxcontrib-youtube",
        ("sphinxcontrib.youtube",),
        {
            "film.rst": """
                Film
                ====

                .. youtube:: oHg5SJYRHA0
                   :width: 50%
                   :align: center

                About apples.

                .. vimeo:: 486106801
                """,
        },
    ),
    Subject(
        "sphinxcontrib-video",
        ("sphinxcontrib.video",),
        {
            "film.rst": """
                Film
                ====

                .. video:: film.mp4
                   :alt: About apples
                   :autoplay:

                .. video:: https://docs.test.example/film.mp4
                   :caption: Far away
                """,
            "film.mp4": b"no film",
        },
        config="video_enforce_extra_source=1",
    ),
    Subject(
        "sphinxcontrib-images",
        ("sphinxcontrib.images",),
        {
            "images.rst": """
                Images
                ======

                .. thumbnail:: apple.png
                   :title: Some apples
                   :group: fruit

                .. thumbnail:: apple.png
                   :group: fruit
                """,
            "apple.png": b"\x89PNG\r\n\x1a\n",
        },
    ),
    Subject(
        "sphinx-carousel",
        ("sphinx_carousel.carousel",),
        {
            "slides.rst": """
                Slides
                ======

                .. carousel::
                   :show_controls:
                   :show_captions_below:

                   .. figure:: apple.svg

                      Some apples

                   .. figure:: pear.svg

                      A pear
                """,
            "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
            "pear.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="2"/>',
        },
        config="carousel_show_indicators=1",
    ),
    Subject(
        "sphinxemoji",
        ("sphinxemoji.sphinxemoji",),
        {
            "moods.rst": """
                Moods
                =====

                Glad of apples |:smile:| and |:tada:|
                """,
        },
        config="sphinxemoji_style=twemoji",
    ),
    Subject(
        "sphinxcontrib-katex",
        ("sphinxcontrib.katex",),
        {
            "maths.rst": r"""
                Maths
                =====

                With apples :math:`a^2 + b^2`.

                .. math:: e^{ix} = \cos x
                   :label: euler

                See :eq:`euler`.
                """,
        },
        config="katex_options=macros: {}",
    ),
    Subject(
        "sphinx-math-dollar",
        ("sphinx_math_dollar",),
        {
            "maths.rst": r"""
                Maths
                =====

                With apples $a^2 + b^2$ and $$\int x$$.
                """,
        },
    ),
    Subject(
        "sphinx-proof",
        ("sphinx_proof",),
        {
            "proofs.rst": """
                Proofs
                ======

                .. prf:theorem:: Euler
                   :label: euler

                   About apples.

                .. prf:proof::

                   Plain.

                .. prf:lemma::
                   :label: small

                   Small.
                """,
            "use.rst": """
                Use
                ===

                See :prf:ref:`euler` and :prf:ref:`small`.
                """,
        },
        conf="numfig = True\n",
        config="numfig=0",
        deleted="proofs.rst",
    ),
    Subject(
        "sphinx-exercise",
        ("sphinx_exercise",),
        {
            "exercises.rst": """
                Exercises
                =========

                .. exercise:: Count
                   :label: count

                   How many apples?

                .. exercise::
                   :label: more

                   More?
                """,
            "solutions.rst": """
                Solutions
                =========

                .. solution:: count
                   :label: count-solved

                   Seven. See :ref:`count` and :numref:`more`.
                """,
        },
        config="hide_solutions=1",
        deleted="solutions.rst",
    ),
    Subject(
        "sphinx-subfigure",
        ("sphinx_subfigure",),
        {
            "figures.rst": """
                Figures
                =======

                .. subfigure:: AB
                   :name: both
                   :subcaptions: below

                   .. image:: apple.svg
                      :alt: apples

                   .. image:: apple.svg
                      :alt: More

                   Both of them.

                See :numref:`both`.
                """,
            "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
        conf="numfig = True\n",
        config="numfig_secnum_depth=0",
    ),
    Subject(
        "sphinx-iconify",
        ("sphinx_iconify",),
        {
            "icons.rst": """
                Icons
                =====

                Some apples :iconify:`simple-icons:github size=24px`.
                """,
        },
    ),
    Subject(
        "sphinx-treeview",
        ("sphinx_treeview",),
        {
            "tree.rst": """
                Tree
                ====

                .. treeview::

                   - :dir:`folder` apples

                     - :dir:`file` leaf.txt
                """,
        },
    ),
)
