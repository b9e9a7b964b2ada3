"""A plan that builds tell of, whatever they did: for tests of what is made of a plan."""

TOLD_PLAN = """\
from pathlib import Path

from pronghorn.cache.plan.plan import Plan
from pronghorn.cache.plan.reasons import Reason
from pronghorn.extension.loading import cache_dir, read_settings
from pronghorn.cache.plan.record import save_record

IS_CACHED = True


def tell(app, exception):
    plan = Plan()
    plan.read("index", Reason("source"))
    plan.written("howto/urls", Reason("title", "index"))
    plan.restored("howto/index", 0.25)
    plan.reused("plain", 2.5)
    plan.removed("howto/old")
    folder = cache_dir(read_settings(app))
    save_record(
        folder, Path(app.confdir), app.pronghorn_site, plan, is_cached=IS_CACHED, failed=exception is not None
    )


def setup(app):
    app.connect("build-finished", tell, 990)
"""
"""For ``conf.py``: has each build tell of this plan, whatever it did."""
