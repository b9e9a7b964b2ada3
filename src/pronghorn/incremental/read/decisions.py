"""What is to be done with each page, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.digests import ABSENT, digest_of_parts
from pronghorn.cache.tracking.manifest import Dependency, Manifest, first_changed, verify
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord
from pronghorn.incremental.read.continuing import Continuation
from pronghorn.incremental.read.inputs import PageInput
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met
from pronghorn.incremental.session import Session
from pronghorn.incremental.shared_inputs import SharedInputs, digest_shared_inputs
from pronghorn.observing.written_files import OUTPUT, LeftFile


@dataclass(slots=True)
class Decisions:
    """What is to be done with the pages of a site; pages that are nowhere stay as they are."""

    inputs: dict[str, PageInput] = field(default_factory=dict)
    """What all pages are made from."""
    keys: dict[str, bytes] = field(default_factory=dict)
    read: dict[str, Reason] = field(default_factory=dict)
    """Pages to read, and why."""
    restore: dict[str, Manifest] = field(default_factory=dict)
    """Pages to restore, with the manifest whose result is the digest of the snapshot."""
    find: Callable[[bytes], Manifest | None] = lambda _key: None
    """Gives the manifest under a key of which nothing has changed; none if the cache is not to be used."""

    def follow(self, listed: Iterable[str]) -> None:
        """Read also what others have added to the list of pages to read, and not what they have taken out."""
        wanted = set(listed)
        for docname in (wanted - self.read.keys()) & self.inputs.keys():
            self.restore.pop(docname, None)
            self.read[docname] = Reason("asked")
        for docname in self.read.keys() - wanted:
            del self.read[docname]


class Decider:
    """Decides by content, never by time stamps.

    :param current: gives the digest that a dependency has now.
    :param is_there: tells whether the doctree of a page that stays as it is can be had.
    :param unsafe: why no page can be read by itself, if it is so.
    :param continued: how to go on in the environment; None if all pages can be read by themselves, or all are merged.
    """

    def __init__(
        self,
        session: Session,
        records: Records,
        shared: SharedInputs,
        current: Callable[[Dependency], bytes],
        is_there: Callable[[str, PageRecord], bool],
        *,
        unsafe: Reason | None,
        continued: Continuation | None,
    ) -> None:
        self._session = session
        self._records = records
        self._shared = shared
        self._shared_digest = digest_shared_inputs(shared)
        self._current = current
        self._is_there = is_there
        self._unsafe = unsafe
        self._continued = continued
        self._is_all_unchanged = False

    def decide(self, inputs: dict[str, PageInput], known: Iterable[str], must_read: Reason | None) -> Decisions:
        """Decide about all pages.

        :param known: docnames of the pages that are in the environment.
        :param must_read: why the cache and the environment are not to be used, if they are not.
        """
        must_read = must_read or (self._unsafe if self._continued is None else None)
        decisions = Decisions(inputs)
        if must_read is None:
            decisions.find = lambda key: self._find(key)[0]
        in_environment = set(known)
        self._is_all_unchanged = must_read is None and self._find_out_at_once()
        for docname, page in sorted(inputs.items()):
            key = decisions.keys[docname] = digest_of_parts(
                self._shared_digest, docname.encode(errors="surrogatepass"), page.source, page.about
            )
            if must_read is not None:
                decisions.read[docname] = must_read
                continue
            record = self._records.pages.get(docname) if docname in in_environment else None
            reason = Reason("new") if record is None else self._change(docname, record, key, page)
            if reason is None:
                continue
            found, change = self._find(key) if self._may_be_restored(docname) else (None, None)
            if found is not None:
                decisions.restore[docname] = found
            else:
                decisions.read[docname] = reason if record is not None or change is None else Reason(*change)
        return decisions

    def met_before(self, inputs: Mapping[str, PageInput]) -> Met | None:
        """Return from where on pages are read as Sphinx reads them, as far as that is known before one is read."""
        if self._continued is not None:
            return self._continued.met
        return Met("", self._unsafe) if self._unsafe is not None else self._met_again(inputs)

    def _met_again(self, inputs: Mapping[str, PageInput]) -> Met | None:
        """Return where code of a silent extension is met again, as nothing has changed there: it need not be tried."""
        pages = self._records.pages
        first = min((docname for docname, page in pages.items() if page.always[0] == "silent"), default="")
        is_same = first in inputs and pages[first].source == inputs[first].source
        return Met(first, Reason(*pages[first].always)) if is_same and self._records.shared == self._shared else None

    def _find_out_at_once(self) -> bool:
        """Check whether all that pages depend on is as it was; each of it is looked at once, not once for each page."""
        depended_on = self._records.depended_on
        if depended_on is not None and all(self._current(one) == digest for one, digest in depended_on.items()):
            return True
        self._records.depended_on = None
        return False

    def _find(self, key: bytes) -> tuple[Manifest | None, Dependency | None]:
        decoded = map(Manifest.decode, self._session.store.manifests(key))
        return verify((manifest for manifest in decoded if manifest is not None), self._current)

    def _may_be_restored(self, docname: str) -> bool:
        return self._continued is None or not self._continued.met.reaches(docname)

    def _change(self, docname: str, record: PageRecord, key: bytes, page: PageInput) -> Reason | None:
        """Return what has changed for a page since it was read; None if nothing has."""
        if not record.key or (record.is_live and self._continued is None):
            return Reason(*record.always)
        if record.key != key:
            return self._change_of_key(record, page)
        if not self._is_all_unchanged:
            manifest = Manifest.decode(record.manifest)
            if manifest is None:
                return Reason("damaged")
            change = first_changed(manifest, self._current)
            if change is not None:
                return self._reason_of(change, manifest.dependencies[change])
        if not self._is_there(docname, record):
            return Reason("damaged")
        return self._continued.asked.get(docname) if record.is_live and self._continued is not None else None

    def _change_of_key(self, record: PageRecord, page: PageInput) -> Reason:
        before, now = self._records.shared, self._shared
        keys = sorted({*before, *now}, key=lambda key: (not key[1], key))  # those that have a name tell more
        changed = next((key for key in keys if before.get(key) != now.get(key)), None)
        if record.source != page.source:
            return Reason("generated" if page.is_generated else "source")
        return Reason(*changed) if changed is not None else Reason("plugins")

    def _reason_of(self, change: Dependency, before: bytes) -> Reason:
        if change.kind == "file" and before == ABSENT:
            return Reason("file-appeared", change.name)
        if change.kind == "file" and self._current(change) == ABSENT:
            return Reason("file-vanished", change.name)
        if change.kind == OUTPUT:
            return Reason(OUTPUT, LeftFile.named(change.name).path)
        if change.kind == ARTIFACT:
            return Reason(ARTIFACT, ArtifactRecord.named(change.name).path)
        return Reason(*change)
