"""Extensions that have to do with the whole site, or with its sources."""

from __future__ import annotations

from tests.ecosystem.sets.own import DOCUMENTED
from tests.ecosystem.subject import Subject
from tests.extension_sites.case import Edit

_PAGE = {
    "page.rst": """
        Page
        ====

        About apples.

        .. image:: apple.svg
           :alt: An apple

        Section
        -------

        More words.
        """,
    "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}
_BASE = 'html_baseurl = "https://docs.test.example/"\n'

WHOLE = (
    Subject(
        "sphinxext-opengraph",
        ("sphinxext.opengraph",),
        _PAGE,
        conf='ogp_site_url = "https://docs.test.example/"\nogp_social_cards = {"enable": False}\n',
        config="ogp_description_length=10",
    ),
    Subject(
        "sphinxext-opengraph-cards",
        ("sphinxext.opengraph",),
        _PAGE,
        conf='ogp_site_url = "https://docs.test.example/"\n',
        requires=("sphinxext-opengraph", "matplotlib"),
    ),
    Subject(
        "sphinxext-rediraffe",
        ("sphinxext.rediraffe",),
        {**_PAGE, "redirects.txt": '"old.rst" "page.rst"\n"older.rst" "old.rst"\n'},
        conf='rediraffe_redirects = "redirects.txt"\n',
        config=Edit("conf.py", '"redirects.txt"', '{"oldest.rst": "page.rst"}'),
    ),
    Subject(
        "sphinx-reredirects",
        ("sphinx_reredirects",),
        _PAGE,
        conf='redirects = {"old": "page.html", "plain*": "https://docs.test.example/$source"}\n',
        config=Edit("conf.py", '"old"', '"older"'),
    ),
    Subject("sphinx-sitemap", ("sphinx_sitemap",), _PAGE, conf=_BASE, config="sitemap_url_scheme={link}"),
    Subject(
        "sphinx-notfound-page",
        ("notfound.extension",),
        _PAGE,
        conf='notfound_urls_prefix = "/en/"\n',
        config="notfound_urls_prefix=/de/",
    ),
    Subject(
        "sphinx-last-updated-by-git",
        ("sphinx_last_updated_by_git",),
        _PAGE,
        conf='html_last_updated_fmt = "%Y-%m-%d"\n',
        config="html_last_updated_fmt=%d.%m.%Y",
        in_git=True,
    ),
    Subject(
        "sphinx-issues",
        ("sphinx_issues",),
        {
            "changes.rst": """
                Changes
                =======

                * apples :issue:`1,2` :pr:`3` by :user:`ann` in :commit:`123abc`, :cve:`CVE-2018-17175`
                """,
        },
        conf='issues_github_path = "ann/orchard"\n',
        config="issues_github_path=ann/garden",
    ),
    Subject(
        "sphinx-favicon",
        ("sphinx_favicon",),
        {**_PAGE, "_static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'},
        conf='html_static_path = ["_static"]\nfavicons = ["icon.svg", {"href": "/i.png"}]\n',
        config=Edit("conf.py", "i.png", "icon.png"),
    ),
    Subject(
        "sphinx-hoverxref",
        ("hoverxref.extension",),
        {
            **_PAGE,
            "use.rst": """
                Use
                ===

                See :hoverxref:`the target <target>` and :ref:`target`.

                .. _target:

                Target
                ------

                Words.
                """,
        },
        conf='hoverxref_auto_ref = True\nhoverxref_role_types = {"ref": "modal"}\n',
        config="hoverxref_auto_ref=0",
    ),
    Subject(
        "sphinx-tippy",
        ("sphinx_tippy",),
        {
            **_PAGE,
            "use.rst": """
                Use
                ===

                See :doc:`page` and :ref:`target`.

                .. _target:

                Target
                ------

                Words.
                """,
        },
        conf="tippy_enable_wikitips = tippy_enable_doitips = False\n",
        config=Edit("conf.py", "tippy_enable_wikitips", 'tippy_tip_selector = "p"\ntippy_enable_wikitips'),
    ),
    Subject(
        "sphinx-comments",
        ("sphinx_comments",),
        _PAGE,
        conf='comments_config = {"hypothesis": True}\n',
        config=Edit("conf.py", '"hypothesis": True', '"utterances": {"repo": "ann/orchard"}'),
    ),
    Subject(
        "sphinx-thebe",
        ("sphinx_thebe",),
        {
            "code.rst": """
                Code
                ====

                .. thebe-button:: Run it

                .. code-block:: python
                   :class: thebe

                   print("apples")
                """,
        },
        conf='thebe_config = {"repository_url": "https://github.com/ann/orchard"}\n',
        config=Edit("conf.py", "ann/orchard", "ann/garden"),
    ),
    Subject(
        "sphinx-external-toc",
        ("sphinx_external_toc",),
        {
            **_PAGE,
            "index.rst": "Home\n====\n",
            "_toc.yml": """
                root: index
                subtrees:
                - caption: First
                  numbered: true
                  entries:
                  - file: page
                  - file: other
                - caption: Second
                  entries:
                  - file: plain0
                  - url: https://docs.test.example
                """,
        },
        config="use_multitoc_numbering=0",
        deleted="other.rst",
    ),
    Subject(
        "sphinx-multitoc-numbering",
        ("sphinx_multitoc_numbering",),
        {
            **_PAGE,
            "index.rst": """
                Home
                ====

                .. toctree::
                   :numbered:
                   :caption: First

                   page
                   other

                .. toctree::
                   :numbered:
                   :caption: Second

                   plain0
                """,
        },
    ),
    Subject(
        "sphinx-tags",
        ("sphinx_tags",),
        {
            "tagged.rst": """
                Tagged
                ======

                .. tags:: fruit, tree

                About apples.
                """,
            "more.rst": """
                More
                ====

                .. tags:: tree
                """,
        },
        conf="tags_create_tags = True\n",
        config="tags_create_badges=1",
        deleted="more.rst",
    ),
    Subject(
        "ablog",
        ("ablog",),
        {
            "first.rst": """
                .. post:: Jan 02, 2025
                   :tags: fruit
                   :category: news
                   :author: Ann

                First
                =====

                About apples.

                See :ref:`second`.
                """,
            "second.rst": """
                .. post:: Feb 03, 2025
                   :tags: fruit, tree

                .. _second:

                Second
                ======

                Words.
                """,
            "posts.rst": """
                Posts
                =====

                .. postlist:: 5
                   :format: {title} of {date}
                   :excerpts:
                """,
        },
        conf='blog_baseurl = "https://docs.test.example"\nblog_title = "Orchard"\n',
        config="blog_title=Garden",
        deleted="second.rst",
    ),
    Subject(
        "sphinx-remove-toctrees",
        ("sphinx_remove_toctrees",),
        {**_PAGE, "made1.rst": "Made 1\n======\n", "made2.rst": "Made 2\n======\n"},
        conf='remove_from_toctrees = ["made*.rst"]\n',
        config=Edit("conf.py", "made*", "made1*"),
    ),
    Subject(
        "sphinx-changelog",
        ("sphinx_changelog",),
        {
            "changes.rst": """
                Changes
                =======

                .. changelog::
                   :towncrier: ./
                   :towncrier-skip-if-empty:
                   :changelog_file: CHANGES.txt
                """,
            "CHANGES.txt": "1.0\n---\n\n* Plain.\n",
            "pyproject.toml": '[tool.towncrier]\nname = "orchard"\nversion = "2.0"\ndirectory = "news"\n',
            "news/1.feature.rst": "Added apples.\n",
        },
    ),
    Subject(
        "releases",
        ("releases",),
        {
            "changelog.rst": """
                Changelog
                =========

                * :release:`1.0.1 <2025-02-03>`
                * :bug:`2` Mended apples.
                * :release:`1.0.0 <2025-01-02>`
                * :feature:`1` Added all.
                """,
        },
        conf='releases_github_path = "ann/orchard"\n',
        config="releases_github_path=ann/garden",
    ),
    Subject(
        "sphinxcontrib-towncrier",
        ("sphinxcontrib.towncrier.ext",),
        {
            "changes.rst": """
                Changes
                =======

                .. towncrier-draft-entries:: Unreleased
                """,
            "pyproject.toml": '[tool.towncrier]\nname = "orchard"\ndirectory = "news"\npackage = "orchard"\n',
            "orchard/__init__.py": '__version__ = "1.0"\n',
            "news/1.feature.rst": "Added apples.\n",
        },
        conf="""
            towncrier_draft_autoversion_mode = "draft"
            towncrier_draft_include_empty = True
            towncrier_draft_working_directory = os.path.dirname(os.path.abspath(__file__))
            """,
        config="towncrier_draft_include_empty=0",
        requires=("sphinxcontrib-towncrier", "towncrier"),
    ),
    Subject(
        "sphinx-version-warning",
        ("versionwarning.extension",),
        _PAGE,
        conf='versionwarning_messages = {"1.0": "Old"}\nversionwarning_project_slug = "orchard"\n'
        'versionwarning_project_version = "1.0"\n',
        config="versionwarning_banner_title=Mind",
    ),
    Subject(
        "sphinx-llms-txt",
        ("sphinx_llms_txt",),
        {**_PAGE, "more.rst": "More\n====\n\n.. include:: part.txt\n", "part.txt": "A part.\n"},
        conf=_BASE,
        config="llms_txt_title=Garden",
    ),
    Subject(
        "sphinx-mdinclude",
        ("sphinx_mdinclude",),
        {
            "readme.rst": """
                Readme
                ======

                .. mdinclude:: README.txt
                """,
            "README.txt": """
                ## About apples

                Some *words* and `code`, [a link](other.rst).

                | a | b |
                |---|---|
                | 1 | 2 |
                """,
        },
        config="no_underscore_emphasis=1",
    ),
    Subject(
        "sphinx-needs",
        ("sphinx_needs",),
        {
            "needs.rst": """
                Needs
                =====

                .. req:: Pick
                   :id: R_PICK
                   :status: open
                   :tags: fruit

                   Pick apples.

                .. spec:: How
                   :id: S_HOW
                   :links: R_PICK

                   With a ladder.
                """,
            "tables.rst": """
                Tables
                ======

                .. needtable::
                   :columns: id;title;status;incoming
                   :style: table

                .. needlist::
                   :tags: fruit

                :need:`R_PICK` and :need_count:`status=='open'`
                """,
        },
        config="needs_title_optional=1",
        deleted="needs.rst",
    ),
    Subject(
        "pydata-and-friends",
        (
            "myst_parser",
            "sphinx.ext.autodoc",
            "sphinx.ext.viewcode",
            "sphinx_copybutton",
            "sphinx_design",
            "sphinxext.opengraph",
            "notfound.extension",
            "sphinx_sitemap",
        ),
        {**DOCUMENTED, "notes.md": "# Notes\n\n:::{note}\nWords.\n:::\n"},
        conf=f"""
            {_BASE}
            ogp_social_cards = {{"enable": False}}
            html_theme = "pydata_sphinx_theme"
            myst_enable_extensions = ["colon_fence"]
            """,
        config=Edit("conf.py", "html_theme", 'html_theme_options = {"show_nav_level": 2}\nhtml_theme'),
        requires=(
            "pydata-sphinx-theme",
            "myst-parser",
            "sphinx-copybutton",
            "sphinx-design",
            "sphinxext-opengraph",
            "sphinx-notfound-page",
            "sphinx-sitemap",
        ),
    ),
)
