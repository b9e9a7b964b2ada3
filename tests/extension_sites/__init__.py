"""A small site for each extension that the page cache is tried with, and the builds it goes through."""
