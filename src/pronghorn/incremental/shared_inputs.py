"""What all pages depend on: versions, extensions, plugins, what extensions made of the configuration."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import digest_of, digest_of_parts
from pronghorn.cache.tracking.foreign import package_of
from pronghorn.incremental.extension_files import CONF, LoadedFiles
from pronghorn.incremental.session import Session

FORMAT = "5"
"""Changes when what the cache holds, or what it is made from, changes in this package."""

_LIBRARIES = ("Sphinx", "docutils", "Pygments", "Jinja2", "babel", "markdown-it-py", "mdit-py-plugins", "imagesize")

SharedInputs = dict[tuple[str, str], bytes]
"""Digests by kind and name, as reasons name them."""


def find_shared_inputs(
    app: Sphinx, session: Session, plugins: Mapping[str, Any], startup: Collection[str], loaded: LoadedFiles
) -> SharedInputs:
    """Find what all pages of a site depend on.

    :param plugins: what each plugin does its work by, by its name.
    :param startup: names of the configuration values that extensions read while the build started.
    :param loaded: what extensions have looked at before.
    """
    shared: SharedInputs = {("version", "Pronghorn"): FORMAT.encode()}
    shared["version", "Python"] = f"{platform.python_implementation()} {sys.version_info[:2]}".encode()
    for name in _LIBRARIES:
        shared["version", name] = _version(name).encode()
    said = [f"{name}\0{extension.parallel_read_safe}" for name, extension in app.extensions.items()]
    shared["extension", ""] = digest_of("\0".join(said).encode())
    package_digest = cache(lambda package: digest_of_parts(*map(session.files.digest, _files_of(package))))
    for name in app.extensions:
        code = _extension_digest(app, name, session, package_digest)
        shared["extension", name] = digest_of_parts(code, *loaded.digests(name, session.files, session.paths))
    for name, sources in plugins.items():
        shared["plugins", name] = session.digest_value(sources, f"plugin {name}")
    shared |= {("state", name): digest for name, digest in session.plugins_in_reading.now().items()}
    for name in startup:
        shared["config", name] = session.digest_value(app.config[name], name, session.places.portable)
    setup = app.config.setup
    code = session.digest_value(setup, "setup") if setup is not None else b""
    shared["config", "setup"] = digest_of_parts(code, *loaded.digests(CONF, session.files, session.paths))
    shared["config", "language"] = session.digest_value(app.config.language)
    settings = {name: value for name, value in app.env.settings.items() if name not in {"env", "language_code"}}
    shared["config", "settings"] = session.digest_value(settings, "env.settings", session.places.portable)
    for folder in app.config.locale_dirs:
        catalog = Path(app.srcdir, folder, app.config.language, "LC_MESSAGES", "sphinx.mo")
        shared["file", f"{folder}/.../sphinx.mo"] = session.files.digest(catalog)
    shared["config", "tags"] = digest_of("\0".join(_tags(app)).encode())
    shared |= loaded.of_listeners(session.files, session.paths)
    shared["builder", ""] = _builder_digest(app)
    return shared


_INDEPENDENT = ("sphinx.", "sphinxcontrib.", "pronghorn", "myst_parser", "alabaster", "furo", "sphinx_copybutton")
"""Extensions, or beginnings of their names, that read pages in the same way for each builder.

Sphinx expects that of all; some know better.
"""


def _builder_digest(app: Sphinx) -> bytes:
    """Digest what reading may make of the builder."""
    builder, env = app.builder, app.env
    own = [name for name in app.extensions if not name.startswith(_INDEPENDENT)]
    excluded = app.config.smartquotes_excludes.get("builders", ())
    about = (
        builder.name in excluded,
        bool(env.versioning_condition),  # then nodes get identifiers; it is False where they do not
        (builder.name, builder.format) if own else (),
    )
    return digest_of(repr(about).encode())


def digest_shared_inputs(shared: SharedInputs) -> bytes:
    """Return one digest for all."""
    return digest_of_parts(
        *(part for key, digest in sorted(shared.items()) for part in (*map(str.encode, key), digest))
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _tags(app: Sphinx) -> list[str]:
    """Return the tags of the build but those of the builder: builders share what is read."""
    builder = app.builder
    own = {builder.name, builder.format, f"format_{builder.format}", f"builder_{builder.name}"}
    return sorted(set(app.tags) - own)


def _extension_digest(app: Sphinx, name: str, session: Session, package_digest: Callable[[str], bytes]) -> bytes:
    """Digest the code of an extension; of Sphinx's own, the version of Sphinx says it all.

    :param package_digest: digests the files of a package, by its name.
    """
    extension = app.extensions[name]
    parts = [str(extension.version).encode()]
    if not name.startswith(("sphinx.", "pronghorn")):
        parts += [package_digest(package_of(name)), session.modules.digest(name) or b""]
    return digest_of_parts(*parts)


def _files_of(package: str) -> Iterator[str]:
    """Return the Python files of a package."""
    for folder in getattr(sys.modules.get(package), "__path__", ()):
        for place, folders, names in os.walk(folder):
            folders.sort()
            yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".py"))  # noqa: PTH118 - many
