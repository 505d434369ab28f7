"""How does somebody hear of something outside the platform? By a message of `exchange` to the gateway of a channel.

The body a gateway receives is JSON: `{"channel", "to", "text", "about"}`. It is written in the transaction of what it is
about and leaves afterwards; a gateway that is down holds nothing up and gets it later, once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from approvals.exchange import actions as exchange
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.notices.models import Channel, Notice, Preference, Sent, Wording
from approvals.notices.words import ALLOWED, ChannelKind, Occasion
from approvals.organisations.models import User


def send(
    *,
    occasion: Occasion,
    to: Mapping[str, str],
    values: Mapping[str, object],
    key: str,
    at: datetime,
    about: str = "",
) -> int:
    """Say this on an occasion to one person, over every channel that is open, has words for it and an address in `to`
    (channel kind → address); how many messages were written. Once for each `key` and channel. In the caller's
    transaction."""
    wanted = [kind for kind, address in to.items() if address]
    channels = list(Channel.objects.filter(kind__in=wanted, enabled=True).select_related("endpoint"))
    if not channels:
        return 0
    kinds = [channel.kind for channel in channels]
    words = dict(Wording.objects.filter(occasion=occasion, kind__in=kinds).values_list("kind", "text"))
    done = set(Sent.objects.filter(key=key, kind__in=kinds).values_list("kind", flat=True))
    written = 0
    for channel in channels:
        if channel.kind in done or channel.kind not in words:
            continue
        text = words[channel.kind].format(**dict.fromkeys(ALLOWED, "") | dict(values))[:500]
        body = {"channel": channel.kind, "to": to[channel.kind], "text": text, "about": about}
        message = exchange.enqueue(
            endpoint=channel.endpoint,
            topic=f"notice.{occasion.lower()}",
            body=json.dumps(body, ensure_ascii=False),
            thread=about and f"notice {about}",
            at=at,
        )
        Sent.objects.create(
            key=key, kind=channel.kind, occasion=occasion, about=about, text=text, at=at, message=message
        )
        written += 1
    if written:
        transaction.on_commit(nudge_exchange, robust=True)
    return written


def addresses_of(user: User, kinds: Iterable[str]) -> dict[str, str]:
    """Where a person of the staff is reached: 赣政通 by account, e-mail and telephone as in their account."""
    known = {ChannelKind.SMS: user.phone, ChannelKind.EMAIL: user.email, ChannelKind.GZT: user.username}
    return {kind: known[ChannelKind(kind)] for kind in kinds if kind in ChannelKind.values}


def copy_out(*, notices: Iterable[Notice], at: datetime) -> int:
    """Send fresh notices on to those who wish to hear of each at once; how many messages were written."""
    by_user = {one.user_id: one for one in notices}
    wishes = Preference.objects.filter(user__in=by_user, daily=False).select_related("user")
    return sum(
        send(
            occasion=Occasion.STAFF,
            to=addresses_of(wish.user, wish.channels),
            values={"item": by_user[wish.user_id].title},
            key=f"notice-{wish.user_id}-{by_user[wish.user_id].key}"[:120],
            at=at,
        )
        for wish in wishes
        if wish.channels
    )


def digest(*, on: date, at: datetime) -> int:
    """One message to each person who wishes a daily one and has something unread; how many were written."""
    written = 0
    wishes = Preference.objects.filter(Q(daily=True), user__is_active=True).exclude(channels=[]).select_related("user")
    for wish in wishes.order_by("pk"):
        count = Notice.objects.filter(user=wish.user_id, read_at=None).count()
        if not count:
            continue
        with transaction.atomic():
            to = addresses_of(wish.user, wish.channels)
            key = f"digest-{wish.user_id}-{on}"
            written += send(occasion=Occasion.DIGEST, to=to, values={"count": count, "day": on}, key=key, at=at)
    return written


def wish(*, user: int, channels: Iterable[str], daily: bool) -> Preference:
    """Keep how a person of the staff wants to be told. Unknown channels are left out."""
    kept = [kind for kind in channels if kind in ChannelKind.values]
    made, _ = Preference.objects.update_or_create(user_id=user, defaults={"channels": kept, "daily": daily})
    return made
