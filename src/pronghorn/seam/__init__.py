"""Where Pronghorn meets what it builds on: the register of all internals that it touches, and the versions it knows."""
