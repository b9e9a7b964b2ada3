"""Extensions that document code, and programs."""

from __future__ import annotations

from tests.ecosystem.sets.own import CIRCLE, DOCUMENTED, PACKAGE
from tests.ecosystem.subject import Subject
from tests.extension_sites.case import Edit
from tests.extension_sites.programs import DOT

_PARSER = '''
    """A tool."""

    import argparse


    def make_parser():
        parser = argparse.ArgumentParser("tool", description="Sorts apples.")
        parser.add_argument("--loud", help="Be loud.")
        commands = parser.add_subparsers()
        commands.add_parser("pick", help="Pick them.")
        return parser
    '''

_DOXYGEN = {
    "xml/index.xml": """
        <?xml version='1.0' encoding='UTF-8'?>
        <doxygenindex version="1.9.8">
          <compound refid="tree_8h" kind="file"><name>tree.h</name>
            <member refid="tree_8h_1a1" kind="function"><name>grow</name></member>
          </compound>
        </doxygenindex>
        """,
    "xml/tree_8h.xml": """
        <?xml version='1.0' encoding='UTF-8'?>
        <doxygen version="1.9.8">
          <compounddef id="tree_8h" kind="file" language="C++">
            <compoundname>tree.h</compoundname>
            <sectiondef kind="func">
              <memberdef kind="function" id="tree_8h_1a1" prot="public" static="no" const="no" explicit="no"
                inline="no" virt="non-virtual">
                <type>int</type>
                <definition>int grow</definition>
                <argsstring>(int years)</argsstring>
                <name>grow</name>
                <param><type>int</type><declname>years</declname></param>
                <briefdescription><para>Grows apples.</para></briefdescription>
                <detaileddescription></detaileddescription>
                <inbodydescription></inbodydescription>
                <location file="tree.h" line="1" column="1"/>
              </memberdef>
            </sectiondef>
            <briefdescription></briefdescription>
            <detaileddescription></detaileddescription>
            <location file="tree.h"/>
          </compounddef>
        </doxygen>
        """,
}

