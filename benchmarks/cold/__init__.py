"""Clean builds: stock Sphinx against Pronghorn with nothing in its cache."""
