"""Python programs that pages run while they are read: pages depend on what these look at."""

import inspect
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pronghorn.cache.plan.plan import Action
from pronghorn.cache.tracking.file_watch import Watch
from tests.conftest import MakeSite
from tests.support.cached import CachedSite, Planned

CONF = """
import os, shlex, subprocess, sys, tempfile
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Run(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def start(self, words):
        return subprocess.run([sys.executable, *words], cwd=self.env.srcdir, capture_output=True, text=True)

    def run(self):
        done = self.start(shlex.split(self.arguments[0]))
        return [nodes.literal_block("", f"{done.stdout} {done.stderr} {done.returncode}")]

def setup(app):
    app.add_directive("run", Run)
    return {"parallel_read_safe": True}
"""
TOOL = """
import os, sys
import helper
try:
    import extra
except ImportError:
    extra = None
print(sorted(os.listdir("data")), open("data/x.txt").read(), os.environ.get("HUE"), os.path.exists("flag"))
print(sys.argv, helper.WORD, extra)
"""
ALL: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\np\nq\n```\n",
    "p.md": "# P\n\n```{run} tool.py --loud\n```\n",
    "q.md": "# Q\n",
    "data/x.txt": "content",
    "helper.py": "WORD = 'one'\n",
    "tool.py": TOOL,
}


@pytest.fixture
def cached(make_site: MakeSite) -> CachedSite:
    return CachedSite(make_site(ALL, conf=CONF))


def _with_tool(make_site: MakeSite, tool: str, page: str = "tool.py", conf: str = "") -> CachedSite:
    files = {**ALL, "tool.py": tool, "p.md": f"# P\n\n```{{run}} {page}\n```\n"}
    return CachedSite(make_site(files, conf=CONF + conf))


def _restored(built: Planned) -> set[str]:
    return built.with_action(Action.RESTORED)


def _is_known(site: CachedSite) -> bool:
    """Build, and tell whether another clone takes the page with the program from the cache."""
    site.build()
    return "p" in _restored(site.clone("elsewhere").build_as_clean())


@pytest.mark.parametrize("name", ["elsewhere", "deep/er"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_clone_elsewhere_takes_the_page_from_the_cache(cached: CachedSite, name: str, jobs: int) -> None:
    first = cached.build(jobs=jobs)
    assert "content" in first.read("p.html")
    assert _restored(cached.clone(name).build_as_clean()) == {"index", "p", "q"}


def _write(path: str, content: str) -> Callable[[CachedSite, pytest.MonkeyPatch], object]:
    return lambda site, _patch: site.site.write(path, content)


CHANGES: dict[str, tuple[Callable[[CachedSite, pytest.MonkeyPatch], object], tuple[str, str]]] = {
    "a file": (_write("data/x.txt", "other"), ("file", "data/x.txt")),
    "a new file in a folder": (_write("data/y.txt", "new"), ("folder", "data")),
    "a module": (_write("helper.py", "WORD = 'two'\n"), ("file", "helper.py")),
    "the program": (_write("tool.py", "print('other')\n"), ("file", "tool.py")),
    "a file that is looked for": (_write("flag", ""), ("exists", "flag")),
    "a module that is looked for": (_write("extra.py", ""), ("importable", "")),
    "an environment variable": (lambda _site, patch: patch.setenv("HUE", "red"), ("environ", "HUE")),
    "the language": (lambda _site, patch: patch.setenv("LC_TIME", "C"), ("environ", "LC_*")),
}


@pytest.mark.parametrize(("change", "reason"), CHANGES.values(), ids=CHANGES)
def test_the_page_is_read_when_what_the_program_looks_at_has_changed(
    cached: CachedSite,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[CachedSite, pytest.MonkeyPatch], object],
    reason: tuple[str, str],
) -> None:
    cached.build()
    clone = cached.clone("elsewhere")
    change(clone, monkeypatch)
    built = clone.build_as_clean()
    assert built.with_action(Action.READ) == {"p"}
    kind, name = built.reason("p")
    assert (kind, name.partition("\0")[0] if reason[1] else "") == reason
    assert clone.build_as_clean().with_action(Action.READ) == set()


def test_what_the_page_writes_for_the_program_is_no_matter(make_site: MakeSite) -> None:
    start = """
        def start(self, words):
            with tempfile.TemporaryDirectory() as folder:
                with open(f"{folder}/given.txt", "w") as stream:
                    stream.write("given")
                return subprocess.run(
                    [sys.executable, *words], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
                )
        Run.start = start
    """
    code = "-c \"print(open('given.txt').read())\""
    assert _is_known(_with_tool(make_site, "", code, conf=inspect.cleandoc(start) + "\n"))


TEMPORARY = """
import tempfile
with tempfile.TemporaryDirectory() as folder:
    with open(folder + "/a", "w") as stream:
        stream.write("a")
    print(open(folder + "/a").read())
with tempfile.NamedTemporaryFile("w+") as stream:
    print(stream.write("b"))
"""
HARMLESS = {
    "files of its own": TEMPORARY,
    "a fault": "import sys; print('out'); sys.exit(3)",
    "installed packages": "import importlib.metadata; print(importlib.metadata.version('jinja2'))",
    "an installed module": "import jinja2; print(jinja2.Template('{{ 1 }}').render())",
    "arguments": "import argparse; argparse.ArgumentParser().parse_args(['--help'])",
}


@pytest.mark.parametrize("tool", HARMLESS.values(), ids=HARMLESS)
def test_a_program_that_is_known(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    for name in ("COLUMNS", "LINES"):  # a library of this process may have set them behind Python's back
        monkeypatch.setenv(name, "80")
    assert _is_known(_with_tool(make_site, tool))


def test_a_program_that_tells_where_it_is(make_site: MakeSite) -> None:
    site = _with_tool(make_site, "raise ValueError('no')")
    site.build()
    assert site.build_as_clean().with_action(Action.READ) == set()
    assert site.clone("elsewhere").build_as_clean().reason("p") == ("srcdir", "*")


UNKNOWN = {
    "a program": "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1)'])",
    "a shell": "import os; os.system('true')",
    "a fork": "import os\nif os.fork() == 0: os._exit(0)\nos.wait()",
    "another process": "import multiprocessing as m\nif __name__ == '__main__':\n"
    "    p = m.get_context('spawn').Process(target=print); p.start(); p.join()",
    "in its place": "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])",
    "no regular end": "import os; os._exit(0)",
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "a socket": "import socket; socket.socket().close()",
    "C code": "import ctypes; print(ctypes.sizeof(ctypes.c_int))",
    "a file": "open('/tmp/pronghorn-test-left', 'w').close()",
    "a file that it makes": "import os\nopen('/tmp/pronghorn-test-new', 'x').close()\n"
    "os.rename('/tmp/pronghorn-test-new', '/tmp/pronghorn-test-left')",
    "a folder": "import tempfile; tempfile.mkdtemp()",
    "the clock": "import time; time.time()",
    "the time of day": "import time; time.strftime('%H')",
    "the date": "import datetime; datetime.date.today()",
    "now": "import datetime; datetime.datetime.now()",
    "all variables": "import os; dict(os.environ)",
    "what is typed": "try: input()\nexcept EOFError: pass",
}


@pytest.fixture
def no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    Path("/tmp/pronghorn-test-left").unlink(missing_ok=True)


@pytest.mark.parametrize("tool", UNKNOWN.values(), ids=UNKNOWN)
def test_a_program_of_which_not_all_is_known(make_site: MakeSite, no_epoch: None, tool: str) -> None:
    site = _with_tool(make_site, tool)
    site.build()
    built = site.build_as_clean()
    assert built.reason("p") == ("program", sys.executable)
    assert _restored(site.clone("elsewhere").build()) == {"index", "q"}


@pytest.mark.parametrize("option", ["-I", "-E", "-S"])
def test_a_program_that_does_not_tell(make_site: MakeSite, option: str) -> None:
    assert not _is_known(_with_tool(make_site, "print(1)", f"{option} tool.py"))


STARTS = {
    "a shell": "subprocess.run(f'{sys.executable} tool.py', shell=True, cwd=self.env.srcdir, capture_output=True)",
    "exec": "subprocess.run(['sh', '-c', f'exec {sys.executable} tool.py'], cwd=self.env.srcdir, capture_output=True)",
    "os.system": "os.system(f'cd {self.env.srcdir} && {sys.executable} tool.py') or DONE",
    "posix_spawn": "os.waitpid(os.posix_spawn(sys.executable, [sys.executable, '-c', ''], os.environ), 0) and DONE",
    "no end": "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)']) and DONE",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_program_that_nobody_sees(make_site: MakeSite, start: str) -> None:
    done = "DONE = subprocess.CompletedProcess([], 0, '', '')"
    conf = f"\n{done}\nRun.start = lambda self, words: {start}\n"
    assert not _is_known(_with_tool(make_site, "print(open('data/x.txt').read())", conf=conf))


def test_the_time_that_is_given_stands_for_the_clock(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, time; print(int(os.environ.get('SOURCE_DATE_EPOCH', time.time())))"
    site = _with_tool(make_site, code)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert _is_known(site)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert "1800000000" in site.build_as_clean().read("p.html")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    site.build()
    assert site.build().reason("p") == ("program", sys.executable)


def test_an_environment_of_its_own(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = """
Run.start = lambda self, words: subprocess.run(
    [sys.executable, *words], env={"GIVEN": os.environ.get("HUE", "none")}, cwd=self.env.srcdir,
    capture_output=True, text=True)
"""
    site = _with_tool(make_site, "import os; print(os.environ['GIVEN'])", conf=conf)
    assert _is_known(site)
    monkeypatch.setenv("HUE", "red")
    built = site.build_as_clean()
    assert built.reason("p") == ("environ", "HUE")
    assert "red" in built.read("p.html")


def test_an_environment_that_python_does_not_know(make_site: MakeSite) -> None:
    conf = """
def start(self, words):
    os.putenv("HUE", "red")
    try:
        return subprocess.run([sys.executable, *words], cwd=self.env.srcdir, capture_output=True, text=True)
    finally:
        os.unsetenv("HUE")

Run.start = start
"""
    site = _with_tool(make_site, "import os; print(os.environ['HUE'])", conf=conf)
    assert not _is_known(site)
    assert "red" in site.build().read("p.html")


def test_the_current_folder(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = """
Run.start = lambda self, words: subprocess.run([sys.executable, *words], capture_output=True, text=True)
"""
    code = "-c \"print(open('x.txt').read())\""
    site = _with_tool(make_site, "", code, conf=conf)
    for folder in ("one", "two"):
        place = site.site.root / folder
        place.mkdir()
        (place / "x.txt").write_text(folder)
        monkeypatch.chdir(place)
        assert folder in site.build_as_clean().read("p.html")


# In an environment of packages of its own

SCRIPT = "#!{python}\nimport sys, packed\nsys.exit(packed.main())\n"
PACKED = "from pathlib import Path\n\ndef main():\n    print(Path(__file__).with_name('packed.txt').read_text())\n"


def _environment(folder: Path) -> Path:
    """Make a virtual environment with a small package, its script, and all that is installed here."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/*/site-packages")
    others = [path for path in sys.path if path and Path(path).is_dir()]
    (packages / "others.pth").write_text("\n".join(others))
    (packages / "packed.py").write_text(PACKED)
    (packages / "packed.txt").write_text("packaged")
    script = folder / "bin" / "packed"
    script.write_text(SCRIPT.format(python=folder / "bin" / "python"))
    script.chmod(0o755)
    return packages


def _build_in(environment: Path, site: CachedSite, store: Path) -> str:
    python = environment / "bin" / "python"
    out = site.site.root / "out"
    done = subprocess.run(
        [python, "-m", "sphinx", "-b", "html", "-d", out / "d", site.site.source, out / "html"],
        env={
            **site.site.environment(),
            "PRONGHORN_CACHE_DIR": str(store),
            "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
        },
        cwd=site.site.root,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = (out / "html" / "p.html").read_text()
    assert "packaged" in shown or "changed" in shown
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("pages:")]
    return told


@pytest.mark.parametrize("words", ["['packed']", "[sys.executable, '-m', 'packed_main']"])
def test_an_installed_program(make_site: MakeSite, tmp_path: Path, words: str) -> None:
    options = "cwd=self.env.srcdir, capture_output=True, text=True"
    site = _with_tool(make_site, "", conf=f"\nRun.start = lambda self, _words: subprocess.run({words}, {options})\n")
    site.site.write("packed_main.py", "import packed\npacked.main()\n")
    environments = [tmp_path / name for name in ("venv1", "other/venv2")]
    packages = [_environment(folder) for folder in environments]
    store = tmp_path / "cache"
    assert _build_in(environments[0], site, store).startswith("pages: 3 read")
    assert _build_in(environments[1], site.clone("elsewhere"), store).startswith("pages: 3 restored")
    (packages[1] / "packed.txt").write_text("changed")
    assert _build_in(environments[1], site.clone("third"), store).startswith("pages: 1 read, 2 restored")
    (packages[1] / "packed.txt").write_text("packaged")
    (packages[1] / "packed.py").write_text("def main(): print('changed')")
    assert _build_in(environments[1], site.clone("fourth"), store).startswith("pages: 1 read, 2 restored")


# What can be seen of it

SIGHT = """
import sys, os, json, time, atexit
print(sys.path, sys.argv, sys.orig_argv, sys.flags, sorted(sys.modules), sorted(sys.path_importer_cache))
print(list(os.environ.items()) == [(k, os.environ[k]) for k in os.environ], sorted(os.environ), type(os.environ))
print(time.time.__name__, os.stat.__name__, len(os.supports_dir_fd), sys.stdin.read(), os.environb.get(b"PYTHONPATH"))
print(__import__("subprocess").run(["env"], capture_output=True, text=True).stdout)
sys.exit(7)
"""


@pytest.mark.parametrize("path", [None, "", "/nowhere", "/nowhere:/other"])
def test_the_program_sees_nothing(tmp_path: Path, path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if path is None:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONPATH", path)

    def run() -> tuple[object, ...]:
        command = [sys.executable, "-c", SIGHT]
        done = subprocess.run(command, input="in", capture_output=True, text=True, cwd=tmp_path, check=False)
        return done.returncode, done.stdout, done.stderr

    without = run()
    with Watch().recording(follows=True):
        assert run() == without


def test_another_program_sees_nothing() -> None:
    with Watch().recording(follows=True):
        assert "PRONGHORN_CHILD" not in subprocess.run(["env"], capture_output=True, text=True, check=True).stdout


def test_a_sitecustomize_of_the_user_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.mine = __file__")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = "import sys, sitecustomize; print(sys.mine, sitecustomize.__file__)"
    with Watch().recording(follows=True) as seen:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(tmp_path / "sitecustomize.py")] * 2
    assert str(tmp_path / "sitecustomize.py") in seen.read


def test_the_page_sees_nothing() -> None:
    before = subprocess.Popen, inspect.signature(subprocess.Popen), type(os.environ), dict(os.environ)
    with Watch().recording(follows=True):
        assert (subprocess.Popen, inspect.signature(subprocess.Popen), type(os.environ), dict(os.environ)) == before


def test_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Watch().recording(follows=True) as seen:
        subprocess.run([sys.executable, "-c", ""], check=True)
        late = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        with pytest.raises(FileNotFoundError):
            subprocess.run([tmp_path / "none"], check=True)
        time.sleep(0.2)
    late.communicate(b"\n")
    assert len(seen.told) == 1
    assert seen.started == {sys.executable, str(tmp_path / "none")}
    assert not list(tmp_path.iterdir())
