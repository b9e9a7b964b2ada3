"""Measures what the page cache saves and costs, against stock Sphinx."""
