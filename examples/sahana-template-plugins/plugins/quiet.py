"""A plugin without a version: the registry calls it unknown."""


def register_plugin(site):
    site.log.debug("nothing to do")
