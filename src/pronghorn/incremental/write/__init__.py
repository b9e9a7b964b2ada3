"""Writing with the page cache: each page in two stages, with all that it reads of other pages recorded."""
