"""Makes the reference of the manual from the code, so that it says what the code does."""

from pronghorn import Content, Metadata

from . import (
    api,
    bundled,
    commands,
    configuration,
    ecosystem,
    extensions,
    internals,
    modules,
    reasons,
    signals,
    warnings,
)

PAGES = (signals, configuration, warnings, commands, reasons, extensions, ecosystem, api, modules, bundled, internals)


def make_pages(site):
    for page in PAGES:
        site.make_page(
            site.default_url(page.DOCNAME),
            metadata=Metadata(title=page.TITLE),
            output=Content(page.TYPE, page.render()),
        )


def setup(app):
    app.add_object_type("signal", "signal", "pair: %s; signal", objname="signal")
    app.add_object_type("warningkind", "warningkind", "pair: %s; kind of warning", objname="kind of warning")
    app.add_object_type("sourcefile", "sourcefile", objname="source file")
    app.connect("autodoc-process-signature", api.hide_signature)
    app.connect("autodoc-process-docstring", api.hide_parameters)


def register_plugin(site):
    site.signals.processors_init.connect(make_pages)
