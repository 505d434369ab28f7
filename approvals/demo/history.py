"""What does a visitor find on the first page? The cases of the last weeks, in every mode and state, told by real acts.

Reproducible: the same seed tells the same story; told once, when the database holds no case yet. The pushes follow the
story, so that the supervising units have some to claim, some late, some claimed, some fed back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from approvals.audit import register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Case
from approvals.cases.words import Action, Role, State
from approvals.demo.applicants import applicant, scan_of
from approvals.demo.delivering import deliver, wish
from approvals.demo.guiding import guide
from approvals.demo.lead import Lead, open_case, somebody, window_of
from approvals.demo.licences import live_on
from approvals.demo.objecting import object_and_answer
from approvals.demo.oversight import oversee
from approvals.demo.secondloop import feed_back_more
from approvals.demo.together import work_together
from approvals.statistics.rollups import follow_register
from approvals.supervision.actions import claim, feed_back, open_push
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.words import PushState

SEED = 20220701
REGIONS = (
    *("360731", "360702", "360781", "360783", "360730", "360732", "360722", "360791"),
    *("360703", "360704", "360723", "360733", "360734", "360735"),
)
YUDU = "360731"  # where the named people of the window and the county desk work
# (item, how far it has got, working days ago[, region[, what the reviewer proposes]])
PLAN = (
    ("3-25", State.RECEIVED, 1), ("3-25", State.RECEIVED, 4), ("3-25", State.REVIEW, 3, YUDU),
    ("3-25", State.REVIEW, 9), ("3-25", State.REVIEW, 7), ("3-25", State.REVIEW, 5), ("3-25", State.DECISION, 8, YUDU, "DENY"),
    ("3-25", State.DECISION, 5), ("3-25", State.DECIDED, 9), ("3-25", State.SEALED, 10, YUDU),
    ("3-25", State.DELIVERED, 66), ("3-31", State.REVIEW, 2), ("3-31", State.REVIEW, 4), ("3-31", State.DECISION, 6),
    ("3-31", State.DELIVERED, 15), ("3-31", State.DELIVERED, 45, YUDU), ("3-38", State.REVIEW, 5),
    ("3-38", State.REVIEW, 1), ("3-37", State.RECEIVED, 0), ("2-30", State.RECEIVED, 0, YUDU), ("2-30", State.REVIEW, 1),
    ("2-30", State.REVIEW, 1, YUDU), ("2-30", State.CHECK, 2), ("2-30", State.CHECK, 2, YUDU),
    ("2-30", State.KEY_POINTS, 2), ("2-30", State.KEY_POINTS, 4), ("2-30", State.KEY_POINTS, 2),
    ("2-30", State.DECISION, 3), ("2-30", State.DECISION, 5), ("2-30", State.DELIVERED, 12),
    ("2-30", State.DELIVERED, 85, YUDU), ("2-30", State.SEALED, 6), ("2-7", State.REVIEW, 3),
    ("2-7", State.KEY_POINTS, 5), ("2-7", State.DELIVERED, 20), ("1-7", State.RECEIVED, 1), ("1-7", State.REVIEW, 4, YUDU),
    ("1-7", State.DECISION, 6), ("1-7", State.DELIVERED, 14), ("1-7", State.DELIVERED, 31, YUDU),
    ("3-16", State.REVIEW, 1), ("3-16", State.DELIVERED, 11), ("3-21", State.REVIEW, 1), ("2-21", State.KEY_POINTS, 2),
    ("2-30", State.KEY_POINTS, 5), ("2-30", State.KEY_POINTS, 5), ("3-25", State.REVIEW, 6), ("3-31", State.REVIEW, 3),
    ("3-38", State.REVIEW, 0), ("3-25", State.REVIEW, 2), ("2-30", State.DECIDED, 2), ("3-25", State.SEALED, 4, YUDU),
    ("3-31", State.DECIDED, 1), ("3-25", State.DELIVERED, 3), ("3-31", State.SEALED, 18, YUDU),
)  # fmt: skip
DESKS = {State.REVIEW: "review", State.KEY_POINTS: "decide", State.DECISION: "decide"}


@dataclass
class Office:
    """A clock that goes on by some minutes at each look, within office hours, from a day on; never past `until`."""

    day: date
    until: datetime
    minutes: int = 0

    def __call__(self) -> datetime:
        self.minutes += 7
        if self.minutes > 7 * 60:
            self.day, self.minutes = add(current_calendar(), self.day, 1), 7
        return min(_office_hour(self.day, self.minutes), self.until)


def _office_hour(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone()) + timedelta(minutes=minutes)


def tell(*, at: datetime) -> int:
    """Tell the history up to `at` unless any case is there already; how many cases were made."""
    if Case.objects.exists():
        return 0
    chance = random.Random(SEED)
    leads = []
    for item, state, ago, *where in sorted(PLAN, key=lambda one: -one[2]):
        leads.append(_lead(item, state, ago, chance, at, *where))
        if leads[-1].case.decided_on is not None:
            _push(leads[-1].clock())
    _incidents(leads)
    _take(leads, chance)
    _push(at)
    _open(at)
    _supervise(chance, at)
    object_and_answer(at=at)
    feed_back_more(at=at)
    live_on(at=at)
    deliver(at=at)
    guide(at=at)
    while register.enrol():
        pass
    while follow_register(at=at):
        pass
    oversee(at=at)
    work_together(at=at)
    return len(leads)


def _lead(
    item: str, state: State, ago: int, chance: random.Random, at: datetime, region: str = "", proposal: str = "GRANT"
) -> Lead:
    region = region or chance.choice([one for one in REGIONS if one != "360791" or not item.startswith("1-")])
    day = add(current_calendar(), local_day(at), -ago) if ago else local_day(at)
    clock = Office(day, until=at, minutes=chance.randrange(0, 300))
    somebody_there = applicant(item, region, chance)
    clerk = window_of(region, on=day)
    given = somebody_there.application()
    given["delivery"] = wish(ago, somebody_there.address, somebody_there.representative)
    lead = open_case(clerk=clerk, clock=clock, given=given, known=somebody_there.form)
    lead.scans = scan_of
    while lead.state != state:
        overnight = lead.state != State.RECEIVED and clock.day < local_day(at)
        if overnight and chance.random() < 0.3:
            clock.day, clock.minutes = add(current_calendar(), clock.day, 1), 0
        lead.step(proposal=proposal)
    return lead


def _incidents(leads: list[Lead]) -> None:
    """What also happens: a correction, a return, a pause, a proposal that waits, a denial."""
    waiting = iter(_in(leads, "3-25", State.RECEIVED))
    corrected = next(waiting)
    corrected.do(
        corrected.holder("accept", Role.CLERK),
        Action.REQUEST_CORRECTION,
        defects=[{"material": 1, "defect": "申请表未盖公章", "remedy": "补盖公章后重新提交"}],
    )
    returned = next(_in(leads, "2-30", State.KEY_POINTS))
    returned.do(
        returned.holder("decide", Role.REVIEWER), Action.RETURN, reasons="检验报告编号与设备代码不一致，请核对。"
    )
    paused = next(_in(leads, "3-25", State.REVIEW))
    reviewer, kind = paused.holder("review", Role.REVIEWER), "RECTIFICATION"
    paused.do(reviewer, Action.PAUSE, kind=kind, days=5, reasons="库房温控记录不全，限期整改。")
    paused.do(paused.holder("decide", Role.DECIDER), "CONFIRM")
    _resumed(next(_in(leads[leads.index(paused) + 1 :], "3-25", State.REVIEW)), days=2)
    proposed = next(_in(leads, "3-38", State.REVIEW))
    proposed.do(proposed.holder("review", Role.REVIEWER), Action.EXTEND, days=5, reasons="需征求住房城乡建设部门意见。")
    denied = next(_in(leads, "3-31", State.DECISION))
    remedies = denied.case.form.remedies["DECIDE"]
    denied.do(
        denied.holder("decide", Role.DECIDER),
        Action.DENY,
        reasons="经营场所与申请材料不符，不具备药品零售的法定条件。",
        remedies=remedies,
        **denied.why_late(),
    )


def _resumed(lead: Lead, *, days: int) -> None:
    """A site visit stopped the clock for some working days and has ended."""
    lead.do(lead.holder("review", Role.REVIEWER), Action.PAUSE, kind="SITE_VISIT", days=days, reasons="现场核查库房。")
    lead.do(lead.holder("decide", Role.DECIDER), "CONFIRM")
    lead.clock.day = add(current_calendar(), lead.clock.day, days)
    lead.do(lead.holder("review", Role.REVIEWER), Action.UNPAUSE, outcome="现场核查结束，与图纸一致。")


def _take(leads: list[Lead], chance: random.Random) -> None:
    """Some of what lies on a desk is in somebody's hand."""
    for lead in leads:
        phase = DESKS.get(lead.state)
        if phase and not lead.case.proposal and chance.random() < 0.5:
            role = Role.DECIDER if lead.state == State.DECISION else Role.REVIEWER
            lead.do(lead.holder(phase, role), Action.TAKE)


