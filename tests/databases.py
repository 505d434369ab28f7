"""Where do tests keep their databases? One migrated, seeded template per run; everything else is a cheap copy of it.

Append-only triggers forbid flushing a table, so no test ever cleans up: it is rolled back, or its copy is dropped.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


class Sqlite:
    """A database is a file in `folder`; a copy is a copied file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def name(self, label: str) -> str:
        return str(self.folder / f"{label}.sqlite3")

    def create(self, name: str) -> None:
        Path(name).unlink(missing_ok=True)

    def copy(self, source: str, target: str) -> None:
        # What is still in the write-ahead log belongs to the copy too.
        with sqlite3.connect(source) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        shutil.copyfile(source, target)

    def drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)

    def url(self, name: str) -> str:
        return f"sqlite:///{name}"


class Postgres:
    """A database of its own name on the server of DATABASE_URL; a copy is CREATE DATABASE … TEMPLATE."""

    def __init__(self, run: str) -> None:
        self.run = run

    def name(self, label: str) -> str:
        return f"test_approvals_{self.run}_{label}"

    def create(self, name: str) -> None:
        self._say(f"CREATE DATABASE {connection.ops.quote_name(name)}")

    def copy(self, source: str, target: str) -> None:
        quote = connection.ops.quote_name
        self._say(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")

    def drop(self, name: str) -> None:
        self._say(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")

    def url(self, name: str) -> str:
        settings = connection.settings_dict
        password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        return f"postgres://{settings['USER']}{password}@{settings['HOST']}:{settings['PORT'] or 5432}/{name}"

    def _say(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def engine(*, run: str, folder: Path) -> Sqlite | Postgres:
    return Sqlite(folder) if connection.vendor == "sqlite" else Postgres(run)


@contextmanager
def at(name: str) -> Iterator[None]:
    """Point every connection of this process, also those of new threads, at the database `name`."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def run_name() -> str:
    """The same for all xdist workers of one run, different for two runs at once."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
