"""The Sphinx extension: what is made when Sphinx sets it up."""

from __future__ import annotations

import functools
from typing import Any

from sphinx.application import Sphinx

from pronghorn.documents.generated import FILE_TYPE, SUFFIXES, make_parser
from pronghorn.documents.listings import SortListings
from pronghorn.documents.term_role import make_role
from pronghorn.documents.unpublished import make_transform
from pronghorn.documents.visiting import Visitor
from pronghorn.errors import PronghornError
from pronghorn.extension.listeners import Listeners, told_to_sphinx
from pronghorn.extension.loading import SiteMaker, add_config_values, cache_dir, read_settings
from pronghorn.html_document.link_resolver import LinkResolver
from pronghorn.incremental.cached_build import CachedBuild
from pronghorn.output.file_lists import OutputList
from pronghorn.seam.capability import INSTEAD, Capability
from pronghorn.seam.register import WAY_OUT, changed_among
from pronghorn.site.site import Site

_ATTRIBUTE = "pronghorn_site"


def site_of(app: Sphinx) -> Site:
    """Return the site of a Sphinx application that has Pronghorn among its extensions."""
    site: Site = getattr(app, _ATTRIBUTE)
    return site


@told_to_sphinx
def setup_extension(app: Sphinx, version: str) -> dict[str, Any]:
    """Load the site's plugins and connect everything."""
    changed = changed_among(Capability.DOCUMENTS)
    if changed is not None:
        raise PronghornError(f"{INSTEAD[Capability.DOCUMENTS]}: {changed.change}. {WAY_OUT}")
    add_config_values(app)
    settings = read_settings(app)
    maker = SiteMaker(app, settings)
    site = maker.make()
    setattr(app, _ATTRIBUTE, site)
    for suffix in SUFFIXES.values():
        app.add_source_suffix(suffix, FILE_TYPE)
    app.add_source_parser(make_parser(site))
    app.add_post_transform(make_transform(site))
    LinkResolver(lambda docname: page.url if (page := site.find(docname)) is not None else None).connect(app)
    file_lists = functools.partial(OutputList, app, cache_dir(settings))
    visitor = Visitor(app, site, file_lists)
    cached = CachedBuild(app, site, settings, cache_dir(settings), file_lists, in_the_way=visitor.in_the_way)
    if site.taxonomies:
        app.add_role("taxonomy", make_role(site))
        app.add_post_transform(SortListings)
    Listeners(app, site, settings, maker, cached, visitor=visitor, file_lists=file_lists).connect()
    return {"version": version, "parallel_read_safe": True, "parallel_write_safe": True}
