"""How is a person of the staff told something, and how do they say that they have seen it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from approvals.notices.models import Notice
from approvals.notices.sending import copy_out
from approvals.organisations.models import Post, User


def tell(*, to: Iterable[int], kind: str, title: str, key: str, at: datetime, body: str = "", url: str = "") -> int:
    """Tell each of these people once per `key`, in the caller's transaction; to how many it was said now.

    Texts are cut to what a list shows; `url` is an address of this platform. Repeating a key says nothing again.
    """
    people = set(to)
    known = set(Notice.objects.filter(user__in=people, key=key).values_list("user", flat=True))
    fresh = sorted(people - known)
    said = [
        Notice(user_id=user, kind=kind, key=key, title=title[:120], body=body[:500], url=url, at=at) for user in fresh
    ]
    Notice.objects.bulk_create(said, ignore_conflicts=True)
    copy_out(notices=said, at=at)
    return len(fresh)


def people_in(
    *, on: date, organs: Iterable[int] = (), units: Iterable[int] = (), roles: Iterable[str] = ()
) -> list[int]:
    """Who sits on a day in a post of these organs or supervision units (either suffices), in one of these roles (none
    said: any), or stands in for one who does: ids of active users, each once."""
    where = Q(organ__in=list(organs)) | Q(unit__in=list(units))
    wanted = Post.objects.in_force(on).filter(where)
    if chosen := list(roles):
        wanted = wanted.filter(role__in=chosen)
    standing_in = Q(substitutions__post__in=wanted, substitutions__starts_on__lte=on, substitutions__ends_on__gte=on)
    people = User.objects.filter(Q(posts__in=wanted) | standing_in, is_active=True)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())


def read(*, user: int, at: datetime, notices: Iterable[int] | None = None) -> int:
    """The person has seen these notices, or all of theirs; how many were new. Somebody else's are left alone."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    return unread.update(read_at=at)
