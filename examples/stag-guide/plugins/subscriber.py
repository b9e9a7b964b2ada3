"""Hears the signal of `emitter.py`, which is loaded before it."""


def print_answer(pages_no, answer):
    print(f"{pages_no} pages: the answer to life, universe and everything is {answer}.")


def register_plugin(site):
    site.signals.register_signal("mysignal").connect(print_answer)
