"""Where Pronghorn meets what it builds on: which versions it was tried with, and what it knows of them."""
