"""政策文件: documents made known, who has signed for them, and the items they change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue.access import edits_unit
from approvals.catalogue.queries import items_in_force
from approvals.documents.actions import store
from approvals.documents.models import StoredFile
from approvals.documents.queries import FileMissing
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import ADMINISTRATORS
from approvals.supervision import policies
from approvals.supervision.models import PolicyTask
from approvals.supervision.policies import NotReader, PolicyInput, TaskInput
from approvals.supervision.words import TaskState
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download
from approvals.workbench.forms import fields_of
from approvals.workbench.oversight_frame import paged, tried
from approvals.workbench.posted import posted_from

SPANS = {"level": "c3", "issuer": "c5", "number": "c4", "title": "c12", "issued_on": "c3", "received_on": "c4"}


def reader(request: HttpRequest) -> Actor:
    """Whoever is here, unless an administrator. Raises NotReader."""
    actor = actor_of(request)
    if actor.role in ADMINISTRATORS:
        raise NotReader("政策文件由办件、监管、事项管理和协调岗查看。")
    return actor


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    context = {
        "section": "supervision",
        "rows": paged(request, policies.policies(actor)),
        "to_sign": {one.notice_id: one.due_on for one in policies.unread_by(actor)},
        "tasks": policies.tasks_of(actor)[:50],
        "may_notify": policies.may_notify(actor),
        "today": timezone.localdate(),
    }
    return render(request, "workbench/policies.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """告知 a document: the form, or what was wrong with it."""
    actor, today = reader(request), timezone.localdate()
    typed: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    trouble: Refused | None = None
    if request.method == "POST":

        def act(given: dict[str, Any]) -> Any:
            given["items"] = request.POST.getlist("items")
            stored, name = _stored(request)
            return policies.notify(actor=actor, at=timezone.now(), given=given, file=stored, file_name=name)

        done, typed, errors, trouble = tried(request, PolicyInput, act)
        if done is not None:
            late = "，已超过告知期限" if done.late else ""
            messages.success(request, f"已告知 {done.readings.count()} 个单位签收{late}。")
            return redirect("policy", pk=done.pk)
    fields = fields_of(PolicyInput, values=typed, errors=errors, defaults={})
    for one in fields:
        one.span = SPANS.get(one.name, "c12")
        one.kind = "text" if one.name == "url" else one.kind
    context = {
        "section": "supervision",
        "fields": [one for one in fields if one.name != "items"],
        "items": items_in_force(today),
        "chosen": request.POST.getlist("items"),
        "items_error": "".join(errors.get("items", [])),
        "may_notify": policies.may_notify(actor),
        "trouble": trouble,
        "errors": errors,
    }
    return render(request, "workbench/policy_new.html", context, status=trouble.status if trouble else 200)


def _stored(request: HttpRequest) -> tuple[StoredFile | None, str]:
    given = request.FILES.get("file")
    if given is None:
        return None, ""
    try:
        return store(file=given, name=given.name or ""), given.name or ""
    except Refused as refused:
        raise Invalid({"file": [refused.detail]}) from refused


@login_required
@require_GET
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, reader(request), pk)


def shown(
    request: HttpRequest, actor: Actor, pk: int, *, trouble: Refused | None = None, item: str = "", note: str = ""
) -> HttpResponse:
    """One document: what it says, who has signed, and what becomes of each item; `item`: whose form was refused."""
    found = policies.find(policy=pk, actor=actor)
    readings = list(found.readings.select_related("organ__region", "read_by").order_by("organ__region__position", "pk"))
    tasks = list(found.tasks.select_related("organ", "closed_by", "guide__item__edition").order_by("pk"))
    context = {
        "section": "supervision",
        "one": found,
        "readings": readings,
        "missing": sum(row.read_at is None for row in readings),
        "tasks": [(task, _may_close(task, actor), _guides(task, actor)) for task in tasks],
        "signs": policies.may_read(actor) and any(r.organ_id == actor.organ and r.read_at is None for r in readings),
        "today": timezone.localdate(),
        "trouble": trouble,
        "at": item,
        "note": note,
    }
    return render(request, "workbench/policy.html", context, status=trouble.status if trouble else 200)


def _may_close(task: PolicyTask, actor: Actor) -> bool:
    return task.state == TaskState.OPEN and edits_unit(actor, task.organ_id)


def _guides(task: PolicyTask, actor: Actor) -> list[Any]:
    return list(policies.guides_for(task)[:10]) if _may_close(task, actor) else []


@login_required
@posted_from("policy", "pk")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    actor = reader(request)
    try:
        policies.read(policy=pk, actor=actor, at=timezone.now())
    except Refused as refused:
        if refused.status == 404:
            raise
        return shown(request, actor, pk, trouble=refused)
    messages.success(request, f"{actor.organ_name}已签收。")
    return redirect("policy", pk=pk)


@login_required
@posted_from("policy", "pk")
def close(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """The item's admin says what became of the item."""
    actor = reader(request)
    done, typed, _, trouble = tried(
        request,
        TaskInput,
        lambda given: policies.close_task(policy=pk, item=item, actor=actor, at=timezone.now(), given=given),
    )
    if done is None:
        return shown(request, actor, pk, trouble=trouble, item=item, note=typed.get("note", ""))
    messages.success(request, f"{done.item} {done.get_state_display()}。")
    return redirect("policy", pk=pk)


@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself; always as a download."""
    found = policies.find(policy=pk, actor=reader(request))
    if found.file is None:
        raise FileMissing("这份文件没有上传原件；看公布网址。")
    return download(found.file, found.file_name)
