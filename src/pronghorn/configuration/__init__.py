"""What a site may configure, and where the values come from."""
