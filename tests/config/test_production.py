"""Does production refuse to start with anything that belongs to a desk or a demonstration?"""

import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError

from approvals.demo.checks import refuse_demo_accounts
from approvals.organisations.models import User

PROPER = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "PRODUCTION": "1",
    "SECRET_KEY": "a-secret-key-of-our-own-that-is-long-enough-for-django-0123456789",
    "FIELD_KEY": "a-field-key-of-our-own-that-differs-from-the-other-0123456789",
    "FILE_KEY": "a-file-key-of-our-own-that-differs-from-both-others-0123456789",
    "ALLOWED_HOSTS": "approvals.example",
}


def test_the_deployment_check_finds_nothing_to_warn_about(tmp_path):
    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **PROPER},
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, told.stderr


def start(tmp_path, **differences: str) -> subprocess.CompletedProcess[str]:
    """Start the settings of a production process, in which nothing is inherited but the path."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **PROPER, **differences}
    environment = {key: value for key, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], env=environment, capture_output=True, text=True
    )


def test_a_proper_production_starts(tmp_path):
    assert start(tmp_path).returncode == 0


@pytest.mark.parametrize(
    "difference",
    [
        {"DEBUG": "1"},
        {"DEMO": "1"},
        {"SECRET_KEY": ""},
        {"FIELD_KEY": ""},
        {"FIELD_KEY": PROPER["SECRET_KEY"]},
        {"FILE_KEY": ""},
        {"FILE_KEY": PROPER["FIELD_KEY"]},
    ],
    ids=[
        "debug",
        "demo",
        "default secret key",
        "default field key",
        "one key for both",
        "no file key",
        "a file key of others",
    ],
)
def test_production_does_not_start_with(tmp_path, difference):
    started = start(tmp_path, **difference)

    assert started.returncode != 0
    assert "生产环境不能启动" in started.stderr


def test_the_kept_keys_of_a_demonstration_do_not_count_in_production(tmp_path):
    (tmp_path / "demo.env").write_text("SECRET_KEY=from-the-demonstration-0123456789\nFIELD_KEY=too-0123456789\n")

    assert "生产环境不能启动" in start(tmp_path, SECRET_KEY="", FIELD_KEY="").stderr


@pytest.mark.django_db
def test_production_does_not_serve_over_a_database_with_demo_accounts(settings):
    settings.PRODUCTION = True

    with pytest.raises(ImproperlyConfigured, match="演示账号"):
        refuse_demo_accounts()


@pytest.mark.django_db
def test_production_serves_when_no_demo_account_is_there(settings):
    settings.PRODUCTION = True
    User.objects.update(is_demo=False)

    refuse_demo_accounts()


@pytest.mark.django_db
def test_the_deployment_check_names_demo_accounts():
    found = run_checks(tags=["security"], include_deployment_checks=True, databases=["default"])

    assert "demo.E001" in [message.id for message in found]


@pytest.mark.django_db
@pytest.mark.parametrize("call", [["serve"], ["load", "--demo"]], ids=" ".join)
def test_the_commands_of_the_demonstration_refuse_in_production(settings, call):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match=r"生产环境|serve"):
        call_command(*call)
