"""What does the server say about itself to a load balancer?"""

import pytest
from django.db import connection

from config.celery import app


def test_being_alive_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_a_migrated_and_loaded_server_is_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.json()["failures"] == {}


@pytest.mark.django_db
def test_a_migration_that_was_not_executed_makes_it_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "manage.py migrate" in answer.json()["failures"]["migrations"]


@pytest.mark.django_db
def test_a_year_without_a_calendar_is_only_a_warning(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM calendars_dayoverride")
        cursor.execute("DELETE FROM calendars_calendaryear")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert "放假通知" in answer.json()["warnings"]["calendar"]


@pytest.mark.django_db
def test_a_silent_broker_is_only_a_warning(client, settings):
    usual = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    try:
        answer = client.get("/readyz")
    finally:
        app.conf.broker_url = app.conf.broker_write_url = usual

    assert answer.status_code == 200
    assert "broker" in answer.json()["warnings"]
