"""The order in which plugins are loaded."""

from __future__ import annotations

from collections.abc import Mapping

from pronghorn.plugins.info import Candidate


def load_order(candidates: Mapping[str, Candidate]) -> list[str]:
    """Sort names so that a plugin comes after those it requires or conflicts with, otherwise by name.

    Members of a circle come in some order; :func:`requirement_circle` finds them.
    """
    ordered: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        stack = [(name, iter(_earlier(candidates, name)))]
        seen.add(name)
        while stack:
            current, others = stack[-1]
            following = next((other for other in others if other not in seen), None)
            if following is None:
                ordered.append(current)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(_earlier(candidates, following))))

    for name in sorted(candidates):
        if name not in seen:
            visit(name)
    return ordered


def _earlier(candidates: Mapping[str, Candidate], name: str) -> list[str]:
    candidate = candidates[name]
    return sorted(other for other in (*candidate.requires, *candidate.conflicts) if other in candidates)


def requirement_circle(candidates: Mapping[str, Candidate], name: str) -> list[str]:
    """Find a circle of requirements from *name* back to itself: ``[a, b, a]``; empty if there is none."""
    paths = [[name]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for other in candidates[path[-1]].requires if path[-1] in candidates else ():
            if other == name:
                return [*path, name]
            if other not in seen:
                seen.add(other)
                paths.append([*path, other])
    return []
