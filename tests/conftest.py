"""What does every test stand on? A database seeded once per run as `manage.py load` does it; no test cleans up.

- `@pytest.mark.django_db`: rolled back at the end, over this worker's seeded database. The usual case.
- `live_db`: a seeded database of the module's own in which commits stay, for threads, processes and browsers.
"""

import fcntl
import gc
import importlib.util
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from tests import databases

IN_CI = os.environ.get("CI") == "true"
collect_ignore = [] if importlib.util.find_spec("playwright") else ["browser"]

# Models and templates stay to the end: looking through them for rubbish took a tenth of the time.
gc.set_threshold(100_000, 50, 100)

hypothesis.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None
)
hypothesis.register_profile("desk", deadline=None, max_examples=100)
hypothesis.load_profile("ci" if IN_CI else "desk")


# ---------------------------------------------------------------- the databases


@pytest.fixture(scope="session")
def database_engine(tmp_path_factory: pytest.TempPathFactory) -> databases.Sqlite | databases.Postgres:
    return databases.engine(run=databases.run_name(), folder=shared_folder(tmp_path_factory))


@pytest.fixture(scope="session")
def seeded_template(
    request, database_engine, tmp_path_factory, django_test_environment, django_db_blocker
) -> Iterator[str]:
    """The name of the migrated, seeded database nobody writes to; the first worker builds it, the last drops it.

    With `--reuse-db` the one built by an earlier run stands in, as long as migrations and seeds are the same.
    """
    name = database_engine.name("template")
    kept = databases.kept(database_engine) if request.config.getoption("reuse_db") else ""
    with django_db_blocker.unblock():
        is_there = bool(kept) and database_engine.exists(kept)
    if is_there:
        yield kept
        return
    users = shared_folder(tmp_path_factory) / "template.users"
    with django_db_blocker.unblock(), counted(users, by=+1) as count:
        if count == 1:
            database_engine.create(name)
            try:
                gc.disable()  # a third of the time went into looking for rubbish among the models of every migration
                with databases.at(name):
                    call_command("migrate", verbosity=0)
                    call_command("load", demo=True, verbosity=0)
            except BaseException:
                database_engine.drop(name)
                raise
            finally:
                gc.enable()
            if kept:
                database_engine.keep(name, kept)
    yield name
    with django_db_blocker.unblock(), counted(users, by=-1) as count:
        if count == 0:
            database_engine.drop(name)


@contextmanager
def counted(path: Path, *, by: int) -> Iterator[int]:
    """Change a count that all workers share and hold it locked meanwhile; left as it was when the block fails."""
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        count = int(file.read() or 0) + by
        yield count
        file.truncate(0)
        file.write(str(count))


@pytest.fixture(scope="session")
def django_db_setup(seeded_template, database_engine, django_db_blocker) -> Iterator[None]:
    """This worker's own copy, under the transaction that every `django_db` test rolls back."""
    name = database_engine.name(worker())
    with django_db_blocker.unblock():
        database_engine.copy(seeded_template, name)
    with databases.at(name):
        yield
    with django_db_blocker.unblock():
        database_engine.drop(name)


@dataclass(frozen=True)
class LiveDatabase:
    """Where the committed rows are, and the environment in which another process finds them."""

    name: str
    env: dict[str, str]


@pytest.fixture(scope="module")
def live_database(request, seeded_template, database_engine, django_db_blocker) -> Iterator[LiveDatabase]:
    """A seeded copy for one module. Not pointed at yet: take `live_db` in the test."""
    name = database_engine.name(f"{worker()}_{request.path.stem}"[:40])
    with django_db_blocker.unblock():
        database_engine.copy(seeded_template, name)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_engine.url(name),
        "VAR_DIR": str(settings.VAR_DIR),
    }
    yield LiveDatabase(name=name, env=environment)
    with django_db_blocker.unblock():
        database_engine.drop(name)


@pytest.fixture
def live_db(live_database, django_db_blocker) -> Iterator[LiveDatabase]:
    """Commits stay until the module ends: the test makes its own people and cases and counts only those."""
    with django_db_blocker.unblock(), databases.at(live_database.name):
        yield live_database


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The run's temporary folder, one for all xdist workers."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="module")
def live_site(live_database, django_db_blocker) -> Iterator[str]:
    """The address of the whole site, served from this process over the module's live database."""
    with django_db_blocker.unblock(), databases.at(live_database.name):
        server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=4, map={})
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        serving.join(timeout=5)


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_in_the_broker() -> Iterator[None]:
    """Nudges of this run that no worker took."""
    yield
    if settings.CELERY_BROKER_URL.startswith("redis"):
        queue = settings.CELERY_TASK_DEFAULT_QUEUE
        redis.Redis.from_url(settings.CELERY_BROKER_URL).delete(queue, f"_kombu.binding.{queue}")


# ---------------------------------------------------------------- which tests run


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the other engine are deselected, never skipped; what would flush the database is refused.

    What needs no database is marked `pure`, so that it can be left to the first engine: `-m "not pure"`.
    """
    gc.freeze()  # what is imported by now stays: no need to look at it again and again
    gc.set_threshold(20_000, 20, 20)
    for item in items:
        if not needs_database(item):
            item.add_marker(pytest.mark.pure)
    elsewhere = "postgres" if connection.vendor == "sqlite" else "sqlite"
    deselected = [item for item in items if item.get_closest_marker(elsewhere)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if not item.get_closest_marker(elsewhere)]
    flushing = [item.nodeid for item in items if flushes(item)]
    if flushing:
        raise pytest.UsageError("留痕表不许清空，请改用 live_db：" + "、".join(flushing))


def needs_database(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres", "browser"))
    asked = {"db", "django_db_setup", "seeded_template", "live_db", "live_database", "live_site"}
    return marked or bool(asked & set(getattr(item, "fixturenames", ())))


def flushes(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker) and bool(marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    return asked or bool({"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    return no_skips_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    return no_skips_in_ci((yield))


def no_skips_in_ci(report):
    """In CI a skipped test counts as failed: what is not run there has to be deselected by a marker, in the open."""
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI 中不允许跳过：{report.longrepr}"
    return report
