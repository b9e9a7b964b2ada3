"""Sites whose pages are written with the cache: built in place, in another folder, and cleanly."""

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx

from pronghorn.cache.plan.plan import Action, PagePlan
from pronghorn.cache.plan.record import load_plan
from tests.support import quick
from tests.support.site import Result, Site, assert_same_output


@dataclass(frozen=True, slots=True)
class Planned(Result):
    """A build, and what it did with each page."""

    pages: tuple[PagePlan, ...]

    def with_action(self, *actions: Action) -> set[str]:
        """Return the docnames of the pages with which one of these was done."""
        return {page.docname for page in self.pages if page.action in actions}

    @property
    def written(self) -> set[str]:
        """The docnames of the pages that were rendered."""
        return self.with_action(Action.READ, Action.WRITTEN)

    def reasons(self) -> dict[str, str]:
        """Return why each page was rendered, for messages."""
        return {page.docname: " ".join(page.reason) for page in self.pages if page.reason is not None}

    def reason(self, docname: str) -> tuple[str, str]:
        """Return why a page was rendered: kind and name."""
        (page,) = [page for page in self.pages if page.docname == docname]
        assert page.reason is not None, f"{docname} was {page.action}"
        return page.reason.kind, page.reason.name


class CachedSite:
    """A site and its builds, all in this process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._numbers = itertools.count()

    def build(
        self,
        builder: str = "html",
        *,
        into: str = "build",
        store: str = "store",
        jobs: int = 1,
        with_app: Callable[[Sphinx], object] = lambda _app: None,
        **config: object,
    ) -> Planned:
        """Build into a folder beside the source, which keeps what an earlier build made.

        :param store: the folder of the cache, beside the source; builds share it if they name the same one.
        :param with_app: called before the build begins.
        """
        warnings = StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRONGHORN_CACHE_DIR", str(self.site.root / store))
            quick._forget_earlier_builds()
            with self.site.app(builder, into=into, warnings=warnings, **config) as app:
                app.parallel = jobs
                with_app(app)
                app.build()
        last = load_plan(self.site.root / store, self.site.source)
        assert last is not None
        return Planned(
            app.statuscode,
            "",
            quick._ESCAPE.sub("", warnings.getvalue()),
            Path(app.outdir),
            Path(app.doctreedir),
            tuple(last.plan.pages()),
        )

    def build_as_clean(self, builder: str = "html", *, clean: Planned | None = None, **options: object) -> Planned:
        """Build, and check that output and warnings are those of a clean build with an empty cache.

        :param clean: such a build, if there is one already.
        """
        built = self.build(builder, **options)  # type: ignore[arg-type]
        assert_same_build(built, clean or self.build_cleanly(builder))
        return built

    def build_cleanly(self, builder: str = "html") -> Planned:
        """Build into a new folder, with an empty cache."""
        number = next(self._numbers)
        return self.build(builder, into=f"clean{number}", store=f"empty{number}")

    def clone(self, name: str) -> "CachedSite":
        """Copy the source to another folder; the copy shares this site's caches."""
        site = Site(self.site.root.parent / name, {"conf.py": ""})
        shutil.rmtree(site.source)
        shutil.copytree(self.site.source, site.source)
        for store in self.site.root.glob("store*"):
            (site.root / store.name).symlink_to(store)
        return CachedSite(site)


def assert_same_build(built: Planned, clean: Planned) -> None:
    """Check that two builds, perhaps in different folders, gave the same output and the same warnings."""
    assert_same_output(built, clean)
    assert _portable(built) == _portable(clean)
    assert built.exit_code == clean.exit_code


def _portable(built: Planned) -> list[str]:
    """Return the warnings without the folder of the site; those of reading may come in another order."""
    root = str(built.outdir.parent.parent)
    return sorted(built.warnings.replace(root, "").splitlines())
