"""The navigation of random sites, Pronghorn's and Sphinx's own, compared byte by byte."""
