"""Safe pickles, the same in every clone."""
