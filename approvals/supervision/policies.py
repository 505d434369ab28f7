"""How does a policy document reach those who approve? 政策文件告知: made known in time, signed for, and the items changed.

赣市府办发〔2022〕7号 四（六）: national, provincial and city documents are made known in writing within five working days
(POLICY_NOTICE_WORKDAYS), counted from the issue, or from the receipt where that was later. Every organ that handles an
item concerned signs for it; for each item its admin says whether it changes, and with which guide.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from approvals.audit import chain
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.inputs import MOST_POSITIONS, Input, Text, clean
from approvals.catalogue.access import edits_unit
from approvals.catalogue.models import Guide
from approvals.catalogue.queries import current_rows, item_on, jurisdiction_of
from approvals.catalogue.rows import covers
from approvals.documents.models import StoredFile
from approvals.errors import Invalid, Refused
from approvals.keys import key_of
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import ADMINISTRATORS, Level, Organ, Region, Role
from approvals.supervision.models import PolicyNotice, PolicyReading, PolicyTask
from approvals.supervision.policyrecord import append, locked
from approvals.supervision.words import PolicyAct, PolicyLevel, TaskState

NOTIFIERS = (Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.ITEM_ADMIN, Role.COORDINATOR)  # of a city unit
READERS = (Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.ITEM_ADMIN)


class PolicyNotFound(Refused):
    code = "policy-not-found"
    status = 404
    title = "没有这份政策文件"


class NotNotifier(Refused):
    code = "not-notifier"
    status = 403
    title = "由监管单位或者市级单位告知政策文件"


class NotReader(Refused):
    code = "not-reader"
    status = 403
    title = "你的岗位不用签收这份文件"


class AlreadyRead(Refused):
    code = "policy-already-read"
    title = "本单位已经签收"


class PolicyKnown(Refused):
    code = "policy-known"
    title = "本单位已经告知过这份文件"


class TaskClosed(Refused):
    code = "policy-task-closed"
    title = "这项任务已经处理"


class NotItemAdmin(Refused):
    code = "not-item-admin"
    status = 403
    title = "由事项管理员处理"


class PolicyInput(Input):
    """What a unit enters of a document; items by their codes."""

    level = serializers.ChoiceField(label="发文层级", choices=PolicyLevel.choices)
    issuer = Text(label="发文机关", max_length=100)
    number = Text(label="文号", max_length=60)
    title = Text(label="标题", max_length=200)
    issued_on = serializers.DateField(label="发文之日")
    received_on = serializers.DateField(label="收到之日（晚于发文之日的才填）", required=False)
    items = serializers.ListField(
        label="涉及事项", child=Text(max_length=20), max_length=MOST_POSITIONS, allow_empty=False
    )
    summary = Text(label="要点：改了什么，自哪天起")
    url = serializers.URLField(label="公布网址", required=False, allow_blank=True, max_length=300)


class TaskInput(Input):
    changed = serializers.BooleanField(label="事项有修改")
    note = Text(label="处理说明", max_length=1000)
    guide = serializers.IntegerField(label="修改后的指南编号", required=False, min_value=1, max_value=2**62)


# ---------------------------------------------------------------- reading: policy documents are public, so is who has read them


def policies(actor: Actor) -> QuerySet[PolicyNotice]:
    """The notices, the latest first, with how many organs still have to sign and items to be looked at."""
    rows = PolicyNotice.objects.select_related("organ", "unit", "region", "notified_by").annotate(
        unread=_number_of(PolicyReading.objects.filter(read_at=None)),
        asked=_number_of(PolicyReading.objects.all()),
        open_tasks=_number_of(PolicyTask.objects.filter(state=TaskState.OPEN)),
    )
    if actor.kind != "SYSTEM" and (not actor.role or actor.role in ADMINISTRATORS):
        return rows.none()
    return rows.order_by("-notified_on", "-pk")


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these each notice has: a query beside it, since joins of readings and of tasks multiply."""
    counted = rows.filter(notice=OuterRef("pk")).order_by().values("notice").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def find(*, policy: Any, actor: Actor) -> PolicyNotice:
    """One of them. Raises PolicyNotFound."""
    found = policies(actor).filter(pk=key_of(policy)).first()
    if found is None:
        raise PolicyNotFound("没有这份政策文件；从清单重新打开。")
    return found


def unread_by(actor: Actor) -> QuerySet[PolicyReading]:
    """What this actor's organ still has to sign for."""
    mine = PolicyReading.objects.filter(organ=actor.organ, read_at=None).select_related("notice")
    return mine.order_by("due_on", "pk") if may_read(actor) else mine.none()


def overdue_readings(actor: Actor, *, on: date) -> QuerySet[PolicyReading]:
    """For coordinators: which organs of their region have not signed in time."""
    rows = PolicyReading.objects.filter(read_at=None, due_on__lt=on).select_related("notice", "organ")
    return rows if actor.level == Level.CITY else rows.filter(organ__region=actor.region)


