"""Events, and the logging of Sphinx."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

LISTENERS = Internal(
    "sphinx.events:EventManager.listeners",
    Touch.CHANGED,
    (Attribute(),),
    Capability.PLUGINS | Capability.WRITING | Capability.SIDEBARS,
    lost="what listens could not be compared, taken back or set aside",
    why="Sphinx connects and disconnects by number, and has no public list of listeners",
)
EMIT = Internal(
    "sphinx.events:EventManager.emit",
    Touch.WRAPPED,
    (Function("self, name, *args, allowed_exceptions=()", calls="listeners"),),
    Capability.WRITING,
    lost="files that an extension writes when the build ends would stay when it is taken out",
    why="a listener hears an event, and not what other listeners do with it",
)
WARNING_HANDLER = Internal(
    "sphinx.util.logging:WarningStreamHandler",
    Touch.OVERRIDDEN,
    (Value(type),),
    Capability.READING | Capability.WRITING,
    lost="the warnings of pages would be printed twice",
    why="pending_warnings() of Sphinx lets go of the warnings at its end; what is kept with a page must not be given",
)
NAMESPACE = Internal(
    "sphinx.util.logging:NAMESPACE",
    Touch.READ,
    (Value(str),),
    Capability.READING | Capability.WRITING,
    lost="the warnings of pages would not be kept with them",
    why="the name of Sphinx's logger has no public name",
)
LOG_COLLECTOR = Internal(
    "sphinx.util.logging:LogCollector.collect",
    Touch.CALLED,
    (Function("self"),),
    Capability.PARALLEL,
    lost="warnings of other processes would be lost",
    why="Sphinx brings log records from its processes by it, and has no public name for that",
)
SERIALIZABLE = Internal(
    "sphinx.util.logging:convert_serializable",
    Touch.CALLED,
    (Function("records"),),
    Capability.PARALLEL,
    lost="warnings of other processes could not be sent",
    why="as for LogCollector.collect",
)
