"""Counts words. No plugin, but a module of one."""


def count_words(page):
    return len(page.input.content.split())
