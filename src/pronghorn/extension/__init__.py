"""The Sphinx extension: its setup, its listeners, and the builds that the command line runs."""
