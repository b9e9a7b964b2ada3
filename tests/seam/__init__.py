"""The register of internals: each row is as it is here, is used, and is missed in the way that it says."""
