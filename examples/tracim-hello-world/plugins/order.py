"""Four plugin classes with the same hook. pluggy calls the one registered last first, unless they ask otherwise."""

from pronghorn import Content, Metadata, hookimpl


class Notes:
    """Has one hook more than the others: it makes a page of what they noted."""

    def __init__(self):
        self.lines = []

    @hookimpl
    def processors_init(self, site):
        text = "\n".join(["# The order of hooks", "", *(f"1. {line}" for line in self.lines)])
        site.make_page("order", metadata=Metadata(title="The order of hooks"), output=Content("md", text))


class Last:
    def __init__(self, notes):
        self.notes = notes

    @hookimpl(trylast=True)
    def readers_finished(self):
        self.notes.lines.append("the hook marked *trylast*, although registered after the others")


class First:
    def __init__(self, notes):
        self.notes = notes

    @hookimpl(tryfirst=True)
    def readers_finished(self):
        self.notes.lines.append("the hook marked *tryfirst*")


class Middle:
    def __init__(self, notes):
        self.notes = notes

    @hookimpl
    def readers_finished(self, site):
        self.notes.lines.append(f"a hook without a mark, which sees {len(site.pages)} pages")


class Around:
    def __init__(self, notes):
        self.notes = notes

    @hookimpl(wrapper=True)
    def readers_finished(self):
        """Surround the other hooks: what stands after `yield` comes when they are done."""
        self.notes.lines.append("the *wrapper*, before the others")
        result = yield
        self.notes.lines.append("the *wrapper*, after the others")
        return result


def register_plugin(site):
    notes = Notes()
    for plugin in (notes, First(notes), Middle(notes), Last(notes), Around(notes)):
        site.plugins.register(plugin)