def _push(at: datetime) -> None:
    """Every decision told so far goes to its supervising units."""
    while register.enrol():
        pass
    while follow_cases(at=at):
        pass


def _open(at: datetime) -> None:
    """On the next working day somebody of the unit has opened each push; today's lie unopened."""
    for push in Push.objects.filter(confirmed_at=None).select_related("unit__organ").order_by("pushed_at", "pk"):
        opened_on = add(current_calendar(), local_day(push.pushed_at), 1)
        if opened_on < local_day(at):
            reader = somebody(push.unit.organ.code, Role.SUPERVISOR, on=opened_on)
            open_push(push=push.pk, actor=reader, at=_office_hour(opened_on, 10))


def _supervise(chance: random.Random, at: datetime) -> None:
    """The units claim what is old, mostly in time, and report on half of it; what came late waits."""
    calendar, today = current_calendar(), local_day(at)
    pushes = (
        Push.objects.filter(copy=False, state=PushState.TO_CLAIM).select_related("unit__organ").order_by("pushed_at")
    )
    for number, push in enumerate(pushes):
        pushed_on = local_day(push.pushed_at)
        claimed_on = add(calendar, pushed_on, 1 + number % 3)
        if claimed_on >= today or number % 5 == 3:
            continue
        supervisor = somebody(push.unit.organ.code, Role.SUPERVISOR, on=claimed_on)
        claim(push=push.pk, actor=supervisor, at=_office_hour(claimed_on, chance.randrange(30, 400)))
        visited_on = add(calendar, claimed_on, 12)
        if visited_on < today:
            given = {
                "on": visited_on.isoformat(),
                "officers": [supervisor.name, "赖建华"],
                "way": "ON_SITE",
                "result": "NO_PROBLEM",
                "findings": "按许可范围经营，未发现问题。",
            }
            when = _office_hour(visited_on, chance.randrange(30, 400))
            feed_back(push=push.pk, actor=supervisor, at=when, kind="INSPECTION", given=given)


def _in(leads: list[Lead], item: str, state: State) -> Iterator[Lead]:
    return (lead for lead in leads if lead.case.snapshot.item == item and lead.state == state)
