"""Is this still the one session of its person? A new login ends the older one, and the older browser is told why.

GB/T 22239-2019 8.1.4.1. The session carries a random token and the account the token of its latest login; whoever
carries another one sits in an older browser.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string

from approvals.organisations.models import User

TOKEN = "sitting"


@receiver(user_logged_in)
def sit_down(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At every login: this session is the person's one from now on."""
    user.sitting = request.session[TOKEN] = get_random_string(32)
    User.objects.filter(pk=user.pk).update(sitting=user.sitting)


def superseded(request: HttpRequest) -> bool:
    """Whether the person has logged in elsewhere since this session began."""
    current = getattr(request.user, "sitting", "")
    if not settings.ONE_SESSION or not current:
        return False
    return not constant_time_compare(request.session.get(TOKEN, ""), current)
