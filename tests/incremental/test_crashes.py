"""Builds that are killed, and builds that run at once, leave a cache with which the next build is right."""

import shutil
import signal
import sys
import time
from random import Random

import pytest

from tests.support.served import FILES, KILL, ServedSite

pytestmark = [
    pytest.mark.one_version,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL and no fork"),
]

BREAD, PRICES, INDEX = (str(FILES[name]) for name in ("bread.rst", "prices.md", "index.rst"))

# What authors make of the site; None for a file that they remove.
STATES: list[dict[str, str | None]] = [
    {},
    {"bread.rst": BREAD.replace("Bread\n", "Toast\n")},
    {"bread.rst": BREAD.replace(".. todo:: Salt?", "Salt."), "flour.txt": "Of rye.\n"},
    {"prices.md": None},
    {"prices.md": PRICES.replace("money", "coins"), "index.rst": INDEX.replace("   bread\n", "   more\n   bread\n")},
]


def bring_to(site: ServedSite, number: int) -> None:
    """Write the files that are others in this state, and no more."""
    for path, content in {**FILES, **STATES[number]}.items():
        file = site.source / path
        if content is None:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_bytes() != (content.encode() if isinstance(content, str) else content):
            site.write(path, content)


# --- Builds that are killed ---

N_KILLS = 50


def test_invariant6_builds_killed_at_any_moment(bakery: ServedSite) -> None:
    """Each begins with what the ones before it left, and some with less; often the author takes back his edit."""
    random = Random(50)
    whole_s = seconds_of_a_build(bakery)
    n_killed = state = 0
    for number in range(N_KILLS):
        new = random.choice([each for each in range(len(STATES)) if each != state])
        bring_to(bakery, new)
        for folder in random.choice(["", "", "build", "cache", "build cache"]).split():
            shutil.rmtree(bakery.root / folder)
        moment_s = whole_s * (number + random.random()) / N_KILLS
        killed = bakery.build("build", *random.choice([(), ("-j", "2")]), killed_after_s=moment_s)
        n_killed += killed.status == -signal.SIGKILL
        state = random.choice([state, new])
        bring_to(bakery, state)
        bakery.build_as_clean()
    assert n_killed > N_KILLS / 2, "most builds had ended before"


def seconds_of_a_build(site: ServedSite) -> float:
    """Return how long a build from nothing takes, at the very least."""
    taken = []
    for name in ("one", "two", "three"):
        start = time.monotonic()
        site.build(name, cache=site.root / name / "cache")
        taken.append(time.monotonic() - start)
    return min(taken)


@pytest.mark.parametrize(
    "event", ["doctree-read", "env-updated", "write-started", "doctree-resolved", "build-finished"]
)
def test_invariant6_an_edit_that_is_taken_back_after_a_crash(bakery: ServedSite, event: str) -> None:
    """The doctrees are newer than the environment then; another edit has the page written, from its doctree."""
    bring_to(bakery, 2)
    assert bakery.build(env={"HOOK": f"{event}: {KILL}"}).status == -signal.SIGKILL
    bring_to(bakery, 0)
    bakery.edit("prices.md", "# Prices", "# Costs")
    bakery.build_as_clean()


# --- Builds that run at once ---


@pytest.mark.parametrize("args", [(), ("-j", "2")], ids=["one-job", "two-jobs"])
def test_invariant6_two_builds_at_once(bakery: ServedSite, args: tuple[str, ...]) -> None:
    """They begin with an empty cache, and go on with edits."""
    shutil.rmtree(bakery.cache)
    for state in (0, 1, 2, 0):
        bring_to(bakery, state)
        for built in bakery.build_at_once(["one", "two"], *args):
            bakery.assert_right(built)
    assert set(bakery.build_as_clean("three").actions.values()) == {"restored"}
