"""An extension as somebody writes it who has never heard of a cache, in eight styles."""

from __future__ import annotations

_EXTENSION = """
import functools
import json
import os
from collections import Counter
from docutils import nodes
from docutils.parsers.rst import Directive


class EnvDirective(Directive):
    required_arguments = 1

    @property
    def env(self):
        return self.state.document.settings.env


# 1. A file that a cached function reads once.
@functools.lru_cache
def words(folder):
    file = os.path.join(folder, "data", "words.txt")
    return open(file).read().strip() if os.path.exists(file) else "no words"


class Words(EnvDirective):
    def run(self):
        return [nodes.paragraph("", words(str(self.env.srcdir)) + " " + self.arguments[0])]


# 2. One table in memory and on the environment; nobody purges it.
class Table:
    entries = {}


class Entry(EnvDirective):
    def run(self):
        Table.entries[self.arguments[0]] = self.env.docname
        return []


# 3. An object that is made when it is first needed, of a class with an argument.
class Register:
    def __init__(self, language):
        self.language = language
        self.names = []


class Keep(EnvDirective):
    def run(self):
        if not hasattr(self.env, "foreign_register"):
            self.env.foreign_register = Register("en")
        self.env.foreign_register.names.append((self.env.docname, self.arguments[0]))
        return [nodes.paragraph("", "kept in " + self.env.foreign_register.language)]


def purge(app, env, docname):
    if hasattr(env, "foreign_register"):
        names = env.foreign_register.names
        env.foreign_register.names = [pair for pair in names if pair[0] != docname]


# 4. Data of no domain.
class Data(EnvDirective):
    def run(self):
        self.env.domaindata.setdefault("foreign", {}).setdefault("seen", Counter())[self.arguments[0]] += 1
        return []


# 5. What is filled in when all pages are read.
def updated(app, env):
    for docname in env.found_docs:
        env.metadata[docname]["foreign_length"] = len(env.titles[docname].astext()) + EXTRA
    return []


# 6. A list of all titles that a handler makes once.
@functools.cache
def all_titles(env):
    return " ".join(title.astext() for name, title in sorted(env.titles.items()))


# 7. A set.
class Name(EnvDirective):
    def run(self):
        if not hasattr(self.env, "foreign_names"):
            self.env.foreign_names = set()
        self.env.foreign_names.add((self.env.docname, self.arguments[0]))
        return []


def purge_names(app, env, docname):
    if hasattr(env, "foreign_names"):
        env.foreign_names = {pair for pair in env.foreign_names if pair[0] != docname}


# 8. What is collected of doctrees, in a table that is made again when a build starts.
def begin(app):
    app.env.foreign_words = dict(getattr(app.env, "foreign_words", {}))
    app.env.foreign_table = Table.entries


def count(app, doctree):
    app.env.foreign_words[app.env.docname] = len(doctree.astext().split())


def purge_words(app, env, docname):
    env.foreign_words.pop(docname, None)


def merge(app, env, docnames, other):
    Table.entries.update(other.foreign_table)
    env.foreign_words.update((name, number) for name, number in other.foreign_words.items() if name in docnames)
    if hasattr(other, "foreign_register"):
        if not hasattr(env, "foreign_register"):
            env.foreign_register = Register("en")
        env.foreign_register.names += [pair for pair in other.foreign_register.names if pair[0] in docnames]
    if hasattr(other, "foreign_names"):
        env.foreign_names = getattr(env, "foreign_names", set()) | other.foreign_names
    seen = other.domaindata.get("foreign", {}).get("seen")
    if seen:
        env.domaindata.setdefault("foreign", {}).setdefault("seen", Counter()).update(seen)


class shown(nodes.General, nodes.Element):
    pass


class Show(EnvDirective):
    def run(self):
        return [shown(what=self.arguments[0])]


def resolved(app, doctree, docname):
    env = app.env
    for node in [*doctree.findall(shown)]:
        found = {
            "table": lambda: sorted(env.foreign_table.items()),
            "register": lambda: sorted(getattr(getattr(env, "foreign_register", None), "names", [])),
            "data": lambda: sorted(env.domaindata.get("foreign", {}).get("seen", {}).items()),
            "lengths": lambda: [env.metadata[name].get("foreign_length") for name in sorted(env.found_docs)],
            "titles": lambda: all_titles(env),
            "names": lambda: sorted(getattr(env, "foreign_names", ())),
            "words": lambda: sorted(env.foreign_words.items()),
        }[node["what"]]()
        node.replace_self([nodes.paragraph("", json.dumps(found))])


EXTRA = NUMBER


def setup(app):
    app.add_node(shown)
    for name, directive in [
        ("foreign-words", Words), ("foreign-entry", Entry), ("foreign-keep", Keep), ("foreign-data", Data),
        ("foreign-name", Name), ("foreign-show", Show),
    ]:
        app.add_directive(name, directive)
    for event, handler in [
        ("env-purge-doc", purge), ("env-purge-doc", purge_names), ("env-purge-doc", purge_words),
        ("env-updated", updated), ("env-merge-info", merge), ("builder-inited", begin), ("doctree-read", count),
        ("doctree-resolved", resolved),
    ]:
        app.connect(event, handler)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""

FOREIGN_FILE = "ext/foreign_ext.py"
FOREIGN_CODE = tuple(_EXTENSION.replace("NUMBER", number) for number in ("0", "1"))
FOREIGN_MARKUP = (
    ".. foreign-words:: here",
    ".. foreign-entry:: first",
    ".. foreign-entry:: second",
    ".. foreign-keep:: one",
    ".. foreign-keep:: two",
    ".. foreign-data:: a",
    ".. foreign-data:: b",
    ".. foreign-name:: x",
    *(f".. foreign-show:: {what}" for what in ("table", "register", "data", "lengths", "titles", "names", "words")),
)
"""What each style offers pages, and where pages show what was collected of all."""
