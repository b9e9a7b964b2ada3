"""Warnings that were held back and are given later are the warnings of a stock build, in every respect."""

import json
import logging
import marshal
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxWarning
from sphinx.util import logging as sphinx_logging
from sphinx.util.logging import (
    LogCollector,
    WarningStreamHandler,
    getLogger,
    pending_logging,
    pending_warnings,
    prefixed_warnings,
    suppress_logging,
)

from pronghorn.documents.messages import Message, MessageRecorder, give
from tests.conftest import MakeSite
from tests.support import Result, Site
from tests.support.quick import _ESCAPE

CAPTURE = """\
import json
import marshal
import os
import pathlib

from sphinx.util import logging

from pronghorn.documents.messages import Message, MessageRecorder, give

logger = logging.getLogger(__name__)
MODE = os.environ.get("CAPTURE_MODE", "stock")
kept = []


class Value:
    def __str__(self):
        return "shown"

    __repr__ = __str__


def warn(app, doctree):
    docname = app.env.docname
    logger.warning("a line", location=(docname, 3))
    logger.warning("a page", location=(docname, None), type="own")
    logger.warning("nowhere", location=(None, 3), type="own", subtype="sub")
    logger.warning("a docname", location=docname)
    logger.warning("a place", location=f"{app.srcdir}/other.txt:7")
    logger.warning("elsewhere", location="<string>:7")
    logger.warning("a node", location=doctree.children[0])
    logger.warning("100%% of %s, %r, %d", "it", Value(), 3, color="blue")
    logger.warning("100% in a template")
    logger.warning("%(name)s", {"name": "by name"})
    logger.warning(ValueError("an exception"))
    first = docname if app.parallel == 1 else None  # with several processes, any page may be the first
    logger.warning("once %s", "only", once=True, location=first)
    logger.warning("once %s", pathlib.PurePosixPath("shown"), once=True, type="own", subtype="once")
    logger.error("an error", location=docname, type="own")
    logger.critical("all is lost")
    if app.parallel == 1:  # stock Sphinx fails otherwise, as it does with tracebacks
        logger.warning("does not %d fit", "it")
    logger.info("no warning")
    try:
        raise KeyError("key")
    except KeyError:
        shown = app.parallel == 1 and "CAPTURE_STORE" not in os.environ
        logger.warning("with a traceback", exc_info=shown)
    logger.warning("with calls", stack_info=False)
    with logging.prefixed_warnings("prefix:"):
        logger.warning("with a prefix")
    with logging.pending_warnings():
        logger.warning("delayed")
    with logging.suppress_logging():
        logger.warning("never seen")


def after(app, env):
    give(kept, str(app.srcdir))
    logger.warning("once %s", "only", once=True)
    return []


def capturing(function, app, is_read):
    store = pathlib.Path(os.environ.get("CAPTURE_STORE", "."))

    def captured(docname, *args, **options):
        recorder = MessageRecorder(str(app.srcdir))
        with recorder.hold() as messages:
            result = function(docname, *args, **options)
        file = store / f"{docname}-{is_read}.json"
        if MODE == "keep":
            file.write_text(json.dumps([message.to_tuple() for message in messages]))
        if MODE == "restore":
            messages = map(Message.from_tuple, json.loads(file.read_text()))
        plain = marshal.loads(marshal.dumps([message.to_tuple() for message in messages]))
        again = map(Message.from_tuple, plain)
        if MODE == "late" and is_read:
            kept.extend(again)
        else:
            give(again, str(app.srcdir))
        return result

    return captured


def wrap(app):
    if MODE != "stock":
        vars(app.builder)["read_doc"] = capturing(app.builder.read_doc, app, True)


def wrap_writing(app, env):  # not before: the environment is pickled with its attributes
    if MODE != "stock":
        vars(app.env)["get_and_resolve_doctree"] = capturing(app.env.get_and_resolve_doctree, app, False)


def setup(app):
    app.connect("builder-inited", wrap)
    app.connect("env-check-consistency", wrap_writing)
    app.connect("doctree-read", warn)
    app.connect("env-updated", after, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""
FILES: dict[str, str | bytes] = {
    "conf.py": """\
        import pathlib, sys
        sys.path.insert(0, str(pathlib.Path(__file__).parent))
        sys.dont_write_bytecode = True
        extensions = ["sphinx.ext.autodoc", "myst_parser", "capture"]
        """,
    "capture.py": CAPTURE,
    "documented.py": '''\
        """A module."""


        def function():
            """Do.

            * a list
            goes wrong: :unknown:`role`
            """
        ''',
    "index.rst": """\
        Home
        ==

        .. toctree::

           code
           markdown
           missing

        .. unknown:: directive

        .. image:: missing.png

        :ref:`nowhere` *open

        .. include:: nothing.txt

        .. _here: https://one
        .. _here: https://two

        [1]_ |absent|

        .. [#unused] Footnote.
        """,
    "code.rst": """\
        Code
        ====

        .. automodule:: documented
           :members:

        .. code-block:: nothing-known

           x

        :doc:`nowhere` :py:func:`unknown`

        .. py:function:: twice()
        .. py:function:: twice()
        """,
    "markdown.md": """\
        # Markdown

        ### Too deep

        [nowhere](nowhere.md) {unknown}`role`
        """,
    **{f"alone{number}.rst": f"Alone\n=====\n\n:ref:`none{number}`\n" for number in range(4)},
}


def build(site: Site, mode: str, *args: str, into: str, jobs: int = 1, store: Path | None = None) -> Result:
    env = {"CAPTURE_MODE": mode, **({"CAPTURE_STORE": str(store)} if store else {})}
    return site.build("dummy", *args, env=env, jobs=jobs, into=into)


def without_random_names(text: str) -> str:
    return re.sub(r"sphinx-err-\w+", "", text)


@pytest.mark.parametrize("mode", ["page", "late"])
@pytest.mark.parametrize(
    "args",
    [
        (),
        ("-D", "suppress_warnings=docutils,own.*,image.not_readable,ref.doc"),
        ("-D", "suppress_warnings=own.sub,myst", "-D", "show_warning_types=0", "-n"),
        ("-W",),
        ("-W", "--keep-going", "-w", "warnings.txt"),
        ("--color", "-q"),
    ],
    ids=" ".join,
)
def test_warnings_are_those_of_a_stock_build(make_site: MakeSite, args: tuple[str, ...], mode: str) -> None:
    site = make_site(FILES)
    stock = build(site, "stock", *args, into="stock")
    file = site.root / "warnings.txt"
    written = file.read_text(encoding="utf-8") if file.exists() else None
    given = build(site, mode, *args, into="captured")
    assert "WARNING: a line" in stock.warnings
    assert "never seen" not in stock.warnings
    if mode == "page":
        assert given.warnings == stock.warnings
        assert written == (file.read_text(encoding="utf-8") if file.exists() else None)
    else:
        assert blocks(given.warnings) == blocks(stock.warnings)
    assert given.exit_code == stock.exit_code
    assert _summary(given) == _summary(stock)


def blocks(warnings: str) -> list[str]:
    """Return the warnings in alphabetical order."""
    return sorted(re.split(r"\n(?=\S+: |[A-Z]+: )", warnings))


def _summary(result: Result) -> list[str]:
    return re.findall(r"build \w+.*", _ESCAPE.sub("", result.out))


def test_warnings_of_several_processes_are_those_of_a_stock_build(make_site: MakeSite) -> None:
    site = make_site(FILES)
    stock, given = (build(site, mode, "-W", into=mode, jobs=2) for mode in ("stock", "page"))
    assert blocks(given.warnings) == blocks(stock.warnings)
    assert given.exit_code == stock.exit_code == 1
    assert _summary(given) == _summary(stock)


def test_warnings_kept_in_one_folder_are_given_in_another(make_site: MakeSite, tmp_path: Path) -> None:
    one, two = make_site(FILES), make_site(FILES)
    kept = build(one, "keep", into="kept", store=tmp_path)
    assert str(one.source) in kept.warnings
    stock, restored = (build(two, mode, into=mode, store=tmp_path) for mode in ("stock", "restore"))
    assert restored.warnings == stock.warnings
    assert str(one.source) not in restored.warnings


def test_a_warning_that_counts_as_an_exception_stops_the_build(make_site: MakeSite) -> None:
    quiet = CAPTURE.replace('    app.connect("doctree-read", warn)\n', "")
    site = make_site({"conf.py": FILES["conf.py"], "capture.py": quiet, "index.rst": "Home page\n=====\n"})
    stock, given = (build(site, mode, "--exception-on-warning", into=mode) for mode in ("stock", "page"))
    assert without_random_names(given.warnings) == without_random_names(stock.warnings)
    assert "Title underline too short" in given.warnings
    assert given.exit_code == stock.exit_code == 2


# In this process


@pytest.fixture
def streams() -> tuple[StringIO, StringIO]:
    return StringIO(), StringIO()


@pytest.fixture
def app(make_site: MakeSite, streams: tuple[StringIO, StringIO]) -> Iterator[Sphinx]:
    site = make_site({"conf.py": "", "index.rst": "Home\n====\n"})
    before = logging.getLogger("sphinx").handlers[:]
    with site.app(warnings=streams[1]) as app:
        sphinx_logging.setup(app, *streams)
        yield app
    logging.getLogger("sphinx").handlers[:] = before


@pytest.fixture
def recorder(app: Sphinx) -> MessageRecorder:
    return MessageRecorder(str(app.srcdir))


LOGGER = getLogger("somebody.elses")


@contextmanager
def buffered_for_another_process(seen: list[logging.LogRecord]) -> Iterator[None]:
    """Collect records as a worker does, and hand them on as the main process does."""
    collector = LogCollector()
    with collector.collect():
        yield
    sphinx_logging.convert_serializable(collector.logs)
    seen += collector.logs
    for record in collector.logs:
        getLogger(__name__).handle(record)


BUFFERS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "nothing": nullcontext,
    "pending_warnings": pending_warnings,
    "pending_logging": pending_logging,
    "worker": lambda: buffered_for_another_process([]),
}


@pytest.mark.parametrize("buffer", BUFFERS.values(), ids=BUFFERS)
def test_warnings_are_held_back_until_they_are_given(
    app: Sphinx,
    recorder: MessageRecorder,
    streams: tuple[StringIO, StringIO],
    buffer: Callable[[], AbstractContextManager[object]],
) -> None:
    with buffer():
        with recorder.hold() as messages:
            LOGGER.warning("first")
            LOGGER.error("second %s", "too", location="index")
            LOGGER.info("no warning")
        assert app._warncount == 0
    assert streams[1].getvalue() == ""
    assert app._warncount == 0
    assert streams[0].getvalue() == "no warning\n"
    assert [message.text for message in messages] == ["first", "second too"]
    with buffer():
        give(messages, str(app.srcdir))
    place = app.env.doc2path("index")
    assert _ESCAPE.sub("", streams[1].getvalue()) == f"WARNING: first\n{place}: ERROR: second too\n"
    assert app._warncount == 2


@pytest.mark.parametrize("buffer", BUFFERS.values(), ids=BUFFERS)
def test_the_logger_is_as_it_was_afterwards(
    app: Sphinx, recorder: MessageRecorder, buffer: Callable[[], AbstractContextManager[object]]
) -> None:
    logger = logging.getLogger("sphinx")
    before = _state_of(logger)
    with buffer():
        inside = _state_of(logger)
        with recorder.hold():
            assert _state_of(logger) != inside
        assert _state_of(logger) == inside
    assert _state_of(logger) == before


def _state_of(logger: logging.Logger) -> set[tuple[int, tuple[object, ...]]]:
    return {(id(handler), tuple(handler.filters)) for handler in logger.handlers}


def test_a_block_may_hold_within_another(app: Sphinx, recorder: MessageRecorder) -> None:
    with recorder.hold() as outer:
        LOGGER.warning("one")
        with recorder.hold() as inner:
            LOGGER.warning("two")
        give(inner, str(app.srcdir))
        LOGGER.warning("three")
    assert [message.text for message in outer] == ["one", "two", "three"]
    assert [message.text for message in inner] == ["two"]
    assert app._warncount == 0


@pytest.mark.parametrize("pause", [pending_warnings, pending_logging, suppress_logging])
def test_what_is_delayed_or_suppressed_inside_is_so_once(
    recorder: MessageRecorder, pause: Callable[[], AbstractContextManager[object]]
) -> None:
    with recorder.hold() as messages, pause():
        LOGGER.warning("one")
    assert len(messages) == (0 if pause is suppress_logging else 1)


def test_a_prefix_is_part_of_the_text(
    app: Sphinx, recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    with recorder.hold() as messages, prefixed_warnings("prefix:"):
        LOGGER.warning("one")
    give(messages, str(app.srcdir))
    assert _ESCAPE.sub("", streams[1].getvalue()) == "WARNING: prefix: one\n"


def test_an_exception_does_not_lose_the_warnings_before_it(
    recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    def fail() -> None:
        with recorder.hold():
            LOGGER.warning("one")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _ESCAPE.sub("", streams[1].getvalue()) == "WARNING: one\n"


def test_dropped_warnings_leave_no_trace(
    app: Sphinx, recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    with recorder.hold():
        LOGGER.warning("one", once=True)
    assert (streams[1].getvalue(), app._warncount) == ("", 0)
    LOGGER.warning("one", once=True)
    assert "one" in streams[1].getvalue()


def test_once_is_once_in_the_whole_build(
    app: Sphinx, recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    with recorder.hold() as messages:
        for name in ("a", "a", "b"):
            LOGGER.warning("about %s", name, once=True)
    assert len(messages) == 3
    give(messages, str(app.srcdir))
    LOGGER.warning("about %s", "a", once=True)
    give(messages, str(app.srcdir))
    assert _ESCAPE.sub("", streams[1].getvalue()) == "WARNING: about a\nWARNING: about b\n"


def test_suppressed_warnings_are_kept_and_suppressed_when_they_are_given(
    app: Sphinx, recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    app.config.suppress_warnings = ["a.b"]
    with recorder.hold() as messages:
        LOGGER.warning("one", type="a", subtype="b")
    assert [(message.type, message.subtype) for message in messages] == [("a", "b")]
    give(messages, str(app.srcdir))
    assert (streams[1].getvalue(), app._warncount) == ("", 0)
    app.config.suppress_warnings = []
    give(messages, str(app.srcdir))
    assert app._warncount == 1


def test_exceptions_on_warnings_wait_until_they_are_given(
    make_site: MakeSite, app: Sphinx, recorder: MessageRecorder, streams: tuple[StringIO, StringIO]
) -> None:
    app._exception_on_warning = True
    sphinx_logging.setup(app, *streams)
    with recorder.hold() as messages:
        LOGGER.warning("100%% %s", "sure", location="a:1")
    with pytest.raises(SphinxWarning, match=r"^a:1:100% sure$"):
        give(messages, str(app.srcdir))


def test_other_loggers_are_left_alone(recorder: MessageRecorder) -> None:
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign,assignment]
    other = logging.getLogger("not.sphinx")
    other.addHandler(handler)
    with recorder.hold() as messages:
        other.warning("one")
    other.removeHandler(handler)
    assert len(seen) == 1
    assert not messages


# Messages as data


def held(recorder: MessageRecorder, *args: Any, **options: Any) -> Message:
    with recorder.hold() as messages:
        LOGGER.warning(*args, **options)
    (message,) = messages
    return message


def test_locations_near_the_source_directory_are_kept_without_it(app: Sphinx, recorder: MessageRecorder) -> None:
    node = nodes.paragraph()
    node.source, node.line = f"{app.srcdir}/a.rst", 3
    for location, elsewhere in (
        (node, "/there/a.rst:3"),
        (f"{app.srcdir}/a.py:docstring of a.b:3", "/there/a.py:docstring of a.b:3"),
        (f"{app.srcdir.parent}/a.py:docstring of a.b:3", "/a.py:docstring of a.b:3"),
        (f"{app.srcdir}-other/a.rst:3", f"/{app.srcdir.name}-other/a.rst:3"),
        (f"{nodes.__file__}:docstring of docutils.nodes:3", f"{nodes.__file__}:docstring of docutils.nodes:3"),
        ("/far/away/a.rst:3", "/far/away/a.rst:3"),
        (f"see {app.srcdir}/a.rst:3", f"see {app.srcdir}/a.rst:3"),
        (("index", 3), ("index", 3)),
        ((None, None), (None, None)),
        ("index", "index"),
        (None, None),
        ("", ""),
    ):
        message = held(recorder, "text", location=location)
        assert vars(message.make_record("/there"))["location"] == elsewhere
        if location is not node:
            assert vars(message.make_record(str(app.srcdir)))["location"] == location


def test_a_node_is_asked_for_its_place_at_the_end(app: Sphinx, recorder: MessageRecorder) -> None:
    """MyST warns of an equation's label before it tells the equation's file and line."""
    node = nodes.math_block()
    with recorder.hold() as messages:
        logging.getLogger("sphinx.a").warning("text", extra={"location": node})
        node.source, node.line = f"{app.srcdir}/a.md", 3
    assert vars(messages[0].make_record("/there"))["location"] == "/there/a.md:3"


def test_messages_are_plain_data(app: Sphinx, recorder: MessageRecorder) -> None:
    try:
        raise KeyError("key")
    except KeyError:
        message = held(
            recorder, "%s %s", "a", Path("b"), location=("index", 3), type="t", subtype="s", color="blue", exc_info=True
        )
    for plain in (
        message.to_tuple(),
        marshal.loads(marshal.dumps(message.to_tuple())),
        json.loads(json.dumps(message.to_tuple())),
    ):
        again = Message.from_tuple(plain)
        assert again == message
        assert vars(again.make_record("/"))["location"] == ("index", 3)
    assert message.text.startswith("a b\nTraceback")
    assert str(message.details[0]).endswith("KeyError: 'key'")


def test_a_call_whose_arguments_do_not_fit_is_reported_as_logging_does(
    app: Sphinx, recorder: MessageRecorder, capsys: pytest.CaptureFixture[str]
) -> None:
    message = held(recorder, "%d", "x")
    assert message.text == "%d"
    with recorder.hold() as messages:
        LOGGER.warning("%d", Path("x"))
    assert not messages
    assert "--- Logging error ---" in capsys.readouterr().err


_SOUND = ("sphinx.x", 30, "%s", ("a",), "type", None, ("index", 3), False, None, (None, None))


def test_sound_values_make_a_message() -> None:
    assert Message.from_tuple(_SOUND).text == "a"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, "other.logger"),
        (0, "sphinxes"),
        (0, None),
        (1, "30"),
        (1, 20),
        (2, b"text"),
        (3, "a"),
        (3, ("a", b"b")),
        (3, ({"a": 1},)),
        (4, 1),
        (6, 3),
        (6, ("index",)),
        (6, (1, 1)),
        (6, ("index", 1.5)),
        (6, ("index", 3, 4)),
        (7, 1),
        (8, 3),
        (9, None),
        (9, ("a",)),
        (9, (1, 2)),
    ],
)
def test_other_values_are_no_message(place: int, value: object) -> None:
    with pytest.raises(TypeError):
        Message.from_tuple([*_SOUND[:place], value, *_SOUND[place + 1 :]])


@pytest.mark.parametrize("values", [(), _SOUND[:-1], (*_SOUND, 1), "text", 3])
def test_another_number_of_values_is_no_message(values: Any) -> None:
    with pytest.raises(TypeError):
        Message.from_tuple(values)


# What this relies on in Sphinx


def test_sphinx_prints_warnings_by_one_handler_that_filters_them(app: Sphinx) -> None:
    logger = logging.getLogger("sphinx")
    assert not logger.propagate
    printing = [handler for handler in logger.handlers if isinstance(handler, WarningStreamHandler)]
    assert len(printing) == 1
    assert not isinstance(printing[0], sphinx_logging.NewLineStreamHandler)
    assert [type(item).__name__ for item in printing[0].filters] == [
        "WarningSuppressor",
        "WarningLogRecordTranslator",
        "OnceFilter",
    ]
    for other in (handler for handler in logger.handlers if handler not in printing and not _is_of_pytest(handler)):
        assert isinstance(other.filters[0], sphinx_logging.InfoFilter)


def _is_of_pytest(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("_pytest")


def test_sphinx_knows_the_attributes_of_records_that_messages_keep() -> None:
    known = set(sphinx_logging.SphinxLoggerAdapter.KEYWORDS)
    assert known - {"nonl"} == {"type", "subtype", "location", "color", "once"}
    assert sys.modules["sphinx.util.logging"].NAMESPACE == "sphinx"
