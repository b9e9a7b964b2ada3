"""Artifacts: files of the output that plugins' functions make, for the site or for single pages."""
