"""Themes."""

from __future__ import annotations

from collections.abc import Mapping

from tests.ecosystem.subject import Subject
from tests.extension_sites.case import Edit

_FILES: Mapping[str, str | bytes] = {
    "page.rst": """
        Page
        ====

        About apples.

        .. contents::
           :local:

        First
        -----

        .. warning:: Mind.

        Second
        ------

        .. figure:: apple.svg

           An apple

        .. math:: a^2
        """,
    "guide/index.rst": """
        Guide
        =====

        .. toctree::
           :caption: Parts

           one
           two
        """,
    "guide/one.rst": "One\n===\n\n:doc:`/page`\n\n.. py:function:: pick(fruit)\n\n   Pick.\n",
    "guide/two.rst": "Two\n===\n\n:py:func:`pick`\n",
    "index.rst": """
        Home
        ====

        .. toctree::
           :caption: All

           page
           guide/index
           other
           plain0
           plain1
           plain2
        """,
    "apple.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}


def _theme(
    distribution: str,
    name: str = "",
    options: str = "{}",
    other_options: str = "",
    *,
    extensions: tuple[str, ...] = (),
    conf: str = "",
    is_sphinxs: bool = False,
) -> Subject:
    """Return the site of a theme.

    :param options: its options, as Python.
    :param other_options: the options to which they are changed; the title is changed instead if they are empty.
    """
    return Subject(
        distribution,
        extensions,
        _FILES,
        conf=f"html_theme = {name or distribution!r}\nhtml_theme_options = {options}\n{conf}",
        config=Edit("conf.py", f"_options = {options}", f"_options = {other_options}")
        if other_options
        else "html_title=Garden",
        deleted="guide/two.rst",
        requires=() if is_sphinxs else None,
    )


THEMES = (
    _theme("alabaster", options="{'fixed_sidebar': True}", other_options="{'show_related': True}"),
    _theme("classic", options="{}", other_options="{'rightsidebar': True}", is_sphinxs=True),
    _theme("furo", options="{}", other_options="{'sidebar_hide_name': True}"),
    _theme("sphinx-rtd-theme", "sphinx_rtd_theme", "{'navigation_depth': 3}", "{'collapse_navigation': False}"),
    _theme("pydata-sphinx-theme", "pydata_sphinx_theme", "{'show_nav_level': 1}", "{'navbar_align': 'left'}"),
    _theme("sphinx-book-theme", "sphinx_book_theme", "{}", "{'toc_title': 'On this page'}"),
    _theme("sphinxawesome-theme", "sphinxawesome_theme", "{}", "{'show_prev_next': False}"),
    _theme("shibuya", options="{'accent_color': 'blue'}", other_options="{'accent_color': 'red'}"),
    _theme("piccolo-theme", "piccolo_theme", "{}", "{'show_theme_credit': False}"),
    _theme("sphinx-press-theme", "press"),
    _theme("python-docs-theme", "python_docs_theme", "{}", "{'issues_url': 'https://tracker.example'}"),
    _theme(
        "sphinx-wagtail-theme",
        "sphinx_wagtail_theme",
        "{'project_name': 'Orchard'}",
        "{'project_name': 'Garden'}",
        extensions=("sphinx_wagtail_theme",),
    ),
    _theme("sphinx-nefertiti", "sphinx_nefertiti", "{'style': 'blue'}", "{'style': 'red'}"),
    _theme(
        "sphinx-immaterial",
        "sphinx_immaterial",
        "{'font': False, 'features': ['navigation.expand']}",
        "{'font': False, 'features': ['navigation.sections']}",
        extensions=("sphinx_immaterial",),
    ),
)