def may_read(actor: Actor) -> bool:
    """Whether this person may sign for the own organ: who reviews and decides there; at a window, its clerks."""
    return actor.role in READERS or (actor.is_window and actor.role == Role.CLERK)


def readers_of(organs: Collection[int], *, on: date) -> list[int]:
    """Who is told to sign for these organs."""
    windows = Organ.objects.filter(pk__in=organs, kind=Organ.Kind.WINDOW).values_list("pk", flat=True)
    return people_in(on=on, organs=organs, roles=[Role.REVIEWER, Role.CHECKER, Role.DECIDER]) + people_in(
        on=on, organs=windows, roles=[Role.CLERK]
    )


def tasks_of(actor: Actor) -> QuerySet[PolicyTask]:
    """The items this actor's unit still has to look at."""
    mine = PolicyTask.objects.filter(actor.within("item"), organ=actor.organ, state=TaskState.OPEN).select_related(
        "notice"
    )
    return mine.order_by("due_on", "pk") if actor.role == Role.ITEM_ADMIN else mine.none()


def may_notify(actor: Actor) -> bool:
    return actor.role == Role.SUPERVISOR or (actor.level == Level.CITY and actor.role in NOTIFIERS)


# ---------------------------------------------------------------- acts


def notify(
    *, actor: Actor, at: datetime, given: Any, file: StoredFile | None = None, file_name: str = ""
) -> PolicyNotice:
    """Make a document known to every organ that handles an item concerned. Raises NotNotifier, PolicyKnown, Invalid."""
    if not may_notify(actor):
        raise NotNotifier("换到监管岗，或者市级单位的岗位再告知。")
    told, on = clean(PolicyInput, given), local_day(at)
    since = _since(told, on)
    codes = sorted(set(told["items"]))
    items = {code: item_on(code, on) for code in codes}
    calendar = current_calendar()
    with transaction.atomic(durable=True):
        notice, made = PolicyNotice.objects.get_or_create(
            organ_id=actor.organ,
            number=" ".join(told["number"].split()),
            defaults={
                "level": told["level"],
                "issuer": told["issuer"],
                "title": told["title"],
                "summary": told["summary"],
                "url": told.get("url", ""),
                "file": file,
                "file_name": file_name[:160],
                "items": codes,
                "issued_on": told["issued_on"],
                "received_on": told.get("received_on"),
                "due_on": add(calendar, since, settings.POLICY_NOTICE_WORKDAYS),
                "unit_id": actor.unit,
                "region_id": actor.region,
                "notified_on": on,
                "notified_at": at,
                "notified_by_id": actor.user,
                "head": chain.GENESIS,
            },
        )
        if not made:
            raise PolicyKnown(f"{notice.number} 已于 {notice.notified_on} 告知；在清单里查看签收情况。")
        organs = concerned(codes, actor, on=on)
        read_by = add(calendar, on, settings.POLICY_READ_WORKDAYS)
        PolicyReading.objects.bulk_create(
            PolicyReading(notice=notice, organ_id=organ, due_on=read_by) for organ in sorted(organs)
        )
        change_by = add(calendar, on, settings.POLICY_TASK_WORKDAYS)
        PolicyTask.objects.bulk_create(
            PolicyTask(notice=notice, item=code, item_name=one.name, organ_id=one.city_unit_id, due_on=change_by)
            for code, one in items.items()
        )
        notice = locked(notice.pk)
        data = {"level": notice.level, "number": notice.number, "items": codes, "late": notice.late}
        data |= {"issued_on": notice.issued_on, "due_on": notice.due_on, "organs": len(organs)}
        words = f"{notice.title}\n{notice.summary}"
        append(notice, PolicyAct.NOTIFIED, actor=actor, at=at, data=data, words=words)
        _tell(notice, organs, {one.city_unit_id for one in items.values()}, read_by, change_by, at=at)
        transaction.on_commit(nudge_register, robust=True)
    return notice


def _since(told: dict[str, Any], on: date) -> date:
    """From which day the time to make it known runs. Raises Invalid."""
    errors = {}
    received = told.get("received_on")
    if told["issued_on"] > on:
        errors["issued_on"] = ["发文之日不能晚于今天。"]
    if received is not None and not told["issued_on"] <= received <= on:
        errors["received_on"] = ["收到之日在发文之日和今天之间。"]
    if errors:
        raise Invalid(errors)
    return received or told["issued_on"]


def concerned(items: Collection[str], actor: Actor, *, on: date) -> set[int]:
    """The organs that handle these items today: everywhere for a city unit, in the own region (and the city) for a county's.

    Where a delegation is in force for one place of a region only, those who hold the phases there are concerned too.
    """
    regions = Region.objects.exclude(kind=Region.Kind.CITY)
    if actor.level != Level.CITY:
        regions = regions.filter(pk=actor.region)
    granted, organs = current_rows().delegations_in, set()
    for code in items:
        item = item_on(code, on)
        organs.add(item.city_unit_id)
        for region in regions.values_list("pk", flat=True):
            rows = granted.get((item.pk, region), ())
            places = {row.place for row in rows if covers(row.effective_from, row.effective_to, on)}
            for place in {"", *places}:
                found = jurisdiction_of(item=code, region=region, on=on, place=place)
                organs |= {one.organ for one in (found.accept, found.review, found.decide)}
    return organs


