"""Who hears of what happened to a case? Follows the register: the applicant outside, the staff in the platform.

Applicants hear at receipt, correction, acceptance, forwarding, pause, extension, decision, end, and when the paper can be
fetched or was posted; never with anything personal in it. Staff hear of returns, of what waits for their consent, and at the
city of what a county ended. A message is written once for each event, in the transaction that moves the reader's cursor.
What is due is said in the morning (`reminding`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from approvals.audit.register import Entry, follow
from approvals.calendars.workdays import local_day
from approvals.cases.models import Case, Dispatch, Event, Party
from approvals.cases.periods import pause_until
from approvals.cases.words import UNDECIDED_ENDS, Action, Step
from approvals.notices.actions import people_in, tell
from approvals.notices.sending import send
from approvals.notices.words import ChannelKind, Occasion
from approvals.organisations.models import Level, Role

READER = "cases.tell"
POSITIONS = 100
DECIDING = frozenset(
    {
        Action.APPROVE,
        Action.DENY,
        Action.GRANT_ON_COMMITMENT,
        Action.DECIDE_ON_THE_SPOT,
        Action.RECORD,
        Action.DECLINE_RECORD,
        Action.REFUSE,
    }
)
OCCASIONS: dict[str, Occasion] = {
    Action.RECEIVE: Occasion.RECEIVED,
    Action.REQUEST_CORRECTION: Occasion.CORRECTION,
    Action.ACCEPT: Occasion.ACCEPTED,
    Action.DEEM_ACCEPTED: Occasion.ACCEPTED,
    Action.FORWARD: Occasion.FORWARDED,
    Action.SEAL: Occasion.COLLECT,
    Action.PAUSE: Occasion.PAUSED,
    Action.UNPAUSE: Occasion.RESUMED,
    Action.EXTEND: Occasion.EXTENDED,
    Action.TERMINATE: Occasion.TERMINATED,
    Action.DISPATCH: Occasion.POSTED,
    **dict.fromkeys(DECIDING, Occasion.DECIDED),
}
RETURNS = frozenset({Action.RETURN, Action.SEND_BACK, Action.RETURN_TO_WINDOW})
DONE = frozenset({Step.ACT, Step.CONFIRM})


def follow_cases(*, at: datetime) -> int:
    """Tell what the register has new; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: tell_all(entries, at=at), kinds=["case"], limit=POSITIONS)


def tell_all(entries: Collection[Entry], *, at: datetime) -> None:
    """Tell of these events in the caller's transaction. What is older than NOTICE_DAYS days is history, not news."""
    events = [entry.row for entry in entries if isinstance(entry.row, Event)]
    events = [one for one in events if (at - one.at).days <= settings.NOTICE_DAYS and concerns(one)]
    if not events:
        return
    cases = Case.objects.select_related("snapshot__decide_organ", "snapshot__accept_organ", "form").in_bulk(
        {event.case_id for event in events}
    )
    reachable = mobiles_of(cases)
    for event in events:
        case = cases[event.case_id]
        if event.step in DONE and event.action in OCCASIONS:
            tell_applicant(event, case, reachable[case.pk], at=at)
        if event.step in DONE and event.action in RETURNS:
            tell_returned(event, case, at=at)
        if event.step in DONE and event.action in UNDECIDED_ENDS:
            tell_decider(event, case, at=at)
        if event.step == Step.PROPOSE:
            tell_consent(event, case, at=at)


def concerns(event: Event) -> bool:
    """Whether anybody is told of such an event."""
    if event.step == Step.PROPOSE:
        return True
    told = event.action in OCCASIONS or event.action in RETURNS or event.action in UNDECIDED_ENDS
    return event.step in DONE and told


def mobiles_of(cases: Collection[int]) -> dict[int, dict[str, str]]:
    """Where the applicants of these cases are reached."""
    reachable: dict[int, dict[str, str]] = defaultdict(dict)
    for party in Party.objects.filter(case__in=cases).order_by("position"):  # the last one named handles the case
        if party.mobile:
            reachable[party.case_id][ChannelKind.SMS] = party.mobile
    return reachable


def tell_applicant(event: Event, case: Case, to: dict[str, str], *, at: datetime) -> None:
    occasion, day, tracking = OCCASIONS[event.action], case.promise_on or case.statute_on, ""
    if occasion == Occasion.PAUSED:
        day = pause_until(case)
    if occasion == Occasion.POSTED:
        if event.data.get("way") != "MAIL":
            return  # what is offered online is announced when it is sealed
        sent = Dispatch.objects.filter(case=case, content=Dispatch.Content.RESULT).order_by("-pk").first()
        tracking = (sent.tracking if sent else "") or "以快递通知为准"
    say(occasion, case, to, key=f"case-{case.pk}-{event.sequence}", at=at, day=day, tracking=tracking)


def say(
    occasion: Occasion,
    case: Case,
    to: dict[str, str],
    *,
    key: str,
    at: datetime,
    day: date | None = None,
    tracking: str = "",
) -> None:
    """Say something of a case to its applicant, over the channels that are open."""
    snapshot = case.snapshot
    office = snapshot.decide_organ if occasion == Occasion.FORWARDED else snapshot.accept_organ
    values = {
        "number": case.number,
        "item": snapshot.item_name,
        "office": office.name,
        "day": day or "",
        "tracking": tracking,
        "address": settings.PUBLIC_URL.rstrip("/") + reverse("public-progress"),
    }
    send(occasion=occasion, to=to, values=values, key=key, about=case.number, at=at)


def tell_returned(event: Event, case: Case, *, at: datetime) -> None:
    """Whoever worked on it before hears that it came back; at the window, its clerks."""
    before = {int(one) for one in f"{case.reviewed_by}{case.checked_by}".split(",") if one}
    if event.action == Action.RETURN_TO_WINDOW:
        earlier = Event.objects.filter(case=case, action__in=[Action.ACCEPT, Action.RECEIVE], user__isnull=False)
        before = set(earlier.values_list("user", flat=True))
    people = before - {event.user}
    key = f"case-{case.pk}-{event.sequence}"
    title = f"{event.get_action_display()}：{case.snapshot.item_name}"
    tell(to=people, kind="returned", title=title, body=case.number, key=key, url=f"/cases/{case.number}/", at=at)


def tell_decider(event: Event, case: Case, *, at: datetime) -> None:
    """The city that would have decided hears how a county ended a case, so that nothing becomes a hidden denial."""
    snapshot = case.snapshot
    if event.level != Level.COUNTY or snapshot.decide_level == Level.COUNTY:
        return
    people = people_in(on=local_day(at), organs=[snapshot.decide_organ_id], roles=[Role.REVIEWER, Role.DECIDER])
    title = f"县级{event.get_action_display()}：{snapshot.item_name}"
    key = f"case-{case.pk}-{event.sequence}"
    tell(to=people, kind="ended", title=title, body=case.number, key=key, url=f"/cases/{case.number}/", at=at)


def tell_consent(event: Event, case: Case, *, at: datetime) -> None:
    """Whoever may confirm for the organ hears what is proposed."""
    if case.consent_organ_id is None:
        return
    on = local_day(at)
    people = set(people_in(on=on, organs=[case.consent_organ_id], roles=[Role.DECIDER, Role.CHECKER])) - {event.user}
    title = f"等你确认{Action(event.action).label}：{case.snapshot.item_name}"
    key = f"case-{case.pk}-{event.sequence}"
    tell(to=people, kind="consent", title=title, body=case.number, key=key, url=f"/cases/{case.number}/", at=at)
