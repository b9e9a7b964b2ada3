"""The page about the bundled plugins, from their docstrings and the classes of their options."""

import ast
import inspect

from pronghorn.resources import shipped

DOCNAME = "reference/bundled-plugins"
TITLE = "Bundled plugins"
TYPE = "rst"

INTRODUCTION = """\
Bundled plugins
===============

They come with Pronghorn and are loaded when :confval:`pronghorn_plugins_enabled` names them.
:doc:`/howto/bundled-plugins` has an example.
"""


def render():
    return "\n".join([INTRODUCTION, *(_section(file) for file in plugin_files(shipped("plugins")))])


def plugin_files(folder):
    """The modules of all plugins in a folder, by the rules that Pronghorn has."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith(("_", ".")))
    found = [entry / "__init__.py" if entry.is_dir() else entry for entry in entries]
    return [file for file in found if file.suffix == ".py" and file.is_file()]


def _name(file):
    return file.parent.name if file.name == "__init__.py" else file.stem


def _section(file):
    name = _name(file)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = [tree]
    if file.name == "__init__.py":
        others = sorted(set(file.parent.rglob("*.py")) - {file})
        modules += [ast.parse(other.read_text(encoding="utf-8")) for other in others]
    heading = [f".. _plugin-{name}:", "", name, "-" * len(name), ""]
    return "\n".join([*heading, ast.get_docstring(tree) or "", "", *_options(modules)])


def _options(modules):
    """The fields of the class of which an instance is handed to ``update_plugin_table``."""
    nodes = [node for module in modules for node in ast.walk(module)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and _is_declaration(node)]
    classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
    declared = [classes[call.args[1].func.id] for call in calls]
    if declared:
        yield from ("Options:", "")
    for node in declared:
        for field, doc in _fields(node):
            yield from (f"``{field.target.id}``", f"   {doc}", "", f"   {_type_and_default(field)}", "")


def _is_declaration(call):
    return isinstance(call.func, ast.Attribute) and call.func.attr == "update_plugin_table"


def _fields(node):
    """The annotated names of a class, each with the docstring below it."""
    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and not statement.target.id.startswith("_"):
            yield statement, _text_of(following)


def _text_of(statement):
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(inspect.cleandoc(str(statement.value.value)).split())
    return ""


def _type_and_default(field):
    default = _default(field.value)
    return f"*{ast.unparse(field.annotation)}*" + (f", default ``{default}``" if default else ", must be given")


def _default(value):
    """The default as one would write it: ``[]`` for a field with the factory ``list``."""
    if not isinstance(value, ast.Call):
        return ast.unparse(value) if value is not None else ""
    given = {keyword.arg: keyword.value for keyword in value.keywords}
    factory = given.get("default_factory", given.get("factory"))
    if isinstance(factory, ast.Lambda):
        return ast.unparse(factory.body)
    if isinstance(factory, ast.Name):
        return {"list": "[]", "dict": "{}", "set": "set()"}.get(factory.id, f"{factory.id}()")
    return ast.unparse(given["default"]) if "default" in given else ""
