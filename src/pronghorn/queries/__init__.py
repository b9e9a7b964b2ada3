"""Queries: which pages of the site, in which order."""
