"""What has a coordinator to answer on the first day? One objection that waits, one that was answered, one rule of the table."""

from __future__ import annotations

from datetime import date, datetime

from approvals.calendars.workdays import local_day
from approvals.demo.lead import somebody
from approvals.organisations.models import Region, Role, SupervisionUnit
from approvals.supervision.models import Push, PushRule
from approvals.supervision.objecting import answer_objection, object_to
from approvals.supervision.words import Answer, Ground, PushState


def object_and_answer(*, at: datetime) -> None:
    """Two units object to what reached them last; the second objection is answered at once by a supplement."""
    _rule()
    on = local_day(at)
    pushes = Push.objects.filter(state=PushState.TO_CLAIM, claim_due_on__gte=on).select_related("unit__organ")
    for number, push in enumerate(pushes.order_by("-pushed_at", "pk")[:2]):
        supervisor = somebody(push.unit.organ.code, Role.SUPERVISOR, on=on)
        ground = (Ground.NOT_OURS, Ground.INCOMPLETE)[number]
        words = (
            "该场所的日常监管由属地街道和市场监管部门承担，请核对职责分工。",
            "推送里没有现场平面图，无法安排检查。",
        )[number]
        object_to(push=push.pk, actor=supervisor, at=at, ground=ground, words=words)
        if ground == Ground.INCOMPLETE:
            answer_objection(
                push=push.pk,
                actor=somebody("360700-SPJ", Role.COORDINATOR, on=on),
                at=at,
                answer=Answer.SUPPLEMENT,
                words="补充现场平面图一份，见随附说明。",
            )


def _rule() -> None:
    """A rule beside the catalogue: who else is told of gas permits in one county."""
    note = "演示：燃气经营许可抄送市场监管部门，便于气瓶检查。"
    region = Region.objects.get(pk="360731")
    unit = SupervisionUnit.objects.filter(code="360731-SCJG-J").first()
    if unit is not None and not PushRule.objects.filter(item="3-38", region=region).exists():
        rule = PushRule.objects.create(item="3-38", region=region, valid_from=date(2022, 7, 1), note=note)
        rule.copies.add(unit)
