"""Measurements of Pronghorn against stock Sphinx, run by hand with ``python -m benchmarks.NAME``."""
