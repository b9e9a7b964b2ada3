"""Functions of docutils and Sphinx that do the same work in less time, in place of theirs while a build runs.

Each is put in only where what it replaces, and what it relies on, is as expected; and is taken out afterwards.
"""
