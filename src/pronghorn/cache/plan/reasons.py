"""Why a page was not taken from the cache, or is not kept in it, in words."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """What a kind of reason is called, in a clause that fits after "because"."""

    kind: str
    text: str
    """``{name}`` stands for the name, such as that of a file."""
    without_name: str = ""
    """Said if the reason has no name, where *text* needs one."""


WORDINGS = (
    # Of reading
    Wording("new", "no earlier build knows this page"),
    Wording("source", "its source has changed"),
    Wording("generated", "what a plugin made of it has changed"),
    Wording("file", "the file {name}, which it includes or reads, has changed"),
    Wording("file-appeared", "the file {name}, which it looks for, is there now"),
    Wording("file-vanished", "the file {name}, which it includes or reads, is gone"),
    Wording("folder", "the list of files in the folder {name} has changed"),
    Wording("exists", "the file {name}, which it looks for, has appeared or vanished"),
    Wording("state", "something else is in {name} by now"),
    Wording("variable", "the environment variable {name} has changed"),
    Wording("module", "the Python module {name} has changed"),
    Wording("document", "the page {name} has appeared or vanished"),
    Wording("document-of", "the file {name} belongs to another page, or to none"),
    Wording("documents", "pages have appeared or vanished, and it asks for the list of all pages"),
    Wording("glob", "the pages that match {name} are others"),
    Wording("config", "the configuration value {name} has changed", "the configuration has changed"),
    Wording("env", "what an extension keeps as {name} has changed", "what an extension keeps has changed"),
    Wording("date", "it shows the date, which has changed"),
    Wording("srcdir", "the site or its output lies in another folder, and it says which"),
    Wording("cwd", "the build was started in another folder, from where files that it includes are named"),
    Wording("url", "the URL of {name} has changed"),
    Wording("listing", "what is listed on {name} has changed", "what is listed on it has changed"),
    Wording(
        "term",
        "the term {name} has appeared or vanished, or its page has another name",
        "a term of the site has changed",
    ),
    Wording("terms", "terms of {name} have appeared or vanished", "terms have appeared or vanished"),
    Wording("terms-of", "the terms of the page {name} have changed", "the terms of a page have changed"),
    Wording("tagged", "the pages of the term {name} are others", "the pages of a term are others"),
    Wording("taxonomy", "the taxonomy {name} has changed", "a taxonomy has changed"),
    Wording("site", "titles, URLs or metadata of other pages have changed, and it asks for them"),
    Wording("query", "the result of a query has changed: {name}", "the result of a query has changed"),
    Wording("hidden", "the page {name} is a draft by now, or is none any more"),
    Wording("now", "the time of the build has changed, and it asks for it"),
    Wording(
        "plugins",
        "the code or the table of the plugin {name} has changed",
        "the code or the tables of plugins have changed",
    ),
    Wording("extension", "the extension {name} has changed", "the list of extensions has changed"),
    Wording("version", "there is another version of {name}", "there is another version of the software"),
    Wording(
        "collision",
        "{name} is defined by another page as well, so it is read in each build",
        "it defines what another page defines as well, so it is read in each build",
    ),
    Wording("twice", "{name} is defined by another page as well, where something has changed"),
    Wording(
        "unmerged", "the extension that keeps {name} does not merge what it has changed there, so it is read each time"
    ),
    Wording(
        "silent",
        "{name} of an extension that does not say whether it is safe for parallel reading runs for it or for a page"
        " before it, so it is read in each clone, and after a change that concerns all pages",
        "an extension that does not say whether it is safe for parallel reading has part in it, so it is read in each"
        " clone, and after a change that concerns all pages",
    ),
    Wording(
        "unsafe",
        "the extension {name} is not safe for parallel reading, so pages are read in each clone, and after a change"
        " that concerns all of them",
        "an extension is not safe for parallel reading, so pages are read in each clone, and after a change that"
        " concerns all of them",
    ),
    Wording(
        "internal",
        "{name}, as it is here, is not known to this Pronghorn, so pages are read in each build",
        "something of Sphinx, as it is here, is not known to this Pronghorn, so pages are read in each build",
    ),
    Wording("program", "reading it runs {name}; what that looks at is not known, so it is read in each build"),
    Wording(
        "changes", "reading it changes {name}, so it is read in each build; app.env.metadata keeps values with a page"
    ),
    Wording("unsuitable", "{name}, so it is read in each build", "it cannot be kept, so it is read in each build"),
    Wording("always", "it asks to be read in each build"),
    Wording("asked", "an extension wants it to be read"),
    Wording("fresh", "all pages are to be read, as -E says"),
    Wording("cache-off", "the cache is switched off"),
    Wording("damaged", "its entry in the cache is damaged or gone"),
    Wording("check", "reading it gave something else than the cache holds"),
    Wording("all", "all pages were asked for (-a)"),
    Wording("artifact", "the file {name}, which a plugin makes for it, is not kept any more"),
    # Of writing
    Wording("taken", "something has come to lie where a plugin puts {name}, or is gone from there"),
    Wording("doctree", "its own content has changed"),
    Wording("title", "the title of {name} has changed", "a title has changed"),
    Wording("toc", "the table of contents of {name} has changed", "a table of contents has changed"),
    Wording("label", "the label {name} has changed", "a label has changed"),
    Wording("object", "where {name} is documented has changed", "where an object is documented has changed"),
    Wording("number", "the numbering of {name} has changed", "the numbering has changed"),
    Wording("metadata", "the metadata of {name} have changed", "metadata of a page have changed"),
    Wording("navigation", "the navigation has changed"),
    Wording("relation", "the page before, after or above {name} has changed", "a neighbouring page has changed"),
    Wording("place", "it shows where the {name} lies, which is elsewhere now"),
    Wording("template", "the template {name} has changed", "a template has changed"),
    Wording("theme", "the theme's {name} has changed", "the theme or its options have changed"),
    Wording("static", "the static file {name} has changed", "a static file has changed"),
    Wording(
        "handler", "{name}, which takes part in writing, has changed", "code that takes part in writing has changed"
    ),
    Wording(
        "output",
        "{name} in the output folder was missing, or changed by something else",
        "its file in the output folder was missing, or changed by something else",
    ),
    Wording("builder", "this builder has not written it before"),
    # Of not being kept
    Wording(
        "incomparable",
        "what it depends on cannot be compared with that of other builds: {name}",
        "what it depends on cannot be compared with that of other builds",
    ),
    Wording("unsettled", "while it was made, {name}", "while it was made, something that it depends on has changed"),
    Wording("spoilt", "its output cannot be used another time: {name}", "its output cannot be used another time"),
    Wording("unwritten", "pages are written without the cache: {name}", "pages are written without the cache"),
    Wording("store", "the page cache keeps nothing: {name}", "the page cache keeps nothing by now"),
    Wording("untaken", "it is too large for the page cache, or is gone from there again"),
)
"""Each kind once. The kinds of dependencies that manifests record are among them."""


class Reason(NamedTuple):
    """The first thing that had changed. As a string, a clause that fits after "because"."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Say it in words, for any kind."""
        wording = next((wording for wording in WORDINGS if wording.kind == self.kind), None)
        if wording is None:
            return f"something it depends on has changed: {' '.join(filter(None, self))}"
        text = wording.text if self.name else wording.without_name or wording.text
        return text.replace("{name}", self.name or "something")