def _tell(
    notice: PolicyNotice, organs: set[int], units: set[int], read_by: date, change_by: date, *, at: datetime
) -> None:
    on, url = local_day(at), f"/policies/{notice.pk}/"
    tell(
        to=readers_of(organs, on=on),
        kind="policy",
        title=f"政策文件待签收，最迟 {read_by}",
        body=f"{notice.issuer} {notice.number}《{notice.title}》，涉及 {len(notice.items)} 个事项。",
        url=url,
        key=f"policy-{notice.pk}",
        at=at,
    )
    tell(
        to=people_in(on=on, organs=units, roles=[Role.ITEM_ADMIN]),
        kind="policy",
        title=f"政策文件涉及你单位的事项，最迟 {change_by} 处理",
        body=f"{notice.number}《{notice.title}》：{notice.summary}",
        url=url,
        key=f"policy-task-{notice.pk}",
        at=at,
    )


def read(*, policy: Any, actor: Actor, at: datetime) -> PolicyReading:
    """Somebody of an organ concerned signs for it. Raises PolicyNotFound, NotReader, AlreadyRead."""
    seen = find(policy=policy, actor=actor)
    with transaction.atomic(durable=True):
        notice = locked(seen.pk)
        row = PolicyReading.objects.filter(notice=notice, organ=actor.organ).first()
        if row is None or not may_read(actor):
            raise NotReader("由办理所涉事项的单位签收：审查岗、转报签发岗、决定岗、事项管理员，综合窗口由窗口岗签收。")
        if row.read_at is not None:
            raise AlreadyRead(f"{actor.organ_name}已于 {local_day(row.read_at)} 签收，不用再签。")
        row.read_at, row.read_by_id = at, actor.user
        row.save(update_fields=["read_at", "read_by"])
        data = {"due_on": row.due_on, "late": local_day(at) > row.due_on}
        append(notice, PolicyAct.READ, actor=actor, at=at, data=data)
        transaction.on_commit(nudge_register, robust=True)
    return row


def close_task(*, policy: Any, item: str, actor: Actor, at: datetime, given: Any) -> PolicyTask:
    """The item's admin (or the city's coordinator) says whether the item changes, with a note and the guide that does it.

    Raises PolicyNotFound, NotItemAdmin, TaskClosed, Invalid.
    """
    seen, told = find(policy=policy, actor=actor), clean(TaskInput, given)
    with transaction.atomic(durable=True):
        notice = locked(seen.pk)
        task = PolicyTask.objects.select_related("organ").filter(notice=notice, item=item[:20]).first()
        if task is None:
            raise PolicyNotFound("这份文件没有涉及这个事项。")
        if not edits_unit(actor, task.organ_id):
            raise NotItemAdmin(f"事项 {task.item} 由{task.organ.name}的事项管理员处理。")
        if task.state != TaskState.OPEN:
            raise TaskClosed(f"{task.item} {task.get_state_display()}；又有变化的，另行告知文件。")
        task.guide = _guide(told, task)
        task.state = TaskState.CHANGED if told["changed"] else TaskState.UNCHANGED
        task.note, task.closed_at, task.closed_by_id = told["note"], at, actor.user
        task.save()
        act = PolicyAct.CHANGED if told["changed"] else PolicyAct.UNCHANGED
        data = {"item": task.item, "guide": task.guide_id, "due_on": task.due_on}
        append(notice, act, actor=actor, at=at, data=data, words=task.note)
        tell(
            to=[notice.notified_by_id],
            kind="policy",
            title=f"{notice.number}：{task.item} {task.get_state_display()}",
            body=f"{task.item_name}。{task.note}"[:500],
            url=f"/policies/{notice.pk}/",
            key=f"policy-task-{task.pk}-closed",
            at=at,
        )
        transaction.on_commit(nudge_register, robust=True)
    return task


def guides_for(task: PolicyTask) -> QuerySet[Guide]:
    """Drafts and versions of the item's guide that came since the notice or are still to come: one of them is the change."""
    rows = Guide.objects.filter(item__code=task.item, item__city_unit=task.organ_id)
    later = Q(status=Guide.Status.DRAFT) | Q(effective_from__gte=task.notice.issued_on)
    return rows.filter(later).select_related("item__edition").order_by("-pk")


def _guide(told: dict[str, Any], task: PolicyTask) -> Guide | None:
    if "guide" not in told:
        return None
    if not told["changed"]:
        raise Invalid({"guide": ["不用修改的，不选指南。"]})
    found = guides_for(task).filter(pk=told["guide"]).first()
    if found is None:
        raise Invalid({"guide": ["没有这个事项的这份草稿或者新版指南；从清单里选。"]})
    return found
