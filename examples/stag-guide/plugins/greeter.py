"""The first example of the guide: say hello when all plugins are loaded.

In the guide the signal has no argument, and the handler wants one. Here the signal gives the site.
A handler may also take fewer arguments than its signal gives.
"""


def greet_user(site):
    print(f"Hello from the plugin! You are building '{site.config.title}'.")


def register_plugin(site):
    site.signals.plugins_loaded.connect(greet_user)