CODE = (
    Subject(
        "sphinxcontrib-programoutput",
        ("sphinxcontrib.programoutput",),
        {
            "output.rst": """
                Output
                ======

                .. program-output:: echo apples

                .. command-output:: printf '%s' two
                """,
        },
        config="programoutput_prompt_template=% {command}\n{output}",
    ),
    Subject(
        "sphinxcontrib-autoprogram",
        ("sphinxcontrib.autoprogram",),
        {
            "tool.py": _PARSER,
            "tool.rst": """
                Tool
                ====

                .. autoprogram:: tool:make_parser()
                   :prog: tool

                See :option:`tool --loud`.
                """,
        },
    ),
    Subject(
        "sphinx-argparse",
        ("sphinxarg.ext",),
        {
            "tool.py": _PARSER,
            "tool.rst": """
                Tool
                ====

                .. argparse::
                   :module: tool
                   :func: make_parser
                   :prog: tool
                """,
            "index-of-commands.rst": """
                Commands
                ========

                See :ref:`the index <commands-index>`.
                """,
        },
        conf="sphinx_argparse_conf = {'build_commands_index': True}\n",
        config=Edit("conf.py", "{'build_commands_index': True}", "{}"),
    ),
    Subject(
        "sphinx-click",
        ("sphinx_click",),
        {
            "tool.py": '''
                """A tool."""

                import click


                @click.group()
                @click.option("--loud", envvar="LOUD", help="Be loud.")
                def main(loud):
                    """Sort apples."""


                @main.command()
                @click.argument("basket")
                def pick(basket):
                    """Pick them."""
                ''',
            "tool.rst": """
                Tool
                ====

                .. click:: tool:main
                   :prog: tool
                   :nested: full
                """,
        },
        config="sphinx_click_mock_imports=none",
    ),
    Subject(
        "sphinx-autodoc-typehints",
        ("sphinx.ext.autodoc", "sphinx_autodoc_typehints"),
        DOCUMENTED,
        config="always_document_param_types=1",
        deleted="square.rst",
    ),
    Subject(
        "numpydoc",
        ("sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"),
        {
            "baskets.py": '''
                """Baskets."""


                class Basket:
                    """Holds apples.

                    Parameters
                    ----------
                    size : int
                        How many.

                    See Also
                    --------
                    fill : Does it.
                    """

                    def __init__(self, size):
                        self.size = size

                    def empty(self):
                        """Take all out."""


                def fill(basket, times=1):
                    """Fill a basket.

                    Parameters
                    ----------
                    basket : Basket
                        Which one [1]_.

                    References
                    ----------
                    .. [1] A book.
                    """
                ''',
            "api.rst": """
                API
                ===

                .. autoclass:: baskets.Basket

                .. autofunction:: baskets.fill
                """,
        },
        config="numpydoc_show_class_members=0",
    ),
    Subject(
        "sphinx-autoapi",
        ("autoapi.extension",),
        {
            **PACKAGE,
            "use.rst": """
                Use
                ===

                :py:class:`shapes.circle.Circle` and :doc:`autoapi/index`
                """,
        },
        conf='autoapi_dirs = ["shapes"]\n',
        config="autoapi_member_order=groupwise",
        deleted="use.rst",
    ),
    Subject(
        "sphinx-autodoc2",
        ("myst_parser", "autodoc2"),
        {
            **PACKAGE,
            "use.rst": """
                Use
                ===

                :py:class:`shapes.circle.Circle` and :doc:`apidocs/index`

                .. autodoc2-summary::

                   shapes.square.double
                """,
        },
        conf='autodoc2_packages = ["shapes"]\n',
        config="autodoc2_index_template=none",
        deleted="use.rst",
    ),
    Subject(
        "breathe",
        ("breathe",),
        {
            **_DOXYGEN,
            "tree.rst": """
                Tree
                ====

                .. doxygenfile:: tree.h

                See :cpp:func:`grow`.
                """,
            "function.rst": """
                Function
                ========

                .. doxygenfunction:: grow
                   :no-link:
                """,
        },
        conf='breathe_projects = {"tree": "xml"}\nbreathe_default_project = "tree"\n',
        config="breathe_show_define_initializer=1",
        deleted="tree.rst",
    ),
    Subject(
        "sphinx-automodapi",
        ("sphinx.ext.autodoc", "sphinx.ext.graphviz", "sphinx.ext.inheritance_diagram", "sphinx_automodapi.automodapi"),
        {
            **PACKAGE,
            "modules.rst": """
                Modules
                =======

                .. automodapi:: shapes.circle

                .. automodapi:: shapes.square
                   :no-inheritance-diagram:
                """,
        },
        config="automodsumm_inherited_members=1",
        programs={"dot": DOT},
    ),
    Subject(
        "sphinx-paramlinks",
        ("sphinx.ext.autodoc", "sphinx_paramlinks"),
        {
            **DOCUMENTED,
            "use.rst": """
                Use
                ===

                See :paramref:`shapes.square.double.times`.
                """,
        },
        config="paramlinks_hyperlink_param=link_symbol",
        deleted="square.rst",
    ),
    Subject(
        "sphinx-codeautolink",
        ("sphinx.ext.autodoc", "sphinx_codeautolink"),
        {
            **DOCUMENTED,
            "use.rst": """
                Use
                ===

                .. code-block:: python

                   from shapes.circle import Circle
                   from shapes.square import double

                   circle = Circle(2)
                   circle.area()
                   double(circle)

                .. autolink-examples:: shapes.circle.Circle
                """,
        },
        config="codeautolink_search_css_classes=none",
        deleted="square.rst",
    ),
    Subject(
        "enum-tools",
        ("sphinx.ext.autodoc", "enum_tools.autoenum"),
        {
            "fruit.py": '''
                """Fruit."""

                from enum import Enum, Flag


                class Fruit(Enum):
                    """Such as apples."""

                    APPLE = 1
                    PEAR = 2


                class Taste(Flag):
                    """How it tastes."""

                    SWEET = 1
                    SOUR = 2
                ''',
            "fruit.rst": """
                Fruit
                =====

                .. autoenum:: fruit.Fruit
                   :members:

                .. autoflag:: fruit.Taste
                   :members:

                :py:enum:mem:`fruit.Fruit.APPLE`
                """,
        },
        requires=("enum-tools[sphinx]",),
        alone=True,
    ),
    Subject(
        "autodoc-pydantic",
        ("sphinx.ext.autodoc", "sphinxcontrib.autodoc_pydantic"),
        {
            "models.py": '''
                """Models."""

                from pydantic import BaseModel, Field, field_validator


                class Basket(BaseModel):
                    """Holds apples."""

                    size: int = Field(3, ge=0, description="How many.")
                    name: str = "basket"

                    @field_validator("name")
                    @classmethod
                    def has_name(cls, name):
                        """Want a name."""
                        return name
                ''',
            "models.rst": """
                Models
                ======

                .. autopydantic_model:: models.Basket
                """,
        },
        config="autodoc_pydantic_model_show_json=0",
        requires=("autodoc-pydantic", "pydantic"),
    ),
    Subject(
        "sphinxcontrib-apidoc",
        ("sphinx.ext.autodoc", "sphinxcontrib.apidoc"),
        {
            **PACKAGE,
            "use.rst": """
                Use
                ===

                :py:class:`shapes.circle.Circle` and :doc:`api/modules`
                """,
        },
        conf='apidoc_module_dir = "shapes"\napidoc_separate_modules = True\n',
        config="apidoc_module_first=1",
        deleted="use.rst",
    ),
    Subject(
        "sphinx-code-include",
        ("sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx.ext.intersphinx", "code_include.extension"),
        {
            **PACKAGE,
            "circle.rst": CIRCLE,
            "use.rst": """
                Use
                ===

                About apples.

                .. code-include:: :func:`shapes.square.double`
                """,
        },
        deleted="use.rst",
    ),
    Subject(
        "sphinx-prompt",
        ("sphinx-prompt",),
        {
            "prompt.rst": """
                Prompt
                ======

                .. prompt:: bash $

                   echo apples

                .. prompt:: python >>> auto

                   >>> 1 + 1
                   2
                """,
        },
    ),
    Subject(
        "sphinx-substitution-extensions",
        ("sphinx_substitution_extensions",),
        {
            "code.rst": """
                Code
                ====

                .. code-block:: shell
                   :substitutions:

                   echo |fruit| apples

                :substitution-code:`echo |fruit|`
                """,
        },
        conf='fruit = "pears"\nrst_prolog = f".. |fruit| replace:: {fruit}"\n',
        config=Edit("conf.py", '"pears"', '"plums"'),
    ),
    Subject(
        "sphinx-jinja",
        ("sphinx_jinja",),
        {
            "made.rst": """
                Made
                ====

                .. jinja:: fruit

                   {% for name in names %}
                   * {{ name }}
                   {% endfor %}

                .. jinja:: fruit
                   :file: names.jinja
                """,
            "names.jinja": "Some apples and {{ names|join(', ') }}.\n",
        },
        conf='jinja_contexts = {"fruit": {"names": ["pear", "plum"]}}\n',
        config=Edit("conf.py", '"plum"', '"fig"'),
    ),
    Subject(
        "sphinxcontrib-datatemplates",
        ("sphinxcontrib.datatemplates",),
        {
            "data.rst": """
                Data
                ====

                .. datatemplate:json:: fruit.json
                   :template: fruit.tmpl

                .. datatemplate:yaml::
                   :source: fruit.yaml

                   {% for one in data %}
                   * {{ one }}
                   {% endfor %}
                """,
            "fruit.json": '{"fruit": "apples"}\n',
            "fruit.yaml": "- pear\n- plum\n",
            "_templates/fruit.tmpl": "Some {{ data.fruit }}.\n",
        },
        conf='templates_path = ["_templates"]\nexclude_patterns = ["_templates"]\n',
        requires=("sphinxcontrib-datatemplates", "pyyaml"),
    ),
)
