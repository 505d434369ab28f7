"""What has become of some licences of the demonstration? One suspended, one suspended and given back, one under proceedings.

Told by real acts of the organs that issued them, after the history of the cases; quick, and only on licences it finds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from approvals.calendars.workdays import local_day
from approvals.cases.actions import perform
from approvals.cases.exofficio import open_proceeding
from approvals.cases.models import Case, Form
from approvals.cases.words import Action
from approvals.demo.lead import somebody
from approvals.licences.models import Licence
from approvals.licences.words import Status
from approvals.organisations.access import Actor
from approvals.organisations.models import Role

STORIES = (
    ("pharmacy", "SUSPEND", "HAZARD", "冷藏设备停用，温度记录缺失，限期整改未完成。", True),
    ("device", "SUSPEND", "HAZARD", "库房未按规定分区，责令整改期间暂停经营。", True),
    ("device", "LIFT", "RECTIFIED", "复查合格。", True),
    ("equipment", "ANNUL", "FRAUD", "检验报告编号与检验机构存档不符，涉嫌提供虚假材料。", False),
)


def live_on(*, at: datetime) -> int:
    """Tell what organs did with the oldest licences of their kind; how many proceedings were opened."""
    chosen: dict[str, Licence] = {}
    for kind, act, ground, words, decided in STORIES:
        found = chosen.get(kind) or Licence.objects.filter(type__code=kind, status=Status.VALID).order_by("pk").first()
        if found is None:
            continue
        chosen[kind] = found
        _proceed(found, act, ground, words, decided=decided, at=at)
    return len(chosen)


def _proceed(licence: Licence, act: str, ground: str, words: str, *, decided: bool, at: datetime) -> None:
    on = local_day(at)
    organ = licence.organ.code
    reviewer = somebody(organ, Role.REVIEWER, on=on)
    given = {"act": act, "ground": ground, "reasons": words}
    if act == "SUSPEND":
        given["until"] = (on + timedelta(days=90)).isoformat()
    case = open_proceeding(licence=licence.number, actor=reviewer, at=at, given=given)
    if act != "LIFT":
        _do(case, reviewer, Action.GIVE_NOTICE, at, facts=words, measure="拟作前述处理。", days=5)
    if not decided:
        return
    if act != "LIFT":
        _do(case, reviewer, Action.HEAR, at, waived=True)
    _do(case, reviewer, Action.PROPOSE_ORDER, at, opinion="事实清楚，建议处理。")
    decider = _decider(organ, reviewer, on)
    remedies: dict[str, Any] = Form.objects.values_list("remedies", flat=True).get(pk=case.pk)["DECIDE"]
    _do(case, decider, Action.ORDER, at, content="按处理意见办理。", reasons=words, remedies=remedies)


def _decider(organ: str, reviewer: Actor, on: date) -> Actor:
    return somebody(organ, Role.DECIDER, on=on, other_than=(reviewer.user,))


def _do(case: Case, actor: Actor, action: Action, at: datetime, **given: Any) -> None:
    perform(number=case.number, action=action, actor=actor, at=at, given=given)
