"""Does what the container starts really serve: gunicorn over PostgreSQL, as the application role, behind a proxy?"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from approvals.organisations.models import User
from config.probe import ready

ROOT = Path(settings.BASE_DIR)
HOST = "approvals.example"


@pytest.fixture(scope="module")
def environment(live_database, tmp_path_factory) -> dict[str, str]:
    """What docker-compose.yml hands to the web process."""
    place = tmp_path_factory.mktemp("production")
    values = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PRODUCTION": "1",
        "SECRET_KEY": "a-secret-key-of-our-own-that-is-long-enough-for-django-0123456789",
        "FIELD_KEY": settings.FIELD_KEY + "-not-the-default",
        "FILE_KEY": settings.FIELD_KEY + "-for-files",
        "ALLOWED_HOSTS": HOST,
        "BEHIND_PROXY": "1",
        "VAR_DIR": str(place),
        "STATIC_ROOT": str(place / "static"),
        "DATABASE_URL": live_database.env["DATABASE_URL"],
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
    }
    collected = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collected, cwd=ROOT, env=values, check=True)
    return values


@contextmanager
def gunicorn(environment: dict[str, str]) -> "Iterator[tuple[subprocess.Popen[str], int]]":
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield server, port
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_until_ready(server: "subprocess.Popen[str]", port: int) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        if ready(port=str(port), host=HOST):
            return True
        time.sleep(0.3)
    return False


def ask(port: int, path: str, *, https: bool = True):
    headers = {"Host": HOST, "X-Forwarded-Proto": "https" if https else "http"}
    opener = urllib.request.build_opener(NoRedirect)
    return opener.open(urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=10)


class NoRedirect(urllib.request.HTTPErrorProcessor):
    def http_response(self, request, response):
        return response


@pytest.mark.live
@pytest.mark.postgres
def test_production_serves_over_https_only_and_answers_the_health_check(live_db, environment):
    User.objects.update(is_demo=False)

    with gunicorn(environment) as (server, port):
        assert wait_until_ready(server, port)
        page, plain, alive = (
            ask(port, "/login/"),
            ask(port, "/admin/", https=False),
            ask(port, "/healthz", https=False),
        )
        style = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())[1]
        styled = ask(port, style)

    assert (page.status, plain.status, alive.status, styled.status) == (200, 301, 200, 200)
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "immutable" in styled.headers["Cache-Control"]


@pytest.mark.live
@pytest.mark.postgres
def test_production_does_not_come_up_over_demo_accounts(live_db, environment):
    User.objects.filter(username="huangli").update(is_demo=True)

    with gunicorn(environment) as (server, port):
        assert not wait_until_ready(server, port)
        assert server.wait(timeout=20) != 0


def test_the_compose_file_commits_no_secret_and_the_example_names_every_one():
    text = (ROOT / "docker-compose.yml").read_text()
    required = set(re.findall(r"\$\{(\w+):\?", text))
    named = set(re.findall(r"^(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert required <= named
    assert {"SECRET_KEY", "FIELD_KEY", "POSTGRES_PASSWORD", "APPLICATION_PASSWORD"} <= required


def test_the_compose_file_runs_migrations_once_and_the_rest_after_it_without_owning_tables():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert set(services) == {"web", "worker", "beat", "migrate", "db", "redis"}
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert "//approvals_app:" in services[name]["environment"]["DATABASE_URL"]
    assert "//approvals_owner:" in services["migrate"]["environment"]["DATABASE_URL"]
