"""The few names that everything in an edited site is made of, so that edits meet each other."""

PAGES = ("index.rst", "a.rst", "b.md", "c.rst", "sub/index.rst", "sub/d.md", "sub/e.rst")
"""The pages that a site begins with."""

NEW_PAGES = ("n.rst", "sub/n.md", "zz/last.rst", "A.rst", "sub/E.rst", "a.md", "b.rst", "index.md", "sub/a.rst")
"""Pages that come: among them names that differ by case, and second files of a document."""

DOCNAMES = ("a", "b", "c", "index", "sub/index", "sub/d", "sub/e", "n", "A", "nowhere")
"""Documents to link to; some are not there at first, one never is."""

LABELS = ("alpha", "beta", "gamma", "delta")
TERMS = ("apple", "pear", "plum")
WORDS = ("lake", "hill", "tree", "moss", "fern", "reed")
"""Of one length, so that an edit can leave a file's size as it is."""

TITLES = ("Lake", "Hill", "A *fine* tree", "Moss & <fern>", "Reed `code`", "Lake", "Über", "X |version|", "")
"""Headings: some with markup, one twice, and none."""
