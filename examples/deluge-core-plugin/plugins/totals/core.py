"""The core of the plugin: a class whose hooks are called while the site is built."""

from dataclasses import asdict

from pronghorn import Content, Metadata, hookimpl

from .common import Preferences


class Core:
    def __init__(self, site):
        self.config = site.config.update_plugin_table("totals", Preferences())
        self.total_pages = 0
        self.total_bytes = 0

    @hookimpl
    def plugins_loaded(self, site):
        """Begin, as the tutorial's `enable()` does."""
        site.log.info("totals are kept of: %s", ", ".join(self.config.formats))

    @hookimpl
    def page_added(self, page):
        if page.source and page.source.ext in self.config.formats:
            self.total_pages += 1
            self.total_bytes += len(page.source.read_bytes())

    @hookimpl
    def processors_init(self, site):
        """Make a page of the totals."""
        lines = [f"# {self.config.title}", "", f"Read: {self.config.in_units(self.total_bytes)}."]
        if self.config.show_pages:
            lines += ["", f"Pages: {self.total_pages}."]
        lines += ["", "## Preferences", "", *(f"- `{key}`: `{value!r}`" for key, value in self.get_config().items())]
        site.make_page("totals", metadata=Metadata(title=self.config.title), output=Content("md", "\n".join(lines)))

    @hookimpl
    def site_finished(self, site):
        """End, as the tutorial's `disable()` does."""
        site.log.info("%d pages, %s", self.total_pages, self.config.in_units(self.total_bytes))

    def get_config(self):
        """Return all preferences as a dictionary. In the tutorial, the browser's part calls this over RPC."""
        return asdict(self.config)
