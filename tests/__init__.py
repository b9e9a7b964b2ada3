"""Tests."""

from importlib.util import find_spec

if find_spec("sphinx") is not None:  # it is not where tests.versions runs, which makes the environments that have it
    from sphinx import locale

    locale.init([], "en")  # as Sphinx does before it loads domains: what they translate is text then, also for JSON
