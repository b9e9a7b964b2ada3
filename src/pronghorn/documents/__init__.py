"""Which documents there are, and what generated ones contain."""
