"""The page cache in a build: what pages became is found by digests, and taken over."""
