"""What does an administrator see of pushes? How they stand; never what they say, and nothing to change."""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.exchange.models import Endpoint
from approvals.organisations.models import SupervisionUnit, User
from approvals.supervision.models import UnitEndpoint
from tests.factories import COMPANY
from tests.supervision.conftest import granted_and_pushed, main_push

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    client.force_login(User.objects.get(posts__role="AUDITOR"), backend="approvals.organisations.rights.PostsInForce")
    return client


@pytest.mark.parametrize("model", ["push", "orphan", "pushevent", "unitendpoint"])
def test_every_list_opens(auditor, model):
    granted_and_pushed()
    page = auditor.get(reverse(f"admin:supervision_{model}_changelist"))
    assert page.status_code == 200


def test_a_push_is_looked_at_without_the_applicant(auditor):
    push = main_push(granted_and_pushed().case)
    address = reverse("admin:supervision_push_change", args=[push.pk])
    page = auditor.get(address).content.decode()
    assert push.case.number in page
    assert COMPANY not in page
    assert auditor.post(address, {"state": "CLAIMED"}).status_code == 403


def test_a_unit_with_an_inbox_is_moved_to_its_own_system(admin_client, settings):
    push = main_push(granted_and_pushed().case)
    endpoint = Endpoint.objects.create(code="forestry", name="林业监管系统", transport="INBOX")
    address = reverse("admin:supervision_unitendpoint_change", args=[push.unit_id])
    admin_client.post(address, {"endpoint": endpoint.pk})
    assert UnitEndpoint.objects.get(unit=push.unit).endpoint == endpoint
    assert SupervisionUnit.objects.filter(receiving__endpoint=endpoint).count() == 1
