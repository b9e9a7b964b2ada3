"""The page cache: what pages became in earlier builds, found by digests."""
