"""The application, its configuration and its registry of extensions."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

RAW_CONFIG = Internal(
    "sphinx.config:Config._raw_config",
    Touch.READ,
    (Attribute(),),
    Capability.SETTINGS,
    lost="a default would be taken for what conf.py says, and pronghorn.toml would never win over it",
    why="Sphinx tells the value of a name, and not whether conf.py sets it",
)
OPTIONS = Internal(
    "sphinx.config:Config._options",
    Touch.READ,
    (Attribute(),),
    Capability.READING | Capability.WRITING,
    lost="what extensions read of the configuration while the build starts would not be noted",
    why="the public names cannot be asked from within the access to an attribute, which they go through themselves",
)
VALUES = Internal(
    "sphinx.config:Config.__getattr__",
    Touch.OVERRIDDEN,
    (Function("self, name"),),
    Capability.READING | Capability.WRITING,
    lost="values that are read in another way would not be noted, and pages would not be made again when they change",
    why="Sphinx has no event for the reading of a value; a proxy in place of the object would be of another class",
)
STATE = Internal(
    "sphinx.config:Config.__getstate__",
    Touch.OVERRIDDEN,
    (Function("self"),),
    Capability.READING | Capability.WRITING,
    lost="an environment would hold what is noted for one build, and could not be loaded without Pronghorn",
    why="it is Python's own protocol; which state it gives is Sphinx's",
)
SETUP = Internal(
    "sphinx.config:Config.setup",
    Touch.WRAPPED,
    (Attribute(),),
    Capability.READING,
    lost="pages would not be read again when a file changes that setup() in conf.py reads",
    why="Sphinx has no event around setup()",
)
INIT_ENV = Internal(
    "sphinx.application:Sphinx._init_env",
    Touch.WRAPPED,
    (Function("self, freshenv"),),
    Capability.READING,
    lost="-E would take pages from the cache, and what was there before the environment was loaded would be unknown",
    why="only this method gets the option for a fresh environment",
)
WARNING_COUNT = Internal(
    "sphinx.application:Sphinx._warncount",
    Touch.READ,
    (Attribute(),),
    Capability.WRITING,
    lost="a build in which nothing has changed would not give the warnings of writing again",
    why="the public names tell no number of warnings",
)
APP_ENV = Internal(
    "sphinx.application:Sphinx.env",
    Touch.CHANGED,
    (Attribute("__init__ _init_env"),),
    Capability.READING,
    lost="a page would be read into the environment of the site, and what it contributes would be unknown",
    why="code takes the environment from the application, and there is no other way to give a page one of its own",
)
LOAD_EXTENSION = Internal(
    "sphinx.registry:SphinxComponentRegistry.load_extension",
    Touch.WRAPPED,
    (Function("self, app, extname", calls="import_module"),),
    Capability.READING,
    lost="pages would not be read again when a file changes that an extension looks at while it is loaded",
    why="Sphinx has no event around the loading of an extension",
)
PUBLISHERS = Internal(
    "sphinx.registry:SphinxComponentRegistry.publishers",
    Touch.CHANGED,
    (Attribute(),),
    Capability.READING,
    lost="a page would be read into the environment of another one, with which the publisher was made",
    why="Sphinx 8.2 keeps publishers for the whole build",
    until=(9, 0),
)
DIRECTIVES = Internal(
    "docutils.parsers.rst.directives:_directives",
    Touch.READ,
    (Value(dict),),
    Capability.READING,
    lost="what a directive that is no part of a module remembers would not be noticed",
    why="docutils tells of one directive at a time, by its name",
)
ROLES = Internal(
    "docutils.parsers.rst.roles:_roles",
    Touch.READ,
    (Value(dict),),
    Capability.READING,
    lost="what a role that is no part of a module remembers would not be noticed",
    why="docutils tells of one role at a time, by its name",
)
