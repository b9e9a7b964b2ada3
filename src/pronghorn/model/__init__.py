"""Pages and what they are made of, as plain values: no Sphinx, and no file is touched but by asking for its content."""
