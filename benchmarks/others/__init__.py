"""The same content built by several generators."""
