"""Reading with the page cache: each page by itself, and merged with the others in sorted order."""
