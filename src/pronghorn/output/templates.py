"""The template environment, and what each page's template gets."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from sphinx.builders import Builder
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.site.site import Site
from pronghorn.taxonomies.declaration import TEMPLATE, TERM_TEMPLATE
from pronghorn.templating.names import own_names
from pronghorn.warnings import WarningKind


def environment_of(builder: Builder) -> Environment | None:
    """Return the builder's Jinja environment; None if it renders no Jinja templates."""
    if isinstance(builder, SerializingHTMLBuilder):  # json, pickle: they store the context in place of rendering it
        return None
    environment = getattr(getattr(builder, "templates", None), "environment", None)
    return environment if isinstance(environment, Environment) else None


def prepare_environment(builder: Builder, site: Site) -> None:
    """Let plugins add filters, globals and tests."""
    environment = environment_of(builder)
    if environment is None:
        return
    own_names(environment, site.supervisor)
    site.signals.jinja_environment_prepared.emit(environment, site)


def prepare_page(builder: Builder, site: Site, pagename: str, templatename: str, context: dict[str, Any]) -> str | None:
    """Return the template ``site`` and ``page``, and choose it if the page asks for one.

    :return: the name of the template; None to leave it as it is.
    """
    page = site.pages.find(pagename)
    if environment_of(builder) is not None:
        context.setdefault("site", site)
        context.setdefault("page", page)
    if page is None:
        return None
    chosen = _template_of(builder, site, page, templatename)
    site.signals.page_rendering.emit(page, context)
    return chosen


def _template_of(builder: Builder, site: Site, page: Page, default: str) -> str | None:
    environment, metadata = environment_of(builder), page.metadata if page.metadata is not None else Metadata()
    if environment is None:
        return None
    asked = metadata.get("template")
    if asked is not None:
        name = f"{asked}".removesuffix(".html") + ".html"
        if _exists(environment, name):
            return name
        site.supervisor.reporter.warning(
            WarningKind.TEMPLATE,
            f"the page asks for the template '{asked}', and there is no '{name}' in templates_path or the theme;"
            f" '{default}' is used",
            location=page.docname,
        )
    return _template_for_type(builder, environment, metadata.get("type")) or _template_for_listing(
        builder, environment, site, page
    )


def _template_for_type(builder: Builder, environment: Environment, type_: object) -> str | None:
    """Find a template named as the page's type: one that the site added, never one that changes the theme's own."""
    if not isinstance(type_, str) or not type_.isidentifier():
        return None
    name = type_ + ".html"
    return name if _is_site_own(builder, name) and not _exists(environment, "!" + name) else None


def _template_for_listing(builder: Builder, environment: Environment, site: Site, page: Page) -> str | None:
    """Find the template for a page of a taxonomy. If the configuration names a template, it must exist."""
    if not site.taxonomies:
        return None
    if page.term is not None:
        key, name, default = page.term.taxonomy.key, page.term.taxonomy.term_template, TERM_TEMPLATE
    elif page.taxonomy is not None:
        key, name, default = page.taxonomy.key, page.taxonomy.template, TEMPLATE
    else:
        return None
    if _is_site_own(builder, name) or (name != default and _exists(environment, name)):
        return str(name)
    if name != default:
        site.supervisor.reporter.warning(
            WarningKind.TEMPLATE,
            f"the taxonomy '{key}' asks for the template '{name}', and there is none in templates_path or the theme",
            location=page.docname,
        )
    return None


def _is_site_own(builder: Builder, name: str) -> bool:
    return any((builder.confdir / folder / name).is_file() for folder in builder.config.templates_path)


def _exists(environment: Environment, name: str) -> bool:
    try:
        environment.get_template(name)
    except Exception as error:  # noqa: BLE001 - a template that exists and is broken shows when it is rendered
        return type(error).__name__ != "TemplateNotFound"
    return True
