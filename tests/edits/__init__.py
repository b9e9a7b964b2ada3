"""Edits of a site, in any order, and the proof that each build after them is what a clean build is.

A site is a value (:mod:`~tests.edits.site`), an edit makes another site of it (:mod:`~tests.edits.edit`), and
:mod:`~tests.edits.families` has strategies for all kinds of edits. A workspace (:mod:`~tests.edits.workspace`) builds
what the edits lead to, and beside it a clean build of the same files at the same place, with a cache of its own.
:mod:`~tests.edits.machine` does this in any order, and :mod:`~tests.edits.replay` does a given sequence again.

Thousands of sequences, with seeds::

    python -m tests.edits --sequences 2000 --processes 2 --seed 1
"""
