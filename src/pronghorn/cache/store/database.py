"""The database file of the store: opened, shared, and started again when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pronghorn.cache.store.statements import TABLES, DamageError

Result = TypeVar("Result")
Action = Callable[[sqlite3.Connection], Result]

VERSION = 1
"""Part of the file's name, so that versions of Pronghorn with other tables have files of their own."""
BUSY_S = 10.0
"""How long to wait for another process to finish writing."""
_PAUSE_S = 0.005
"""How often to check for that if SQLite does not."""

SETTINGS = (
    "PRAGMA synchronous = NORMAL",  # a power failure may cost the last entries, and nothing else
    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
# No statement of ours is wrong or breaks a constraint, so these say that the file is not what it was.
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
    }
)
_ONLY_WRITING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Database:
    """The newest database in *folder*, for one thread at a time. Its errors are not raised to the caller.

    The name of the file ends in a number. A damaged file is neither repaired nor renamed: a process that finds the
    damage goes on with the next number, so that no name ever means two files to processes that run at once.

    :ivar problem: why nothing is written, and perhaps nothing read; None while all is well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._number = 0
        self._usable = True
        self._replaced = False
        self._connection: sqlite3.Connection | None = None
        _disconnect_before_fork(self)

    @property
    def file(self) -> Path:
        """The file in use."""
        return self._named(self._number)

    def read(self, action: Action[Result]) -> Result | None:
        """Return what *action* makes of the connection; None if the database cannot be used."""
        return self._attempt(action, writing=False)

    def write(self, action: Action[Result]) -> Result | None:
        """Return what *action* returns, run as one transaction; None if it cannot be done, or there is a problem."""

        def transact(connection: sqlite3.Connection) -> Result:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                return action(connection)

        return None if self.problem else self._attempt(transact, writing=True)

    def _replace(self) -> None:
        """Go on with a new database. If that is damaged in the same build too, go on without one."""
        self.disconnect()
        if self._replaced:
            self._stop("it was damaged twice")
        self._replaced = True
        # Where another process was quicker, its new file is there already.
        self._number = max(self._number + 1, *self._numbers(), 1)

    def disconnect(self) -> None:
        """Close the file until it is needed again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Close the file for good: from now on nothing is found and nothing is written."""
        self.disconnect()
        self._usable = False

    def _attempt(self, action: Action[Result], *, writing: bool) -> Result | None:
        while self._usable:
            try:
                self._connection = self._connection or self._connected()
                return action(self._connection)
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if not self._mended(error, writing=writing):
                    break
        return None

    def _mended(self, error: Exception, *, writing: bool) -> bool:
        """Replace a damaged database, and return whether to try again; note problems that only the user can solve."""
        # SQLite quotes what is damaged; Python cannot decode that, and raises another error.
        code = (
            sqlite3.SQLITE_CORRUPT if isinstance(error, UnicodeDecodeError) else getattr(error, "sqlite_errorcode", 0)
        )
        # A damaged header can make SQLite believe that it must not write.
        is_misled = code == sqlite3.SQLITE_READONLY and os.access(self.file, os.W_OK)
        if code & 0xFF in _DAMAGE or is_misled or code == sqlite3.SQLITE_READONLY_DBMOVED:
            self._replace()
            return True
        if writing and code & 0xFF in _ONLY_WRITING and self._connection is not None:
            self.problem = f"the page cache {self.file} takes nothing more: {error}"
        else:
            self._stop(error)
        return False

    def _stop(self, reason: object) -> None:
        self.close()
        self.problem = f"the page cache {self.file} is not used: {reason}"

    def _connected(self) -> sqlite3.Connection:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._number = max(self._number, *self._numbers(), 0)
        except (OSError, ValueError) as error:  # ValueError: a null character in its name
            raise sqlite3.OperationalError(str(error)) from error
        connection = sqlite3.connect(self.file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            _set_up(connection)
        except BaseException:
            connection.close()
            raise
        self._remove_older()
        return connection

    def _named(self, number: int) -> Path:
        return self.folder / f"store-{VERSION}-{number}.sqlite3"

    def _numbers(self) -> Iterator[int]:
        for file in self.folder.glob(f"store-{VERSION}-*.sqlite3"):
            number = file.stem.rpartition("-")[2]
            if number.isdecimal():
                yield int(number)

    def _remove_older(self) -> None:
        for number in self._numbers():
            for suffix in ("-wal", "-shm", "") if number < self._number else ():
                with suppress(OSError):  # another process has it open, and the system minds: a later build will do it
                    Path(f"{self._named(number)}{suffix}").unlink(missing_ok=True)


def _set_up(connection: sqlite3.Connection) -> None:
    connection.text_factory = bytes  # text that is not UTF-8 comes from damage, and is found by its digest
    for setting in SETTINGS:
        connection.execute(setting)
    version = _version_of(connection)
    if version == 0:
        _create(connection)
    elif version != VERSION:
        raise DamageError(f"version {version} of the tables, not {VERSION}")


def _version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables. Another process may be doing the same."""
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _write_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for table in TABLES:
            connection.execute(table)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep writers and readers from waiting for each other.

    SQLite gives up at once if another process writes, lest two that switch wait for each other.
    """
    end = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _disconnect_before_fork(database: Database) -> None:
    """Let parent and child open the file again: SQLite's connections and locks do not survive a fork."""
    if sys.platform == "win32":
        return
    disconnect = weakref.WeakMethod(database.disconnect)

    def release() -> None:
        method = disconnect()
        if method is not None:
            method()

    os.register_at_fork(before=release)
