"""The directive ``page-list``: a query in a page, shown as links, or as a template makes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, is_directive_registered

from pronghorn.errors import Place, QueryError, did_you_mean
from pronghorn.model.page import Page
from pronghorn.queries.fields import text_of
from pronghorn.queries.query import ARGUMENTS
from pronghorn.queries.results import PageGroup, Result
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

NAME = "page-list"
_ARGUMENTS = (*ARGUMENTS, "group")
_OPTIONS = (*_ARGUMENTS, "template")
_FLAGS = frozenset({"reverse", "draft"})


class _AnyOptions(dict[str, Any]):
    """Takes any option, so that the warning about a misspelt one can suggest the nearest name, in rst and in MyST."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, _name: str) -> Any:
        return directives.unchanged


class PageList(SphinxDirective):
    """Lists the pages that a query finds, without the page that it is on."""

    site: Site
    option_spec = _AnyOptions()

    def run(self) -> list[nodes.Node]:
        """Return the list; nothing, and a warning, if it cannot be made."""
        try:
            result = self._result()
            template = self.options.get("template")
            return self._rendered(template, result) if template else _links(result, self.env.docname)
        except QueryError as error:
            return self._warn(error.message)
        except TemplateError as error:
            return self._warn(f"template '{self.options['template']}': {_said(error)}")

    def _result(self) -> Result:
        for name in self.options:
            if name not in _OPTIONS:
                raise QueryError(f"there is no option '{name}'{did_you_mean(name, _OPTIONS, tells_all=True)}")
        texts = {name: value or "" for name, value in self.options.items() if name in _ARGUMENTS}
        given: dict[str, Any] = {name: text for name, text in texts.items() if text or name in _FLAGS}
        given["exclude"] = [*given.get("exclude", "").split(), _literal(self.env.docname)]
        by = given.pop("group", None)
        return self.site.query(**given) if by is None else self.site.query_groups(by=by, **given)

    def _rendered(self, name: str, result: Result) -> list[nodes.Node]:
        """Render a template, and parse what it gives as the page's own markup."""
        folders = [Path(self.site.app.confdir, folder) for folder in self.config.templates_path]
        for file in (folder / name for folder in folders):
            if file.is_file():
                self.env.note_dependency(str(file))
        names = ("groups", "pages") if self.options.get("group") else ("pages", "groups")
        shown = dict(zip(names, (result, []), strict=True))
        template = _environment(folders).get_template(name)
        text = template.render(site=self.site, page=self.site.find(self.env.docname), **shown)
        return self.parse_text_to_nodes(text)

    def _warn(self, message: str) -> list[nodes.Node]:
        source, line = self.get_source_info()
        reporter = self.site.supervisor.reporter
        reporter.warning(WarningKind.QUERY, f"{NAME}: {message}", location=Place(Path(source), line))
        return []


def register(site: Site) -> None:
    """Add the directive, unless another extension has one of that name."""
    if not is_directive_registered(NAME):
        site.app.add_directive(NAME, type("PageList", (PageList,), {"site": site}))


def _environment(folders: list[Path]) -> Environment:
    """Make an environment for templates of markup, in which no character is special for HTML."""
    loader = FileSystemLoader(folders)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701


def _said(error: TemplateError) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no '{error.name}' in the folders of templates_path"
    line = getattr(error, "lineno", None)  # only errors of syntax know it
    return f"line {line}: {error.message}" if line else str(error.message or error)


def _literal(docname: str) -> str:
    """Return the pattern that a docname alone matches."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in docname)


def _links(result: Result, docname: str) -> list[nodes.Node]:
    if not result:
        return []
    items = nodes.bullet_list()
    for found in result:
        items += _group(found, docname) if isinstance(found, PageGroup) else _item(_link(found, docname))
    return [items]


def _group(group: PageGroup, docname: str) -> nodes.list_item:
    key = text_of(group.key)
    item = _item(nodes.strong(key, key))
    item += _links(group.pages, docname)
    return item


def _item(shown: nodes.Node) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", "", shown))


def _link(page: Page, docname: str) -> addnodes.pending_xref:
    """Make the reference that the role ``doc`` makes: its text is the title, which is known when pages are written."""
    target = "/" + page.docname
    text = nodes.inline(target, target, classes=["xref", "std", "std-doc"])
    return addnodes.pending_xref(
        "", text, refdomain="std", reftype="doc", refexplicit=False, refwarn=True, reftarget=target, refdoc=docname
    )
