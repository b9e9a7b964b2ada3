"""A plugin that is a package: this file is the plugin, its other modules are imported relatively."""

import attr

from .counting import count_words

__version__ = "1.0"


@attr.s(auto_attribs=True)
class ReadingTimeCfg:
    """The plugin's table: names, types and defaults of its options, and a method."""

    words_per_minute: int = 200
    units: list[str] = attr.Factory(lambda: ["minute", "minutes"])

    def say(self, words):
        minutes = max(1, round(words / self.words_per_minute))
        return f"{minutes} {self.units[minutes > 1]}"


def register_plugin(site):
    config = site.config.update_plugin_table("reading_time", ReadingTimeCfg())

    def reading_time(page):
        return config.say(count_words(page)) if page.input else "none"

    def add_filter(env):
        env.filters["reading_time"] = reading_time

    site.signals.jinja_environment_prepared.connect(add_filter)
