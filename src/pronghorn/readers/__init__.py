"""From files to pages with metadata, input, output and a URL."""
