"""The last build of a site: its plan, and further data about the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pronghorn.cache.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class LastBuild:
    """What a build stores for later questions about it."""

    plan: Plan
    builder: str
    srcdir: Path
    outdir: Path
    finished: datetime
    """With its time zone."""
    cache: Path | None
    """The folder of the cache; None if pages were not to be taken from it."""
    failed: bool
    """Whether an exception stopped the build, so that the plan may lack pages."""
    urls: Mapping[str, str]
    """The URL of each page by docname, relative to the site's root and unquoted."""
    sources: Mapping[str, str]
    """The source file of each page that has one, by docname, relative to the source directory."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data, from which :meth:`from_json` makes an equal object."""
        data = self.plan.to_json()
        for page in data["pages"]:
            page["url"] = self.urls.get(page["docname"])
            page["source"] = self.sources.get(page["docname"])
        return {**self.about(), **data}

    def about(self) -> dict[str, Any]:
        """Return plain data that tells which build it was, without its pages."""
        return {
            "builder": self.builder,
            "srcdir": str(self.srcdir),
            "outdir": str(self.outdir),
            "finished": self.finished.isoformat(timespec="seconds"),
            "cache": None if self.cache is None else str(self.cache),
            "failed": self.failed,
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Make a build from what :meth:`to_json` returned.

        :raises ValueError: if it is something else.
        """
        plan = Plan.from_json(data)
        try:
            return cls._from_mapping(plan, data)
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is not a record of a build: {error!r}") from error

    @classmethod
    def _from_mapping(cls, plan: Plan, data: Any) -> Self:
        names: dict[str, dict[str, str]] = {
            key: {str(page["docname"]): str(page[key]) for page in data["pages"] if page[key] is not None}
            for key in ("url", "source")
        }
        return cls(
            plan=plan,
            builder=str(data["builder"]),
            srcdir=Path(data["srcdir"]),
            outdir=Path(data["outdir"]),
            finished=datetime.fromisoformat(data["finished"]),
            cache=None if data["cache"] is None else Path(data["cache"]),
            failed=bool(data["failed"]),
            urls=names["url"],
            sources=names["source"],
        )

    def find(self, name: str, folder: Path) -> str | None:
        """Return the docname of the page that *name* stands for; None if there was none.

        :param name: a docname, the path of a source or of an output file, or a URL.
        :param folder: what relative paths may start from. They may start from the source and the output directory, too.
        """
        known = self.names()
        return next((known[form] for form in self._forms(name, folder) if form in known), None)

    def names(self) -> dict[str, str]:
        """Return the docname for each name that a page has: its source, its URL, its file, and the docname itself."""
        docnames = {page.docname for page in self.plan.pages()}
        names: dict[str, str] = {}
        for docname in sorted(docnames & self.urls.keys()):
            url = self.urls[docname]
            file = url + "index.html" if url.endswith("/") or not url else url
            names |= {name: docname for name in (file, url, url.removesuffix("/")) if name}
        names |= {self.sources[docname]: docname for docname in docnames & self.sources.keys()}
        return names | {docname: docname for docname in docnames}

    def _forms(self, name: str, folder: Path) -> list[str]:
        """Return what *name* may mean, the most likely first."""
        parts = urlsplit(name)
        if parts.scheme in {"http", "https", "file"}:
            steps = unquote(parts.path).removeprefix("/").split("/")
            tails = ["/".join(steps[at:]) for at in range(len(steps))]
            return [form for tail in tails for form in (tail, tail.removesuffix("/"), _joined(tail, "index.html"))]
        path = folder / name.partition("#")[0]
        below = [path.resolve().relative_to(root) for root in self._roots() if path.resolve().is_relative_to(root)]
        tidy = PurePosixPath(name.partition("#")[0].replace("\\", "/")).as_posix()
        forms = [name, tidy, *(form.as_posix() for form in below)]
        # A page that was removed has neither URL nor source any more.
        return [*forms, *(PurePosixPath(form).with_suffix("").as_posix() for form in forms if PurePosixPath(form).name)]

    def _roots(self) -> list[Path]:
        """Return the inner one of the two folders first: output often lies below the source."""
        roots = {self.srcdir.resolve(), self.outdir.resolve()}
        return sorted(roots, key=lambda root: len(root.parts), reverse=True)


def _joined(folder: str, file: str) -> str:
    return f"{folder.removesuffix('/')}/{file}".removeprefix("/")
