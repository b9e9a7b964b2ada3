"""Tests."""

from sphinx import locale

locale.init([], "en")  # as Sphinx does before it loads domains: what they translate is text then, also for JSON
