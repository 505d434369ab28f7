"""What does an administrator see of the exchange, and what never?"""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.exchange.delivery import deliver
from approvals.exchange.models import Endpoint, Message, new_secret
from approvals.organisations.models import User
from tests.exchange.conftest import SECRET, endpoint_to, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def system_admin(client):
    """The system administrator of the demonstration: keeps endpoints, handles no cases."""
    client.force_login(User.objects.get(posts__role="SYSTEM_ADMIN"))
    return client


def form(**changes: str) -> dict[str, str]:
    return {
        "code": "unit",
        "name": "监管系统",
        "transport": "HTTP",
        "receipts": "PLAIN",
        "url": "https://unit.test/",
        "enabled": "on",
    } | changes


def test_an_endpoint_is_made_with_a_secret_that_is_never_shown_again(system_admin):
    secret = new_secret()
    system_admin.post(reverse("admin:exchange_endpoint_add"), form(secret=secret))
    endpoint = Endpoint.objects.get(code="unit")
    assert endpoint.secret == secret
    page = system_admin.get(reverse("admin:exchange_endpoint_change", args=[endpoint.pk])).content.decode()
    assert "监管系统" in page
    assert secret not in page


def test_leaving_the_secret_empty_keeps_it(system_admin):
    endpoint = endpoint_to("https://unit.test/")
    system_admin.post(reverse("admin:exchange_endpoint_change", args=[endpoint.pk]), form(name="新名", secret=""))
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.secret) == ("新名", SECRET)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"secret": "short"}, "至少 24 字节"),
        ({"secret": ""}, "至少 24 字节"),
        ({"secret": SECRET, "url": "ftp://x"}, "http://"),
    ],
)
def test_an_endpoint_without_secret_or_address_is_refused_with_a_reason(system_admin, wrong, says):
    page = system_admin.post(reverse("admin:exchange_endpoint_add"), form(**wrong)).content.decode()
    assert says in page
    assert not Endpoint.objects.filter(code="unit").exists()


def test_the_text_of_a_message_is_not_for_administrators(system_admin, clock):
    message = write(endpoint_to("https://unit.test/"), at=clock(), body='{"申请人": "谢某某"}')
    page = system_admin.get(reverse("admin:exchange_message_change", args=[message.pk])).content.decode()
    assert str(message.pk) in page
    assert "谢某某" not in page


def test_a_dead_letter_is_sent_again_from_the_list(system_admin, receiver, clock):
    sink = receiver(fail=1, status=400)
    message = write(endpoint_to(sink.url), at=clock())
    deliver(clock=clock)
    listed = reverse("admin:exchange_message_changelist")

    system_admin.post(listed, {"action": "resend", "_selected_action": [str(message.pk)]})

    assert deliver() == 1
    refused = system_admin.post(listed, {"action": "resend", "_selected_action": [str(message.pk)]}, follow=True)
    assert "已不是死信" in refused.content.decode()
    assert Message.objects.get(pk=message.pk).state == "CONFIRMED"


def test_the_auditor_looks_and_changes_nothing(client, clock):
    client.force_login(User.objects.get(posts__role="AUDITOR"))
    message = write(endpoint_to("https://unit.test/"), at=clock())
    listed = reverse("admin:exchange_message_changelist")
    assert str(message.pk) in client.get(listed).content.decode()
    assert "重新发送" not in client.get(listed).content.decode()
