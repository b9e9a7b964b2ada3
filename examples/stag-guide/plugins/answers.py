"""Hears the signal of `emitter.py`, which is loaded after it, and makes a page of what it says.

The signal is got by its name. Whoever asks for it first makes it.
"""

from pronghorn import Content, Metadata

TEXT = """\
# The answer

The plugin `emitter` says that the answer is {answer}.
When it said so, the site had {pages} pages; this one was not yet among them.

No file in the source directory holds this page.
"""


def register_plugin(site):
    def make_page(pages_no, answer):
        text = TEXT.format(answer=answer, pages=pages_no)
        site.make_page("answers", metadata=Metadata(title="The answer"), output=Content("md", text))

    site.signals.register_signal("mysignal").connect(make_page)
