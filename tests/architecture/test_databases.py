"""Do the test databases themselves keep their promise: seeded, rolled back, and really committed where asked for?"""

import json
import subprocess
import sys
import threading
import urllib.request

import pytest
from django.db import connection

from approvals.organisations.models import Organ, Region


def new_region(code: str) -> Region:
    return Region.objects.create(code=code, name=f"试{code}", kind=Region.Kind.COUNTY, government="府", court="院")


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(attempt):
    new_region("999901")

    assert Region.objects.filter(code="999901").count() == 1


@pytest.mark.django_db
def test_the_seed_is_there_without_asking():
    assert Organ.objects.exists()


def test_a_commit_in_a_live_database_is_seen_by_a_thread_and_by_another_process(live_db):
    new_region("999902")
    seen = []

    def look() -> None:
        seen.append(Region.objects.filter(code="999902").exists())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    script = "from approvals.organisations.models import Region as R; print(R.objects.filter(code='999902').count())"
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        env=live_db.env,
        capture_output=True,
        text=True,
        check=True,
    )

    assert seen == [True]
    assert told.stdout.strip() == "1"


@pytest.mark.django_db
def test_what_a_live_test_committed_does_not_leak_into_the_others():
    assert not Region.objects.filter(code="999902").exists()


def test_a_test_without_a_mark_cannot_reach_a_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Region.objects.count()


def test_the_live_site_serves_what_the_test_committed(live_db, live_site):
    with urllib.request.urlopen(f"{live_site}/readyz") as answer:
        ready = json.load(answer)["ready"]

    assert ready is True
