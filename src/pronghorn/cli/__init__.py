"""The command line: ``pronghorn``."""
