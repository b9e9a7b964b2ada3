"""A hello world plugin: a class with hooks, and a function that registers it."""

from pronghorn import Content, Metadata, hookimpl

__version__ = "1.0.0"


class HelloWorldPlugin:
    def __init__(self, log):
        self.log = log
        self.visitors = []

    @hookimpl
    def plugins_loaded(self):
        """Called once, when all plugins are loaded. The signal gives the site; this hook does not ask for it."""
        print("Hello World !")

    @hookimpl
    def page_added(self, page):
        """Called for each page, as Tracim calls `on_user_created` for each user."""
        self.log.info("the site has a new page: %s", page.docname)

    @hookimpl
    def visitor_came(self, name):
        """Called by the signal of another plugin. It gives the place, too; this hook does not ask for it."""
        self.visitors.append(name)

    @hookimpl(trylast=True)
    def processors_init(self, site):
        """Make a page of what happened. Tried last, so that `visitors.py` has emitted its signal."""
        lines = ["# Guest book", "", *(f"- Hello {name}!" for name in self.visitors)]
        site.make_page("guests", metadata=Metadata(title="Guest book"), output=Content("md", "\n".join(lines)))


def register_plugin(site):
    site.plugins.register(HelloWorldPlugin(site.log))
