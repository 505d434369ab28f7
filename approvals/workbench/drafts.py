"""What did a person type on the form of an act and not submit yet? Kept for them alone, per case and act, until the act.

Saved two seconds after the last key, also when the session turns out to have ended under that or under a submit, so that
neither a time-out nor a reload nor a refusal costs anybody an opinion.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from approvals.cases.models import Case
from approvals.cases.queries import find
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.workbench.chrome import actor_of
from approvals.workbench.models import ActDraft, Draft

MOST_CHARACTERS = 200_000
NOT_TYPED = ("csrfmiddlewaretoken", "version", "go", "once")
INTAKE = ("intake", "intake-draft")  # what a form is sent to, pressed or kept by itself
KEPT = (*INTAKE, "act", "act-draft")


def keep(*, user: int, case: Case, action: str, data: QueryDict, at: datetime) -> None:
    """Keep what is typed so far, without files; what is older than `DRAFTS_KEPT_DAYS` goes."""
    ActDraft.objects.filter(user=user, saved_at__lt=at - timedelta(days=settings.DRAFTS_KEPT_DAYS)).delete()
    ActDraft.objects.update_or_create(
        user_id=user, case=case, action=action, defaults={"content": written(data), "saved_at": at}
    )


def keep_intake(*, user: int, actor: Actor, data: QueryDict, at: datetime) -> None:
    """Keep an unfinished intake, without files."""
    code = data.get("item", "")[:20]
    if code:
        Draft.objects.update_or_create(
            user_id=user,
            region=actor.region,
            item=code,
            defaults={"title": data.get("parties.0.name", "")[:120], "content": written(data), "saved_at": at},
        )


def keep_what_was_sent(request: HttpRequest, *, at: datetime) -> bool:
    """Keep a form that arrived in a session that had ended; whether it was one that is kept."""
    try:
        place = resolve(request.path)
    except Resolver404:
        return False
    if request.method != "POST" or request.user.pk is None or place.url_name not in KEPT:
        return False
    try:
        actor = actor_of(request)
        if place.url_name in INTAKE:
            keep_intake(user=request.user.pk, actor=actor, data=request.POST, at=at)
        else:
            case = find(number=place.kwargs["number"], actor=actor)
            keep(user=request.user.pk, case=case, action=place.kwargs["action"][:24], data=request.POST, at=at)
    except Refused:
        return False
    return True


def kept(*, user: int | None, case: Case, action: str) -> ActDraft | None:
    return ActDraft.objects.filter(user=user, case=case, action=action).first()


def drop(*, user: int | None, case: Case, action: str = "") -> None:
    """Forget a person's drafts of a case, or of one act of it."""
    found = ActDraft.objects.filter(user=user, case=case)
    (found.filter(action=action) if action else found).delete()


def written(data: QueryDict) -> str:
    content = {key: data.getlist(key) for key in data if key not in NOT_TYPED}
    text = json.dumps(content, ensure_ascii=False)
    return text if len(text) <= MOST_CHARACTERS else "{}"


def typed_in(content: str) -> QueryDict:
    """The form as it was typed."""
    data = QueryDict(mutable=True)
    for key, values in json.loads(content).items():
        data.setlist(key, values)
    return data
