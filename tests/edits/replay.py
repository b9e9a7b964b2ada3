"""Sequences of edits and builds, given as values: done again, and made shorter when one fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.edits.build import Build, Step
from tests.edits.edit import AnyEdit, sites_after
from tests.edits.site import Site
from tests.edits.starts import STARTS
from tests.edits.workspace import Fault, Workspace


class SequenceError(AssertionError):
    """A build after some edits was not what a clean build is."""

    def __init__(self, start: str, steps: Sequence[Step], fault: Fault) -> None:
        self.start = start
        self.steps = tuple(steps)
        self.fault = fault
        super().__init__(f"{fault}\nafter these steps:\n{written(start, steps)}")


class Replay:
    """A site on its way through steps."""

    def __init__(self, workspace: Workspace, start: str) -> None:
        self.has_failed = False
        self._workspace = workspace
        self._start = start
        self._site = STARTS[start]
        self._past: list[Site] = []
        self._steps: list[Step] = []
        workspace.begin(start, self._site)

    def would_change(self, edits: Sequence[AnyEdit]) -> bool:
        """Check whether the last of *edits* changes the site as it is after the others."""
        sites = [self._site, *sites_after(self._site, self._past, edits)]
        return sites[-1] != sites[-2]

    def step(self, step: Step) -> None:
        """Do the edits, and build.

        :raises SequenceError: the build is not what a clean build is.
        """
        self._steps.append(step)
        for site in sites_after(self._site, self._past, step.edits):
            self._past.append(self._site)
            self._site = site
        fault = self._workspace.check(self._site, step.build)
        if fault is not None:
            self.has_failed = True
            raise SequenceError(self._start, self._steps, fault)


def replay(workspace: Workspace, start: str, steps: Sequence[Step]) -> None:
    """Do *steps*, one after another.

    :raises SequenceError: a build was not what a clean build is.
    """
    replayed = Replay(workspace, start)
    for step in steps:
        replayed.step(step)


def failure_of(workspace: Workspace, start: str, steps: Sequence[Step]) -> SequenceError | None:
    """Do *steps* and give the failure, if there is one."""
    try:
        replay(workspace, start, steps)
    except SequenceError as error:
        return error
    return None


def written(start: str, steps: Sequence[Step]) -> str:
    """Return steps as Python, to be pasted into a test."""
    lines = [f"    Step({step.edits!r}, {step.build!r})," for step in steps]
    return "\n".join([f"replay(workspace, {start!r}, [", *lines, "])"])


def reduced(workspace: Workspace, error: SequenceError, *, attempts: int = 60) -> SequenceError:
    """Look for a shorter sequence that fails in the same way: fewer steps, fewer edits, plainer builds.

    :param attempts: how many sequences to try at most.
    """
    left = attempts
    is_shorter = True
    while is_shorter:
        is_shorter = False
        for steps in _shorter(error.steps):
            if left == 0:
                return error
            left -= 1
            failure = failure_of(workspace, error.start, steps)
            if failure is not None and failure.fault.kind == error.fault.kind:
                error, is_shorter = failure, True
                break
    return error


def _shorter(steps: Sequence[Step]) -> list[Sequence[Step]]:
    """Return sequences that are a little shorter or plainer, the shortest first."""
    last = len(steps) - 1
    found: list[Sequence[Step]] = []
    for number, step in enumerate(steps):
        before, after = steps[:number], steps[number + 1 :]
        if number < last:
            found += [[*before, *after]]
            found += [[*before, Step((*step.edits, *after[0].edits), after[0].build), *after[1:]]]
        if step.build != Build():
            found += [[*before, Step(step.edits, plainer), *after] for plainer in _plainer(step.build)]
        if len(step.edits) > 1 or (step.edits and step.build != Build()):
            parts = [step.edits[:cut] + step.edits[cut + 1 :] for cut in range(len(step.edits))]
            found += [[*before, Step(edits, step.build), *after] for edits in parts]
    return sorted(found, key=len)


def _plainer(build: Build) -> list[Build]:
    """Return builds that differ from *build* in one thing, which is as it is by default."""
    plain = Build()
    names = [name for name in Build.__slots__ if getattr(build, name) != getattr(plain, name)]
    return [plain] * (len(names) > 1) + [replace(build, **{name: getattr(plain, name)}) for name in names]
