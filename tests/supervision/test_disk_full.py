"""What if the disk is full while decisions are being pushed? Nothing half written, and it goes on when there is room."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from tests.supervision.conftest import GAS, granted, pushed


def pages_at_most(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {count}")


@pytest.mark.sqlite
def test_a_full_disk_leaves_no_half_push_and_afterwards_each_goes_out_once(live_db):
    stories = [granted(GAS) for _ in range(3)]
    cases = [story.case.pk for story in stories]
    while enrol():
        pass
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    pages_at_most(pages)
    with pytest.raises(OperationalError, match="full"):
        follow_cases(at=timezone.now())
    assert not Push.objects.filter(case__in=cases).exists()
    pages_at_most(2**30)
    pushed(timezone.now())
    assert Push.objects.filter(case__in=cases).count() == 6
    numbers = Push.objects.filter(case__in=cases, copy=False).order_by("unit_sequence")
    assert [push.unit_sequence for push in numbers] == [1, 2, 3]
