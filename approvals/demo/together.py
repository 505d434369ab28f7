"""What does a visitor find under 检查与会商? A plan drawn and half inspected, one just published, a consultation, a joint visit.

Told after the history, by the same doors as in life.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Count

from approvals.audit.register import enrol
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import SHANGHAI, add, local_day
from approvals.cases.models import Case
from approvals.cases.words import State
from approvals.collaboration import draws, gatherings, inspecting, planning
from approvals.collaboration.models import Inspection, InspectionPlan, KeyItem, Officer
from approvals.collaboration.words import GatheringKind, InspectionState, Target
from approvals.demo.lead import somebody
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role, SupervisionUnit
from approvals.supervision.models import Push
from approvals.supervision.words import PushState

NAMES = ("刘建平", "曾庆华", "谢志强", "钟海燕", "黄小勇", "李春生")
INSPECTED = 2


def work_together(*, at: datetime) -> None:
    """Tell this part of the history up to `at`, unless it is told already."""
    busiest = (
        Push.objects.filter(state__in=(PushState.CLAIMED, PushState.FED_BACK))
        .values("unit")
        .annotate(n=Count("pk"))
        .order_by("-n", "unit")
        .first()
    )
    if InspectionPlan.objects.exists() or busiest is None:
        return
    unit = SupervisionUnit.objects.select_related("organ__region").get(pk=busiest["unit"])
    supervisor = somebody(unit.organ.code, Role.SUPERVISOR, on=local_day(at))
    _pool(unit, supervisor, on=local_day(at))
    _plans(unit, supervisor, at=at)
    _gather(unit, supervisor, at=at)
    while enrol():
        pass


def _pool(unit: SupervisionUnit, supervisor: Actor, *, on: date) -> None:
    """Four of the unit's own officers, two of a neighbour's."""
    near = Organ.objects.filter(kind=Organ.Kind.BUREAU).exclude(pk=unit.organ_id).order_by("code").first()
    for number, name in enumerate(NAMES, 1):
        Officer.objects.get_or_create(
            unit=unit,
            card=f"赣B{unit.pk:03}{number:03}",
            defaults={
                "name": name,
                "organ": near if number > 4 and near else unit.organ,
                "user_id": supervisor.user if number == 1 else None,
                "starts_on": on.replace(month=1, day=1),
            },
        )


def _plans(unit: SupervisionUnit, supervisor: Actor, *, at: datetime) -> None:
    """One drawn a few days ago and half inspected; one published this morning."""
    today = local_day(at)
    items = Push.objects.filter(unit=unit).values_list("case__snapshot__item", flat=True).order_by().distinct()
    KeyItem.objects.get_or_create(item=min(items), unit=None)
    published = _hour(today - timedelta(days=6))
    given = {
        "title": f"{today:%Y} 年{'上' if today.month < 7 else '下'}半年双随机检查",
        "target": Target.CASES.value,
        "starts_on": today.replace(day=1).isoformat(),
        "ends_on": add(current_calendar(), today, 15).isoformat(),
        "percent": 30,
    }
    plan = planning.draft(actor=supervisor, at=published, given=given)
    planning.publish(plan=plan.pk, actor=supervisor, at=published)
    draws.draw_due(at=_hour(local_day(published) + timedelta(days=1)), unit=unit.code)
    to_do = (
        Inspection.objects.filter(plan=plan, state=InspectionState.TO_DO).select_related("push").order_by("position")
    )
    for number, one in enumerate(to_do[:INSPECTED]):
        found = {"on": max(today, one.push.decided_on).isoformat(), "way": "ON_SITE"}
        found |= ({"result": "NO_PROBLEM"}, {"result": "PROBLEM", "findings": "台账登记不全，已责令补齐。"})[number % 2]
        inspecting.record_result(inspection=one.pk, actor=supervisor, at=at, given=found)
    again = given | {"title": "信用风险专项检查", "percent": 10}
    planning.publish(plan=planning.draft(actor=supervisor, at=at, given=again).pk, actor=supervisor, at=at)


def _gather(unit: SupervisionUnit, supervisor: Actor, *, at: datetime) -> None:
    """A consultation that has its conclusion, about an item; a joint visit of a case under review that waits for answers."""
    today = local_day(at)
    called = _hour(today - timedelta(days=3))
    approvers = Organ.objects.get(code=f"{unit.organ.region_id}-SPJ")
    item = Push.objects.filter(unit=unit).values_list("case__snapshot__item", flat=True).order_by("case").first()
    given = {
        "kind": GatheringKind.CONSULTATION.value,
        "topic": "批后检查发现的问题怎样在审查要点里写明",
        "item": item,
        "agenda": "一、近期检查情况；二、审查要点要不要补充；三、推送时移交哪些要点",
        "starts_at": (called + timedelta(hours=4)).isoformat(),
        "place": "行政审批局三楼会议室",
        "members": [approvers.code],
    }
    meeting = gatherings.call(actor=supervisor, at=called, given=given)
    reviewer = somebody(approvers.code, Role.REVIEWER, on=today)
    coming = {"coming": True, "people": reviewer.name, "opinion": "同意补充一条现场核查要点。"}
    gatherings.reply(gathering=meeting.pk, actor=reviewer, at=called + timedelta(hours=1), given=coming)
    done = {
        "held_on": local_day(called).isoformat(),
        "minutes": "双方通报了近期检查情况，对要点逐条讨论。",
        "conclusion": "审查要点增加“台账制度”一条，推送时一并移交。",
        "follow_up_on": add(current_calendar(), today, 10).isoformat(),
    }
    gatherings.conclude(gathering=meeting.pk, actor=supervisor, at=called + timedelta(hours=6), given=done)
    case = Case.objects.select_related("snapshot__review_organ").filter(state=State.REVIEW).order_by("pk").first()
    if case is None:
        return
    caller = somebody(case.snapshot.review_organ.code, Role.REVIEWER, on=today)
    units = SupervisionUnit.objects.filter(organ__region=case.region_id).exclude(organ=caller.organ).order_by("code")
    visit = given | {
        "kind": GatheringKind.JOINT_VISIT.value,
        "topic": "申请场所联合踏勘",
        "case": case.number,
        "agenda": "核对场所、设施与图纸，各单位一次看完",
        "starts_at": _hour(add(current_calendar(), today, 2)).isoformat(),
        "place": case.form.place or "申请场所",
        "members": [one.code for one in units[:2]],
    }
    del visit["item"]
    gatherings.call(actor=caller, at=at, given=visit)


def _hour(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=SHANGHAI)
