"""Who is told that the list has moved on? People of the city in a role, once, with the address of the edition."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from approvals.calendars.workdays import local_day
from approvals.notices.actions import tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Post


def tell_role(role: str, *, actor: Actor, title: str, code: str, at: datetime) -> None:
    """Tell everybody of the city in this role, except the person who acted."""
    posts = Post.objects.in_force(local_day(at)).filter(role=role, organ__region__kind="CITY")
    people = set(posts.values_list("user", flat=True)) - {actor.user}
    key = f"catalogue:{code}:{role}:{title}"[:100]
    tell(to=people, kind="catalogue", title=title, url=reverse("catalogue-edition", args=[code]), key=key, at=at)
