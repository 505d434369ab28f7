"""How does a form become an act? Parse, one call of the domain, and an answer that loses nothing that was typed."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect
from rest_framework import serializers

from approvals.cases.access import CaseNotFound
from approvals.cases.actions import Done, perform
from approvals.cases.inputs import Reasons, input_of
from approvals.cases.models import Case
from approvals.cases.needs import Incomplete
from approvals.cases.queries import Line, find, timeline
from approvals.cases.words import Action, Step
from approvals.cases.write import StaleVersion
from approvals.documents.actions import store
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.workbench import drafts
from approvals.workbench.chrome import actor_of
from approvals.workbench.forms import given_of
from approvals.workbench.posted import posted_from
from approvals.workbench.views_case import page

UPLOAD = re.compile(r"upload\.(\d{1,4})")
MOST_FILES = 20


@login_required
@posted_from("case", "number")
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Take one act; a refusal answers with the same page, its reason, and everything that was typed."""
    actor, now = actor_of(request), timezone.now()
    found = find(number=number, actor=actor)
    serializer = serializer_of(found, action)
    given = given_of(serializer, request.POST) if serializer else {}
    version = request.POST.get("version", "")
    try:
        uploads(request, given, actor)
        done = perform(
            number=number,
            action=action,
            actor=actor,
            at=now,
            given=given,
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
        )
    except CaseNotFound:
        raise
    except Refused as refused:
        return refused_page(request, find(number=number, actor=actor), actor, action, given, refused)
    drafts.drop(user=actor.user, case=done.case)
    return done_page(request, done, action)


@login_required
@require_POST
def keep_draft(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Keep what is typed on the form of an act, for its author alone; answers with the time."""
    actor, now = actor_of(request), timezone.now()
    found = find(number=number, actor=actor)
    if serializer_of(found, action) is not None and actor.user is not None:
        drafts.keep(user=actor.user, case=found, action=action, data=request.POST, at=now)
    return HttpResponse(f"草稿 {timezone.localtime(now):%H:%M} 已保存")


@login_required
@posted_from("case", "number")
def drop_draft(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Forget a draft and show the form as it begins."""
    actor = actor_of(request)
    drafts.drop(user=actor.user, case=find(number=number, actor=actor), action=action)
    messages.success(request, "草稿已丢弃。")
    return redirect(f"{reverse('case', args=[number])}?{request.GET.urlencode()}")


def serializer_of(found: Case, action: str) -> type[serializers.Serializer] | None:
    """The input an action reads; a confirmation repeats what was proposed and reads nothing."""
    if action == Step.DECLINE:
        return Reasons
    return input_of(action) if action in Action.values else None


def uploads(request: HttpRequest, given: dict[str, Any], actor: Actor) -> None:
    """Store the files of a form and name them in its materials. Raises what `documents.store` refuses."""
    entries = {entry["position"]: entry for entry in given.get("papers", []) if str(entry.get("position")).isdigit()}
    for field in request.FILES:
        match = UPLOAD.fullmatch(field)
        if match is None:
            continue
        position = int(match[1])
        entry = entries.setdefault(position, {"position": position})
        for file in request.FILES.getlist(field)[:MOST_FILES]:
            stored = store(file=file, name=file.name or "", by=actor)
            entry["files"] = [*entry.get("files", []), stored.digest]
            entry["names"] = [*entry.get("names", []), (file.name or "")[:160]]
            entry["status"] = "FILE"
    if entries:
        given["papers"] = list(entries.values())


def done_page(request: HttpRequest, done: Done, action: str) -> HttpResponse:
    """Where a person goes after an act: the case, with what happened and the next one of the list."""
    event = done.event
    words = Action(event.action).label
    told = {
        Step.PROPOSE: f"已提出{words}，等待确认。",
        Step.CONFIRM: f"已确认{words}。",
        Step.DECLINE: f"没有同意{words}，已退回提出人。",
        Step.RETRACT: f"已收回{words}。",
    }.get(Step(event.step), f"已{words}。")
    query = request.GET.copy()
    for key in ("act", "tab_of"):
        query.pop(key, None)
    links = format_html(' <a href="{}?{}">回列表</a>', reverse("desk"), query.urlencode())
    if event.letter:
        letter = reverse("letter", args=[done.case.number, event.letter])
        links = format_html(' <a href="{}" target="_blank">打印{}</a>{}', letter, event.get_letter_display(), links)
    messages.success(request, format_html("<b>{}</b>{}", told, links))
    address = f"{reverse('case', args=[done.case.number])}?{query.urlencode()}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def refused_page(
    request: HttpRequest, found: Case, actor: Any, action: str, given: dict[str, Any], refused: Refused
) -> HttpResponse:
    """The case page again: the reason, the fields it belongs to, the typed words; nothing was written."""
    errors: dict[str, list[str]] = {}
    trouble: dict[str, Any] = {"title": f"没有办理：{refused.title}", "detail": refused.detail, "items": []}
    if isinstance(refused, Invalid):
        errors = refused.errors
        trouble["title"], trouble["detail"] = "没有提交，先改这几处：", ""
    if isinstance(refused, Incomplete):
        for blocker in refused.blockers:
            errors.setdefault(blocker.field, []).append(blocker.text)
        trouble["title"], trouble["detail"] = "没有提交，还差：", ""
    trouble["items"] = [(field, text) for field, texts in errors.items() for text in texts]
    if isinstance(refused, StaleVersion):
        since = int(refused.extra.get("given", 0) or 0)
        changes = [line for line in timeline(found) if line.event.sequence > since]
        trouble = {"stale": True, "title": stale_title(action, actor, changes), "changes": changes}
    trouble["typed"] = typed_words(action, given)
    return page(
        request, found, actor, wanted=action, typed=given, errors=errors, trouble=trouble, status=refused.status
    )


def stale_title(action: str, actor: Actor, changes: list[Line]) -> str:
    """Whether others changed the case meanwhile, or one's own first press did whose answer never came."""
    words = Action(action).label if action in Action.values else "这一步"
    for line in changes:
        if line.event.user == actor.user and action in (line.event.action, line.event.step):
            return f"{words}你在 {timezone.localtime(line.event.at):%H:%M} 已经办过，这一次没有再写入。"
    return f"这件在你打开之后有变化，{words}没有提交。"


def typed_words(action: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """The longer texts that were typed, to be shown and copied wherever their form is gone."""
    if action not in Action.values:
        return []
    labels = {name: str(field.label) for name, field in input_of(action)().fields.items()}
    return [(labels.get(key, key), value) for key, value in given.items() if isinstance(value, str) and len(value) > 12]
