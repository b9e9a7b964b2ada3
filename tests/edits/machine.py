"""The state machine: edits in any order, builds in between, each compared with a clean build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import SearchStrategy

from tests.edits.build import BUILDS, PLAIN, Build, Step
from tests.edits.edit import AnyEdit
from tests.edits.families import FAMILIES
from tests.edits.replay import Replay, SequenceError
from tests.edits.starts import STARTS
from tests.edits.workspace import Workspace

_TRIES = 8
"""How many edits of a kind are looked at for one that changes the site."""


class EditedSite(RuleBasedStateMachine):
    """A site that is edited and built. :func:`machine_of` makes a class with one rule for each kind of edit."""

    workspace: Workspace
    statistics: Counter[str]
    """How often each kind of edit changed the site."""
    starts: tuple[str, ...]
    failures: list[SequenceError] | None
    """Takes failures, if it is there, so that the run goes on; they are raised otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._replay: Replay | None = None
        self._pending: list[AnyEdit] = []

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Take a site to begin with. The simplest example, with which Hypothesis begins each run, shows nothing."""
        if data.draw(st.integers(0, 2**16), label="chance") == 0:
            return
        start = data.draw(st.sampled_from(self.starts), label="start")
        self._replay = Replay(self.workspace, start)

    def edited(self, family: str, data: st.DataObject, builds: SearchStrategy[Build]) -> None:
        """Make an edit, and build unless another edit is to come first."""
        if self._replay is None or self._replay.has_failed:
            return
        for _ in range(_TRIES):
            edit = data.draw(FAMILIES[family], label=family)
            if self._replay.would_change([*self._pending, edit]):
                event(family)
                self.statistics[family] += 1
                self._pending.append(edit)
                break
        build = data.draw(builds | builds | st.none(), label="build")
        if build is not None and self._pending:
            self._build(build)

    def built(self, build: Build) -> None:
        """Build, whether something changed or not."""
        if self._replay is not None and not self._replay.has_failed:
            self.statistics["builds again"] += 1
            self._build(build)

    def _build(self, build: Build) -> None:
        assert self._replay is not None
        step, self._pending = Step(tuple(self._pending), build), []
        try:
            self._replay.step(step)
        except SequenceError as error:
            if self.failures is None:
                raise
            self.failures.append(error)

    def teardown(self) -> None:
        """Build what is edited and not built yet."""
        if self._replay is not None and self._pending and not self._replay.has_failed:
            self._build(Build())


def _rule_of(family: str, builds: SearchStrategy[Build]) -> Callable[..., None]:
    def run(self: EditedSite, data: st.DataObject) -> None:
        self.edited(family, data, builds)

    run.__name__ = family.replace(" ", "_")
    made: Callable[..., None] = rule(data=st.data())(run)
    return made


def machine_of(
    workspace: Workspace,
    *,
    statistics: Counter[str] | None = None,
    failures: list[SequenceError] | None = None,
    starts: Collection[str] = tuple(STARTS),
    families: Collection[str] = tuple(FAMILIES),
    builds: SearchStrategy[Build] = PLAIN | BUILDS,
) -> type[EditedSite]:
    """Make the machine's class.

    :param statistics: is added to.
    :param failures: is added to, in place of raising the first failure.
    :param families: the kinds of edits to use.
    :param builds: the kinds of builds.
    """
    namespace: dict[str, Any] = {family: _rule_of(family, builds) for family in families}
    namespace["again"] = rule(build=builds)(lambda self, build: self.built(build))
    namespace |= {
        "workspace": workspace,
        "statistics": Counter() if statistics is None else statistics,
        "starts": tuple(starts),
        "failures": failures,
    }
    return type("AnyEdits", (EditedSite,), namespace)
