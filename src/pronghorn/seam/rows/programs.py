"""Programs that Python runs, and what such a program does if it is Python itself."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

_UNSEEN = "a page that runs a Python program would not be read again when what the program looks at changes"

FORK_EXEC = Internal(
    "subprocess:_fork_exec",
    Touch.WRAPPED,
    (Value(),),
    Capability.PROGRAMS,
    lost=_UNSEEN,
    why="the audit event of Popen cannot change what a program gets, and Popen itself is seen by those who call it",
)
POSIX_SPAWN = Internal(
    "subprocess:_USE_POSIX_SPAWN",
    Touch.REPLACED,
    (Value(bool),),
    Capability.PROGRAMS,
    lost=_UNSEEN,
    why="it is documented as the switch of the other way to start programs",
)
VARIABLES = Internal(
    "os:_Environ._data",
    Touch.REPLACED,
    (Attribute(),),
    Capability.PROGRAMS,
    lost="a page would not be read again when an environment variable changes that its program asks for",
    why="os.environ itself is taken from its module by those who use it",
)
FIND_SPEC = Internal(
    "importlib._bootstrap:_find_spec",
    Touch.WRAPPED,
    (Function("name, path, target=None"),),
    Capability.PROGRAMS,
    lost="a page would not be read again when its program would find another module",
    why="the audit event of an import is not raised for a module that is not found",
)
