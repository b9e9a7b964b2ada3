"""Extensions and themes of others, each on a small site, built by stock Sphinx and by Pronghorn."""
