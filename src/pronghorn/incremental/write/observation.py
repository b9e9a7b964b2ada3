"""A build of which all is observed that pages read while they are written."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.cache.tracking.file_watch import Watch
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.documents.messages import MessageRecorder
from pronghorn.incremental.write.artifact_scope import WritingScope
from pronghorn.incremental.write.build import Build
from pronghorn.incremental.write.dependencies import Covered, Dependencies
from pronghorn.incremental.write.gathering import Gather, gathered_apart
from pronghorn.incremental.write.keys import Keys
from pronghorn.incremental.write.renderer import RESOLVED, Renderer, digest_of_dependencies
from pronghorn.incremental.write.repeats import remembered_repeats
from pronghorn.incremental.write.stage import Observers, RememberedReads
from pronghorn.incremental.write.stage_recorder import StageRecorder
from pronghorn.incremental.write.stored_results import StoredResults
from pronghorn.incremental.write.toctrees import noted_toctrees
from pronghorn.incremental.write.trees import remembered_trees
from pronghorn.observing.config import add_config, extensions_values, values_for_templates
from pronghorn.observing.environment import noted_environment
from pronghorn.observing.lookups import noted_lookups
from pronghorn.observing.navigation import noted_navigation
from pronghorn.observing.neighbours import noted_relations
from pronghorn.observing.site_answers import add_answers, noted_site
from pronghorn.observing.state import State
from pronghorn.output.directory import Output


@dataclass(frozen=True, slots=True)
class Observation:
    """What is needed to render pages, and to tell whether they are up to date."""

    state: State
    stored: StoredResults
    stages: StageRecorder
    renderer: Renderer
    resolved: dict[str, dict[Dependency, bytes] | None]
    """What the body of each page depends on; None if it cannot be used another time. To be filled."""
    gather: Gather
    """To be called for each page, in the order in which Sphinx writes them."""


@contextmanager
def observed(
    builder: StandaloneHTMLBuilder, build: Build, keys: Keys, watch: Watch, output: Output
) -> Iterator[Observation]:
    """Make everything tell what is read of it, until the block ends. *builder* is ready to write."""
    recorder, state, messages = build.recorder, State(), MessageRecorder(str(builder.srcdir))
    resolved: dict[str, dict[Dependency, bytes] | None] = {}
    state.add(RESOLVED, lambda docname: digest_of_dependencies(resolved[docname], state))
    with ExitStack() as stack:
        enter = stack.enter_context
        config = builder.config
        bodies = Covered(frozenset(extensions_values(config)))
        pages = Covered(frozenset(values_for_templates(config)), tuple(_folders_of_templates(builder)))
        env, name_of = builder.env, build.places.portable
        attributes = enter(noted_environment(env, recorder, state, name_of, pack=build.pack, unpack=build.unpack))
        enter(noted_lookups(builder.env, recorder, state, build.doctree_digest))
        enter(noted_relations(builder, recorder, state))
        navigation = build.navigation()
        inputs = enter(noted_navigation(builder, navigation, recorder, state, messages))
        enter(noted_toctrees(builder, recorder, state, messages))
        if navigation is not None:
            key = lambda: digest_of_parts(keys.of_pages, inputs())  # noqa: E731 - asked for when all is in place
            enter(remembered_trees(navigation, build.store, key))
        enter(noted_site(build.site, recorder, state))
        add_config(state, config, build.values, build.places.portable)
        dependencies = dependencies_of(builder, build, state, output)
        observers = Observers(
            recorder, messages, watch, attributes, RememberedReads(build.memory, recorder, output.may_be_of_page)
        )
        stages = StageRecorder(observers, dependencies, output, bodies, pages, build.recorded)
        scope = WritingScope(stages, state, builder.srcdir, build.in_the_way)
        enter(build.work.written_with(scope, lambda: recorder.is_suspended))
        renderer = Renderer(builder, stages, resolved)
        enter(renderer.installed())
        enter(remembered_repeats(builder, recorder, messages))
        gc.freeze()  # or the collector would look through the whole environment again and again
        stack.callback(gc.unfreeze)
        enter(watch.recording())  # so that what looks on need not be set up for each page
        stored = StoredResults(build.store, state, build.files, build.paths, is_followed=attributes.is_followed)
        yield Observation(state, stored, stages, renderer, resolved, enter(gathered_apart(build.app)))


def dependencies_of(builder: StandaloneHTMLBuilder, build: Build, state: State, output: Output) -> Dependencies:
    """Make what tells the dependencies of pages, and have *state* answer for those outside the environment."""
    add_answers(build.site, state)
    names, places = [*builder.config.values], build.places.by_name | build.names_from_here
    return Dependencies(state, output, files=build.files, paths=build.paths, places=places, values=names)


def _folders_of_templates(builder: StandaloneHTMLBuilder) -> Iterator[str]:
    for folder in builder.templates.pathchain:
        yield os.path.join(os.path.abspath(Path(folder)), "")  # noqa: PTH100, PTH118 - as the watch writes them
