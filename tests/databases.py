"""Where do tests keep their databases? One migrated, seeded template per run; everything else is a cheap copy of it.

Append-only triggers forbid flushing a table, so no test ever cleans up: it is rolled back, or its copy is dropped.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
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

    def kept(self, digest: str) -> str:
        """The name of a template that outlives the run, for all runs on this machine."""
        folder = Path(tempfile.gettempdir()) / f"approvals-templates-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return str(folder / f"{digest}.sqlite3")

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def keep(self, name: str, kept: str) -> None:
        """Copy a finished template aside; whole or not at all, whoever else does the same."""
        half = f"{kept}.{os.getpid()}"
        self.copy(name, half)
        Path(half).replace(kept)

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

    def kept(self, digest: str) -> str:
        """The name of a template that outlives the run, for all runs on this server."""
        return f"test_approvals_kept_{digest}"

    def exists(self, name: str) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def keep(self, name: str, kept: str) -> None:
        """Copy a finished template aside, unless another run did so meanwhile."""
        half = f"{kept}_{os.getpid()}"
        self.copy(name, half)
        if self.exists(kept):
            self.drop(half)
        else:
            quote = connection.ops.quote_name
            self._say(f"ALTER DATABASE {quote(half)} RENAME TO {quote(kept)}")

    def url(self, name: str) -> str:
        settings = connection.settings_dict
        password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        return f"postgres://{settings['USER']}{password}@{settings['HOST']}:{settings['PORT'] or 5432}/{name}"

    def _say(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def engine(*, run: str, folder: Path) -> Sqlite | Postgres:
    return Sqlite(folder) if connection.vendor == "sqlite" else Postgres(run)


def kept(engine: Sqlite | Postgres) -> str:
    """Where `--reuse-db` keeps a template: named by what it was built from."""
    made_from = hashlib.sha256()
    patterns = ("approvals/*/migrations/*.py", "approvals/**/load*.py", "seeds/**/*", "fixtures/**/*")
    for file in sorted(file for pattern in patterns for file in settings.BASE_DIR.glob(pattern) if file.is_file()):
        made_from.update(str(file.relative_to(settings.BASE_DIR)).encode())
        made_from.update(file.read_bytes())
    return engine.kept(made_from.hexdigest()[:16])


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
