"""How does a test sit down at a desk? A client logged in as a person in one of their posts, and what a page offers there."""

import re

from django.test import Client
from django.utils import timezone

from approvals.organisations.access import Actor
from approvals.organisations.models import User


def at_desk(actor: Actor) -> Client:
    """A browser of this person, sitting in this post."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user), backend="approvals.organisations.rights.PostsInForce")
    session = client.session
    session["post"] = actor.post
    session["seen"] = int(timezone.now().timestamp())
    session.save()
    return client


def acts_on(page: str) -> set[str]:
    """Every act a case page offers: the open form, forms of one press, and links that open a form."""
    forms = set(re.findall(r'action="/cases/[^/"]+/act/([A-Z_]+)/', page))
    return forms | set(re.findall(r'data-act="([A-Z_]+)"', page))
