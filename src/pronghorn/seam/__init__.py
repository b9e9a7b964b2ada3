"""Every internal of Sphinx, docutils and themes that Pronghorn touches: the register, and the only way to them."""
