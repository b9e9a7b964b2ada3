# The functions of os and os.path are what is tested:
# ruff: noqa: PTH100, PTH102, PTH103, PTH104, PTH105, PTH107, PTH110, PTH112, PTH113, PTH114, PTH115, PTH116
# ruff: noqa: PTH121, PTH123, PTH202, PTH204, PTH207, PTH208, PTH211
"""A watch notes which files are looked at and changed, and leaves everything else as it is."""

import contextlib
import glob
import importlib
import importlib.metadata
import io
import linecache
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from os.path import exists, isfile
from pathlib import Path

import pytest

from pronghorn.cache.tracking.file_watch import Seen, Watch

UNWATCHED = {name: getattr(os, name) for name in ("stat", "lstat", "access", "readlink")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: two files, two links and a folder with a file."""
    made = tmp_path / "work"
    (made / "inner").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "inner/c.txt"):
        (made / name).write_text(name)
    (made / "link").symlink_to("a.txt")
    (made / "broken").symlink_to("nowhere")
    monkeypatch.chdir(made)
    return made


@contextlib.contextmanager
def unharmed() -> Iterator[None]:
    """Let what is tried fail as it would if nobody watched."""
    with contextlib.suppress(OSError):
        yield


def told(seen: Seen, folder: Path) -> dict[str, set[str]]:
    """Return what is not empty of what was seen, relative to *folder*."""
    noted = {name: getattr(seen, name) for name in Seen.__slots__}
    return {name: {os.path.relpath(path, folder) for path in paths} for name, paths in noted.items() if paths}


def seen_of(action: Callable[[], object], folder: Path) -> dict[str, set[str]]:
    with Watch(kept=[folder]).recording() as seen, unharmed():
        action()
    return told(seen, folder)


LOOKING: dict[str, tuple[Callable[[], object], dict[str, set[str]]]] = {
    "open": (lambda: open("a.txt").close(), {"read": {"a.txt"}}),
    "open bytes": (lambda: open(b"a.txt").close(), {"read": {"a.txt"}}),
    "open a path that is not normal": (lambda: open("inner/../a.txt").close(), {"read": {"a.txt"}}),
    "open an absent file": (lambda: Path("absent").read_text(), {"read": {"absent"}}),
    "open below an absent folder": (lambda: Path("absent/x").read_text(), {"read": {"absent/x"}}),
    "open a folder": (lambda: Path("inner").read_text(), {"read": {"inner"}}),
    "open a link": (lambda: Path("link").read_text(), {"read": {"link"}}),
    "io.FileIO": (lambda: io.FileIO("a.txt").close(), {"read": {"a.txt"}}),
    "io.open_code": (lambda: io.open_code(os.path.abspath("a.txt")).close(), {"read": {"a.txt"}}),
    "os.open": (lambda: os.close(os.open("a.txt", os.O_RDONLY)), {"read": {"a.txt"}}),
    "linecache": (lambda: linecache.getlines("a.txt"), {"read": {"a.txt"}}),
    "os.path.getsize": (lambda: os.path.getsize("a.txt"), {"read": {"a.txt"}}),
    "sqlite3": (lambda: sqlite3.connect("file.db").close(), {"read": {"file.db"}}),
    "os.stat": (lambda: os.stat("a.txt"), {"read": {"a.txt"}}),
    "os.stat of a folder": (lambda: os.stat("inner"), {"probed": {"inner"}}),
    "os.stat through a link": (lambda: os.stat("link"), {"read": {"link"}}),
    "os.stat with the path's name": (lambda: os.stat(path="absent"), {"probed": {"absent"}}),
    "os.lstat": (lambda: os.lstat("a.txt"), {"read": {"a.txt"}}),
    "os.lstat of a link": (lambda: os.lstat("broken"), {"probed": {"broken"}}),
    "os.access": (lambda: os.access("absent", os.R_OK), {"probed": {"absent"}}),
    "os.readlink": (lambda: os.readlink("link"), {"probed": {"link"}}),
    "os.path.exists": (lambda: os.path.exists("absent"), {"probed": {"absent"}}),
    "os.path.exists imported before": (lambda: exists(Path("absent")), {"probed": {"absent"}}),
    "os.path.isfile": (lambda: os.path.isfile("a.txt"), {"probed": {"a.txt"}}),
    "os.path.isfile imported before": (lambda: isfile(b"a.txt"), {"probed": {"a.txt"}}),
    "os.path.isdir": (lambda: os.path.isdir("a.txt"), {"probed": {"a.txt"}}),
    "os.path.islink": (lambda: os.path.islink("link"), {"probed": {"link"}}),
    "os.path.lexists": (lambda: os.path.lexists("broken"), {"probed": {"broken"}}),
    "os.path.ismount": (lambda: os.path.ismount("a.txt"), {"probed": {"a.txt"}}),
    "os.path.getmtime": (lambda: os.path.getmtime("a.txt"), {"probed": {"a.txt"}}),
    "os.path.samefile": (lambda: os.path.samefile("a.txt", "b.txt"), {"probed": {"a.txt", "b.txt"}}),
    "Path.exists": (lambda: Path("a.txt").exists(), {"probed": {"a.txt"}}),
    "Path.exists of an absent file": (lambda: Path("absent").exists(), {"probed": {"absent"}}),
    "Path.is_file": (lambda: Path("a.txt").is_file(), {"probed": {"a.txt"}}),
    "Path.is_file of an absent file": (lambda: Path("absent").is_file(), {"probed": {"absent"}}),
    "Path.is_dir": (lambda: Path("inner").is_dir(), {"probed": {"inner"}}),
    "Path.is_symlink": (lambda: Path("link").is_symlink(), {"probed": {"link"}}),
    "Path.stat": (lambda: Path("a.txt").stat(), {"read": {"a.txt"}}),
    "Path.stat of a folder": (lambda: Path("inner").stat(), {"probed": {"inner"}}),
    "Path.lstat": (lambda: Path("a.txt").lstat(), {"read": {"a.txt"}}),
    "Path.samefile": (lambda: Path("a.txt").samefile("b.txt"), {"probed": {"a.txt", "b.txt"}}),
    "Path.resolve": (lambda: Path("inner/c.txt").resolve(), {"probed": {"inner", "inner/c.txt"}}),
    "shutil.which": (lambda: shutil.which("tool", path="inner"), {"probed": {"inner/tool"}}),
    "os.listdir": (lambda: os.listdir("inner"), {"listed": {"inner"}}),
    "os.listdir of the current folder": (os.listdir, {"listed": {"."}}),
    "os.listdir of an absent folder": (lambda: os.listdir("absent"), {"listed": {"absent"}}),
    "os.scandir": (lambda: os.scandir("inner").close(), {"listed": {"inner"}}),
    "os.walk": (lambda: list(os.walk(".")), {"listed": {".", "inner"}}),
    "Path.iterdir": (lambda: list(Path("inner").iterdir()), {"listed": {"inner"}}),
    "glob.glob": (lambda: glob.glob("inner/*.txt"), {"listed": {"inner"}}),
    "glob.glob of a name": (lambda: glob.glob("inner/absent"), {"probed": {"inner/absent"}}),
    "glob.glob in an absent folder": (lambda: glob.glob("absent/*"), {"listed": {"absent"}}),
    "read after a probe": (
        lambda: Path("a.txt").exists() and Path("a.txt").read_text() and os.path.isdir("inner") and os.listdir("inner"),
        {"read": {"a.txt"}, "listed": {"inner"}},
    ),
}


@pytest.mark.parametrize(("action", "expected"), LOOKING.values(), ids=LOOKING)
def test_looking_at_files_is_noted(folder: Path, action: Callable[[], object], expected: dict[str, set[str]]) -> None:
    assert seen_of(action, folder) == expected


@pytest.mark.parametrize(
    ("pattern", "listed"), [("**/*.txt", {".", "inner"}), ("inner/*.txt", {"inner"}), ("*", {"."}), ("absent/*", set())]
)
def test_path_glob_is_noted(folder: Path, pattern: str, listed: set[str]) -> None:
    seen = seen_of(lambda: list(Path().glob(pattern)), folder)
    assert seen.get("listed", set()) >= listed  # Python 3.12 looks at the outer folder too
    assert pattern != "absent/*" or "absent" in seen.get("probed", ()) or {".", "absent"} & seen["listed"]


CHANGING: dict[str, tuple[Callable[[], object], dict[str, set[str]]]] = {
    "write": (lambda: Path("new").write_text("x"), {"written": {"new"}}),
    "write over": (lambda: Path("a.txt").write_text("x"), {"written": {"a.txt"}}),
    "write below an absent folder": (lambda: Path("absent/new").write_text("x"), {"written": {"absent/new"}}),
    "create": (lambda: Path("new").open("x").close(), {"written": {"new"}}),
    "append": (lambda: Path("a.txt").open("a").close(), {"read": {"a.txt"}, "written": {"a.txt"}}),
    "change": (lambda: Path("a.txt").open("r+").close(), {"read": {"a.txt"}, "written": {"a.txt"}}),
    "os.open": (lambda: os.close(os.open("a.txt", os.O_WRONLY)), {"read": {"a.txt"}, "written": {"a.txt"}}),
    "truncate": (lambda: os.truncate("a.txt", 1), {"read": {"a.txt"}, "written": {"a.txt"}}),
    "shutil.copyfile": (
        lambda: shutil.copyfile("a.txt", "new"),
        {"read": {"a.txt"}, "written": {"new"}, "probed": {"new"}},
    ),
    "shutil.copy": (
        lambda: shutil.copy("a.txt", "new"),
        {"read": {"a.txt"}, "written": {"new"}, "probed": {"new"}},
    ),
    "os.link": (lambda: os.link("a.txt", "new"), {"read": {"a.txt"}, "written": {"new"}}),
    "os.symlink": (lambda: os.symlink("a.txt", "new"), {"written": {"new"}}),
    "os.rename": (lambda: os.rename("a.txt", "new"), {"written": {"a.txt", "new"}}),
    "os.replace": (lambda: os.replace("a.txt", "b.txt"), {"written": {"a.txt", "b.txt"}}),
    "os.remove": (lambda: os.remove("a.txt"), {"written": {"a.txt"}}),
    "Path.unlink": (lambda: Path("absent").unlink(), {"written": {"absent"}}),
    "os.mkdir": (lambda: os.mkdir("new"), {"made": {"new"}}),
    "os.mkdir of a folder that is there": (lambda: os.mkdir("inner"), {"probed": {"inner"}}),
    "os.makedirs": (lambda: os.makedirs("new/more"), {"made": {"new", "new/more"}, "inside": {"new"}}),
    "write what was read": (
        lambda: Path("a.txt").write_text(Path("a.txt").read_text()),
        {"read": {"a.txt"}, "written": {"a.txt"}},
    ),
    "read what was written": (lambda: Path("new").write_text("x") and Path("new").read_text(), {"written": {"new"}}),
    "look for what was moved": (
        lambda: Path("a.txt").replace("b.txt").exists() and os.path.exists("a.txt"),
        {"written": {"a.txt", "b.txt"}},
    ),
    "look into a folder that was made": (
        lambda: os.listdir(Path(shutil.copytree("inner", "new")).parent / "new"),
        {
            "read": {"inner/c.txt"},
            "listed": {"inner"},
            "written": {"new", "new/c.txt"},
            "made": {"new"},
            "inside": {"new", "new/c.txt"},
        },
    ),
    "touch": (lambda: Path("a.txt").touch(), {"read": {"a.txt"}, "written": {"a.txt"}}),
    "start a program": (
        lambda: subprocess.run(["true"], check=True),
        {"started": {"true"}, "variables": {"PATH"}},  # by which it is found
    ),
    "os.system": (lambda: os.system("true"), {"started": {"true"}}),
    "os.posix_spawn": (lambda: os.waitpid(os.posix_spawnp("true", ["true"], {}), 0), {"started": {"true"}}),
}


@pytest.mark.parametrize(("action", "expected"), CHANGING.values(), ids=CHANGING)
def test_changing_files_is_noted(folder: Path, action: Callable[[], object], expected: dict[str, set[str]]) -> None:
    seen = seen_of(action, folder)
    assert {**seen, "started": set(map(os.path.basename, seen.pop("started", ())))} == {"started": set(), **expected}


def test_a_temporary_folder_is_nobodys_business(folder: Path) -> None:
    with Watch().recording() as seen:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            subprocess.run(["touch", f"{name}/a"], check=True)
            assert os.listdir(name) == ["a"]
            assert Path(name, "a").read_text() == ""
            Path(name, "b").write_text("x")
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            Path(file.name).read_text()
    assert told(seen, folder).keys() == {"made", "inside", "written", "started", "variables"}


@pytest.mark.parametrize(
    "action",
    [
        lambda: os.stat(0),
        lambda: [os.path.exists(0), os.access("a.txt", os.R_OK, dir_fd=0)],
        lambda: os.fdopen(os.dup(1), "w").close(),
        lambda: open("/dev/null").close(),
        lambda: os.listdir("/proc"),
        lambda: sqlite3.connect(":memory:").close(),
        lambda: os.stat(os.__file__),
        lambda: Path(pytest.__file__).read_bytes(),
        lambda: Path(Watch.__init__.__code__.co_filename).exists(),
    ],
    ids=range(9),
)
def test_what_tells_nothing_about_a_site_is_not_noted(folder: Path, action: Callable[[], object]) -> None:
    assert seen_of(action, folder) == {}


def test_a_path_relative_to_an_open_folder_is_not_taken_for_one_here(folder: Path) -> None:
    inner = os.open("inner", os.O_RDONLY)
    with Watch().recording() as seen:
        os.stat("c.txt", dir_fd=inner)
        os.mkdir("d", dir_fd=inner)
        os.rename("c.txt", "e.txt", src_dir_fd=inner, dst_dir_fd=inner)
        os.symlink("e.txt", "f.txt", dir_fd=inner)
        os.link("e.txt", "g.txt", src_dir_fd=inner, dst_dir_fd=inner)
        os.remove("g.txt", dir_fd=inner)
    os.close(inner)
    assert told(seen, folder) == {}


def test_paths_are_relative_to_where_the_process_was_then(folder: Path) -> None:
    with Watch().recording() as seen:
        os.path.exists("a.txt")
        with contextlib.chdir("inner"):
            os.path.exists("a.txt")
    assert told(seen, folder) == {"probed": {"a.txt", "inner/a.txt"}}


def test_a_current_folder_that_is_gone_does_no_harm(folder: Path) -> None:
    (folder / "gone").mkdir()
    with Watch().recording() as seen, contextlib.chdir("gone"):
        (folder / "gone").rmdir()
        with pytest.raises(FileNotFoundError):
            Path("a.txt").read_text()
        assert not Path("a.txt").exists()
        os.chdir(folder)
    assert told(seen, folder) == {}


def test_strange_names_do_no_harm(folder: Path) -> None:
    with Watch().recording() as seen:
        with pytest.raises(ValueError, match="null"):
            open("a\0b").close()
        with pytest.raises(TypeError):
            os.stat(None)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            os.stat()  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            os.listdir(1.5)  # type: ignore[call-overload]
    assert {path.partition("\0")[0] for path in told(seen, folder).pop("read", ())} <= {"a"}


# --- which folders are noted ---


def test_folders_can_be_ignored_and_kept_within_each_other(folder: Path) -> None:
    (folder / "inner" / "deep").mkdir()
    watch = Watch(ignored=[folder, folder / "inner" / "deep"], kept=[folder / "inner"])
    with watch.recording() as seen:
        for name in ("a.txt", "inner/x", "inner/deep/x", "inner.txt"):
            Path(name).exists()
            (folder / name).exists()
    assert told(seen, folder) == {"probed": {"inner/x"}}


def test_a_site_among_the_packages_of_python_is_noted_if_it_is_kept(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(sys, "prefix", str(folder.parent))
    with Watch().recording() as ignored:
        Path("a.txt").exists()
    with Watch(kept=[folder]).recording() as kept:
        Path("a.txt").exists()
    assert (told(ignored, folder), told(kept, folder)) == ({}, {"probed": {"a.txt"}})


def test_that_python_exists_is_no_news(folder: Path) -> None:
    with Watch().recording() as seen:
        Path(os.__file__).resolve()
        Path(pytest.__file__).resolve()
        Path(sys.prefix).parent.exists()
    assert told(seen, folder) == {}


def test_that_the_kept_folders_exist_is_no_news(folder: Path) -> None:
    (folder.parent / "alias").symlink_to(folder)
    with Watch(kept=[folder.parent / "alias"]).recording() as seen:
        (folder.parent / "alias" / "inner").resolve()
        os.listdir(folder.parent)
    assert told(seen, folder) == {"listed": {".."}, "probed": {"inner"}}


# --- imports ---


@pytest.fixture
def module(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module below the folder."""
    (folder / "modules").mkdir()
    (folder / "modules" / "watched_module.py").write_text("import json\n")
    monkeypatch.syspath_prepend(folder / "modules")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    yield "watched_module"
    sys.modules.pop("watched_module", None)


@pytest.mark.parametrize("prefix", [None, "cached"])
def test_an_import_reads_the_source_also_if_there_is_byte_code(
    folder: Path, module: str, monkeypatch: pytest.MonkeyPatch, prefix: str | None
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", prefix and str(folder / prefix))
    for has_byte_code in (False, True):
        assert bool(list(folder.rglob("*.pyc"))) == has_byte_code
        importlib.invalidate_caches()
        seen = seen_of(lambda: importlib.import_module(module), folder)
        del sys.modules[module]
        seen.pop("probed", None)  # a tracer may look for the file of what it traces
        assert seen == {"read": {"modules/watched_module.py"}}


@pytest.mark.parametrize("finder", ["importlib.metadata", "importlib_metadata"])
def test_where_python_looks_for_modules_is_not_noted(folder: Path, module: str, finder: str) -> None:
    pytest.importorskip(finder)

    def look() -> None:
        importlib.invalidate_caches()
        with contextlib.suppress(ImportError):
            importlib.import_module("watched_absent")
        importlib.metadata.entry_points(group="nothing")

    assert "listed" not in seen_of(look, folder)


# --- recordings ---


def test_recordings_nest(folder: Path) -> None:
    watch = Watch()
    with watch.recording() as outer:
        Path("a.txt").exists()
        with watch.recording() as inner:
            Path("b.txt").exists()
        Path("inner").exists()
    assert told(inner, folder) == {"probed": {"b.txt"}}
    assert told(outer, folder) == {"probed": {"a.txt", "b.txt", "inner"}}


def test_recordings_may_end_in_any_order(folder: Path) -> None:
    first, second = contextlib.ExitStack(), contextlib.ExitStack()
    one = first.enter_context(Watch().recording())
    other = second.enter_context(Watch().recording())
    first.close()
    Path("a.txt").exists()
    second.close()
    assert (told(one, folder), told(other, folder)) == ({}, {"probed": {"a.txt"}})


def test_nothing_is_noted_while_a_watch_pauses(folder: Path) -> None:
    watch = Watch()
    with watch.recording() as seen:
        with watch.paused(), watch.paused():
            Path("a.txt").read_text()
        with watch.paused():
            Path("a.txt").exists()
        Path("b.txt").exists()
    assert told(seen, folder) == {"probed": {"b.txt"}}


def test_nothing_is_noted_after_a_recording(folder: Path) -> None:
    with contextlib.suppress(ZeroDivisionError), Watch().recording() as seen:
        raise ZeroDivisionError
    Path("a.txt").read_text()
    assert told(seen, folder) == {}


@pytest.mark.parametrize("all_threads", [False, True])
def test_other_threads_are_noted_only_if_asked_for(folder: Path, *, all_threads: bool) -> None:
    with Watch().recording(all_threads=all_threads) as seen:
        thread = threading.Thread(target=lambda: Path("a.txt").exists() and Path("b.txt").read_text())
        thread.start()
        thread.join()
        Path("inner").is_dir()
    others = {"read": {"b.txt"}, "probed": {"a.txt", "inner"}}
    assert told(seen, folder) == (others if all_threads else {"probed": {"inner"}})


def test_each_thread_has_recordings_of_its_own(folder: Path) -> None:
    watch = Watch()
    barrier = threading.Barrier(4)
    results: dict[int, dict[str, set[str]]] = {}

    def work(number: int) -> None:
        for _ in range(50):
            with watch.recording() as seen:
                barrier.wait()
                Path(f"{number}.txt").exists()
                barrier.wait()
            results[number] = told(seen, folder)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: {"probed": {f"{number}.txt"}} for number in range(4)}
    assert os.stat is UNWATCHED["stat"]


def in_child(work: Callable[[], object]) -> bytes:
    """Return what *work* says in a forked child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, repr(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return said


def test_a_forked_child_goes_on_by_itself(folder: Path) -> None:
    watch = Watch()
    with watch.recording() as seen:
        Path("a.txt").exists()

        def work() -> object:
            Path("b.txt").exists()
            with watch.recording() as own:
                Path("inner").exists()
            return sorted(map(os.path.basename, seen.probed)), sorted(map(os.path.basename, own.probed))

        assert in_child(work) == b"(['a.txt', 'b.txt', 'inner'], ['inner'])"
    assert told(seen, folder) == {"probed": {"a.txt"}}


def test_a_child_of_a_thread_without_recordings_has_none(folder: Path) -> None:
    said: list[bytes] = []

    def work() -> object:
        own = os.stat is UNWATCHED["stat"]
        with Watch().recording() as seen:
            Path("a.txt").exists()
        return own, len(seen.probed)

    with Watch().recording():
        thread = threading.Thread(target=lambda: said.append(in_child(work)))
        thread.start()
        thread.join()
    assert said == [b"(True, 1)"]


FORKING = """
import os, signal, threading
from pronghorn.cache.tracking.file_watch import Watch

watch = Watch()
done = threading.Event()

def keep_recording():
    while not done.is_set():
        with watch.recording():
            pass

thread = threading.Thread(target=keep_recording)
thread.start()
codes = set()
for _ in range(60):
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # rather than to wait forever
        with watch.recording() as seen:
            os.path.exists("absent")
        os._exit(len(seen.probed))
    codes.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
done.set()
thread.join()
print(codes)
"""


def test_a_child_may_be_forked_while_another_thread_begins_a_recording(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, check=True)
    assert done.stdout == "{1}\n"


# --- the process afterwards ---


def test_everything_is_as_before_afterwards(folder: Path) -> None:
    capabilities = [os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks]
    before = list(map(set, capabilities))
    getsize = os.path.getsize
    with Watch().recording(), Watch().recording():
        assert os.stat is not UNWATCHED["stat"]
    assert {name: getattr(os, name) for name in UNWATCHED} == UNWATCHED
    assert os.path.getsize is getsize
    assert capabilities == before


def test_what_others_put_around_a_function_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "stat", os.stat)  # puts the function back in the end
    with Watch().recording() as seen:
        watched = os.stat

        def around(path: str) -> os.stat_result:
            return watched(path)

        monkeypatch.setattr(os, "stat", around)
        os.stat("a.txt")
    assert os.stat is around
    assert os.stat("a.txt").st_size == 5
    assert told(seen, folder) == {"read": {"a.txt"}}
    monkeypatch.setattr(os, "stat", watched)
    with Watch().recording() as seen:
        shutil.copystat("link", "broken", follow_symlinks=False)
    assert told(seen, folder) == {"probed": {"link"}, "read": {"broken"}, "written": {"broken"}}


def test_functions_answer_as_ever_while_a_watch_records(folder: Path) -> None:
    with Watch().recording():
        shutil.copystat("link", "broken", follow_symlinks=False)  # asks what os.stat can do
        assert os.stat in os.supports_follow_symlinks
        assert stat.S_ISLNK(os.stat("link", follow_symlinks=False).st_mode)
        assert os.stat(path=b"a.txt").st_size == os.path.getsize("a.txt") == 5
        assert os.access("a.txt", mode=os.R_OK)
        assert os.stat.__name__ == "stat"
        with pytest.raises(FileNotFoundError):
            os.lstat("absent")
        shutil.rmtree("inner")
    assert not (folder / "inner").exists()


def test_a_process_gets_one_hook_however_much_it_records() -> None:
    program = """
import sys
added = []
sys.addaudithook(lambda event, args: event == "sys.addaudithook" and added.append(event))
from pronghorn.cache.tracking.file_watch import Watch
watch = Watch()
assert len(added) == 0
for _ in range(3):
    with watch.recording(), Watch().recording():
        pass
print(len(added))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
