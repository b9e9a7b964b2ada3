"""Notebooks, and galleries."""

from __future__ import annotations

import json

from tests.ecosystem.subject import Subject


def _notebook(*sources: str, title: str = "Notebook", is_rst: bool = False) -> str:
    """Return a notebook with cells that were run.

    :param is_rst: title it in reStructuredText, for which nbsphinx needs no pandoc.
    """
    code = [
        {
            "cell_type": "code",
            "id": f"code{number}",
            "metadata": {},
            "source": [source],
            "execution_count": number,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["apples\n"]}],
        }
        for number, source in enumerate(sources, start=1)
    ]
    text = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": [f"# {title}\n\n$a^2$"]}
    if is_rst:
        text |= {"cell_type": "raw", "metadata": {"raw_mimetype": "text/restructuredtext"}}
        text |= {"source": [f"{title}\n{'=' * len(title)}\n"]}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": [text, *code], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


NOTEBOOKS = (
    Subject(
        "sphinx-gallery",
        ("sphinx_gallery.gen_gallery",),
        {
            "scripts/GALLERY_HEADER.rst": "Gallery\n=======\n",
            "scripts/plot_one.py": '"""\nOne\n===\n"""\n\nprint("apples")\n',
            "scripts/plot_two.py": '"""\nTwo\n===\n"""\n\n# %%\n# Words.\n\nprint("two")\n',
            "index.rst": """
                Home
                ====

                .. toctree::

                   made/index
                   use
                   other
                """,
            "use.rst": """
                Use
                ===

                :ref:`sphx_glr_made_plot_one.py`
                """,
        },
        conf="""
            exclude_patterns = ["scripts"]
            sphinx_gallery_conf = {
                "examples_dirs": "scripts", "gallery_dirs": "made", "min_reported_time": 1000,
                "write_computation_times": False, "image_scrapers": (), "reset_modules": (),
            }
            """,
        deleted="use.rst",
        requires=("sphinx-gallery", "matplotlib"),
    ),
    Subject(
        "nbsphinx",
        ("nbsphinx", "sphinx.ext.mathjax"),
        {
            "book.ipynb": _notebook('print("apples")', "40 + 2", is_rst=True),
            "more.ipynb": _notebook('print("more")', title="More", is_rst=True),
            "gallery.rst": """
                Gallery
                =======

                .. nbgallery::

                   more
                """,
        },
        conf='nbsphinx_execute = "never"\n',
        config="nbsphinx_input_prompt=In %s",
        requires=("nbsphinx", "ipykernel"),
        deleted="gallery.rst",
    ),
    Subject(
        "myst-nb",
        ("myst_nb",),
        {
            "book.ipynb": _notebook('print("apples")', "40 + 2"),
            "text.md": """
                ---
                file_format: mystnb
                kernelspec:
                  name: python3
                ---
                # Text

                ```{code-cell}
                :tags: [hide-input]
                print("text")
                ```
                """,
        },
        conf='nb_execution_mode = "off"\n',
        config="nb_number_source_lines=1",
        deleted="text.md",
    ),
    Subject(
        "myst-nb-executed",
        ("myst_nb",),
        {
            "text.md": """
                ---
                file_format: mystnb
                kernelspec:
                  name: python3
                ---
                # Text

                ```{code-cell}
                print("apples")
                ```
                """,
        },
        conf='nb_execution_mode = "force"\n',
        requires=("myst-nb", "ipykernel"),
    ),
    Subject(
        "jupyter-sphinx",
        ("jupyter_sphinx",),
        {
            "cells.rst": """
                Cells
                =====

                .. jupyter-execute::

                   print("apples")

                .. jupyter-execute::
                   :hide-code:

                   40 + 2
                """,
        },
        config="jupyter_sphinx_linenos=1",
        requires=("jupyter-sphinx", "ipykernel"),
    ),
)
