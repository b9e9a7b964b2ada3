"""The seam to Sphinx and docutils: the only folder that imports them."""
