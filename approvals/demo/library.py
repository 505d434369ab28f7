"""Did the city's licence library take each licence of the demonstration? Connected, waited for, and checked as anybody can."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from approvals.cases.models import Concern
from approvals.demo.lead import Lead
from approvals.errors import Refused
from approvals.exchange.models import Endpoint, Message
from approvals.licences.models import LibraryMessage, Licence


class NoLicenceArrived(Refused):
    code = "demo-no-licence-arrived"
    title = "证照没有在时限内得到证照库的回执"


def connect_library(url: str, secret: str) -> None:
    """Send every record of a licence to the library at this address."""
    Endpoint.objects.update_or_create(
        code=settings.LICENCE_LIBRARY_ENDPOINT,
        defaults={
            "name": "市电子证照库（演示）",
            "transport": Endpoint.Transport.HTTP,
            "url": url,
            "secret": secret,
            "receipts": Endpoint.Receipts.SHARED,
            "allow_private": True,
        },
    )


def receipted(
    lead: Lead, say: Callable[[str], None], still_alive: Callable[[], None], *, patience: float
) -> dict[str, Any]:
    """Wait until the library has receipted the licence of a case; the licence as plain JSON. Raises NoLicenceArrived."""
    licence = Concern.objects.select_related("licence").get(case=lead.case).licence
    until = time.monotonic() + patience
    while time.monotonic() < until:
        sent = LibraryMessage.objects.filter(event__licence=licence, message__state=Message.State.CONFIRMED)
        told = sent.select_related("message").first()
        if told is not None:
            say(f"{lead.case.number}　{licence.name} {licence.number}，证照库已给回执")
            return _told(licence, told.message)
        still_alive()
        time.sleep(0.1)
    raise NoLicenceArrived(f"{patience:.0f} 秒内没有等到 {licence.number} 的回执；看后台任务的日志。")


def _told(licence: Licence, message: Message) -> dict[str, Any]:
    confirmed = message.confirmed_at
    query = urlencode({"number": licence.number, "code": licence.verify_code})
    return {
        "name": licence.name,
        "number": licence.number,
        "identifier": licence.identifier,
        "status": licence.status_on(timezone.localdate()).lower(),
        "valid_to": licence.valid_to.isoformat() if licence.valid_to else None,
        "library_confirmed_at": timezone.localtime(confirmed).isoformat() if confirmed else None,
        "verify": f"{reverse('public-licence')}?{query}",
    }
