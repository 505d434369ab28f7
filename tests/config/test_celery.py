"""Can a worker start, and does everything that is scheduled or woken exist?"""

import pytest
from django.conf import settings

from approvals.audit.sources import readers
from config.celery import app


@pytest.fixture(scope="module")
def tasks() -> set[str]:
    app.loader.import_default_modules()
    return set(app.tasks)


def test_every_scheduled_task_exists(tasks):
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - tasks == set()


def test_every_reader_of_the_register_is_a_task(tasks):
    assert set(readers) - tasks == set()


def test_no_task_waits_in_the_broker_for_its_time(tasks):
    """When something is due is a column; a schedule that a broker holds is lost with it."""
    assert [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if {"eta", "countdown"} & set(entry)] == []
    assert [name for name in tasks if getattr(app.tasks[name], "autoretry_for", ())] == []
