"""Files that are watched, things that are digested, and manifests."""
