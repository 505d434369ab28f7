"""Who earned a card, yellow or red? Read off the register as it grows, and by a sweep for what is still overdue.

Both ways lead to `show`, which shows a card once for one rule and one `key`: a stay of a case at a desk (named by the
event that began it), a push, a deemed acceptance. The days are working days past the due day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, count, local_day
from approvals.cases.models import Case, Event
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, State, Step
from approvals.cases.workflow import HANDLING, PHASE_OF
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import Organ, Role
from approvals.oversight.models import Card, CardRule
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import OversightAction, Trigger
from approvals.supervision.models import Push
from approvals.supervision.words import PushState

WAITING = (State.MENDING, *HANDLING, State.DECIDED, State.SEALED)  # a county's or the city's own time runs
DONE = (Step.ACT, Step.CONFIRM)


@dataclass(frozen=True)
class Overrun:
    """Something that is or was late: for which rule it counts, its key, whose, since when, by how many days."""

    trigger: Trigger
    key: str
    case: int
    organ: str  # code
    due_on: date
    days: int


def begins_a_stay(event: Event) -> bool:
    """Whether a case came to a desk by this event: another state, or another holder."""
    return event.step in DONE and (event.source != event.target or event.action == Action.TRANSFER)


BEGINS = Q(step__in=DONE) & (~Q(source=F("target")) | Q(action=Action.TRANSFER))  # the twin for the database


def late_end(trail: Sequence[Event], calendar: Calendar) -> tuple[date, int, int] | None:
    """(due day, working days over, sequence of the beginning) where the last event of a trail ended a stay too late."""
    ended = end_of_stay(trail)
    if ended is None or ended[1] <= ended[0]:
        return None
    due_on, ended_on, begun = ended
    return due_on, count(calendar, after=due_on, until=ended_on), begun


def end_of_stay(trail: Sequence[Event]) -> tuple[date, date, int] | None:
    """(due day, day of the end, sequence of the beginning) of the stay that the last event of a trail ended, if it did.

    `trail`: the events of one case up to that one, oldest first. The applicant's time, the time before receipt and
    the time of a pause are nobody's overrun.
    """
    *before, event = trail
    if not begins_a_stay(event) or State(event.source) not in WAITING:
        return None
    acts = [one for one in before if one.step in DONE]
    pauses = [one.action for one in acts if one.action in (Action.PAUSE, Action.UNPAUSE)]
    if pauses[-1:] == [Action.PAUSE]:
        return None
    due = next((one.data["due_on"] for one in reversed(acts) if one.data.get("due_on")), None)
    begun = next((one.sequence for one in reversed(acts) if begins_a_stay(one)), 0)
    return (date.fromisoformat(due), day_of_end(event), begun) if due else None


def day_of_end(event: Event) -> date:
    """The day that counts for a limit: service is in time by the day of service, whenever it was written down."""
    served_on = event.data.get("on") if event.action == Action.DELIVER else None
    return date.fromisoformat(served_on) if served_on else local_day(event.at)


def organ_then(case: Case, event: Event, later: Iterable[Event]) -> str:
    """The code of the organ that held the stay an event ended, whatever was transferred since."""
    phase = PHASE_OF[State(event.source)]
    for one in later:
        if one.action == Action.TRANSFER and one.sequence >= event.sequence:
            return str(one.data["was"][phase.value])
    return terms_of(case.snapshot).holder(phase).code


def overruns_of(events: Sequence[Event]) -> list[Overrun]:
    """What these case events tell: stays that ended late, and deemed acceptances."""
    cases = Case.objects.select_related("snapshot").in_bulk({event.case_id for event in events})
    trails: dict[int, list[Event]] = {}
    for one in Event.objects.filter(case__in=cases).order_by("case_id", "sequence"):
        trails.setdefault(one.case_id, []).append(one)
    calendar, found = current_calendar(), []
    for event in events:
        case, trail = cases[event.case_id], trails[event.case_id]
        if event.action == Action.DEEM_ACCEPTED:
            due = next(one.data["due_on"] for one in reversed(trail[: event.sequence - 1]) if one.data.get("due_on"))
            days = count(calendar, after=date.fromisoformat(due), until=local_day(event.at))
            key = f"deemed:{case.number}:{event.sequence}"
            organ = organ_then(case, event, trail)
            found.append(Overrun(Trigger.DEEMED_ACCEPTANCE, key, case.pk, organ, date.fromisoformat(due), days))
        elif late := late_end(trail[: event.sequence], calendar):
            due_on, days, begun = late
            organ = organ_then(case, event, trail)
            found.append(Overrun(Trigger.STAGE_OVERRUN, f"stay:{case.number}:{begun}", case.pk, organ, due_on, days))
    return found


def withdraw_unearned(events: Sequence[Event], *, at: datetime) -> int:
    """Take back the cards a sweep showed for late service before it was written down that it had been in time; how many.

    In the caller's transaction, the ledgers of the cases locked.
    """
    served = [event for event in events if event.action == Action.DELIVER and event.data.get("on")]
    cases = Case.objects.select_related("snapshot").in_bulk({event.case_id for event in served})
    calendar, taken = current_calendar(), 0
    for event in served:
        case = cases[event.case_id]
        trail = list(Event.objects.filter(case=case, sequence__lte=event.sequence).order_by("sequence"))
        ended = end_of_stay(trail)
        if ended is None:
            continue
        due_on, ended_on, begun = ended
        days = count(calendar, after=due_on, until=ended_on) if ended_on > due_on else 0
        shown = Card.objects.select_for_update().filter(key=f"stay:{case.number}:{begun}", withdrawn_at=None)
        for card in shown.filter(rule__workdays__gt=days).order_by("pk"):
            card.withdrawn_at, card.withdrawal = at, f"送达日为 {ended_on}，登记在后。"
            card.save(update_fields=["withdrawn_at", "withdrawal"])
            append(
                locked_ledger(card.unit_id),
                OversightAction.CARD_WITHDRAWN,
                f"card:{card.pk}",
                actor=SYSTEM,
                at=at,
                case=case.pk,
                data={"served_on": ended_on, "days": days},
                texts={"reasons": card.withdrawal},
            )
            taken += 1
    return taken


def overdue_stays(on: date) -> list[Overrun]:
    """The stays that are overdue on a day and have not ended."""
    began = Event.objects.filter(BEGINS, case=OuterRef("pk")).order_by("-sequence").values("sequence")[:1]
    late = Case.objects.filter(state__in=WAITING, due_on__lt=on, paused_on=None).order_by("pk")
    rows = late.annotate(begun=Coalesce(Subquery(began), 0))
    calendar = current_calendar()
    return [
        Overrun(
            Trigger.STAGE_OVERRUN,
            f"stay:{number}:{begun}",
            pk,
            organ,
            due_on,
            count(calendar, after=due_on, until=on),
        )
        for pk, number, organ, due_on, begun in rows.values_list("pk", "number", "holder__code", "due_on", "begun")
    ]


def unclaimed(pushes: Iterable[Push], on: date) -> list[Overrun]:
    """Those of these pushes that were, or still are, unclaimed past their day."""
    calendar, found = current_calendar(), []
    for push in pushes:
        until = local_day(push.claimed_at) if push.claimed_at else on
        if push.claim_due_on is not None and until > push.claim_due_on:
            days = count(calendar, after=push.claim_due_on, until=until)
            organ = push.unit.organ.code
            found.append(
                Overrun(Trigger.UNCLAIMED_PUSH, f"push:{push.pk}", push.case_id, organ, push.claim_due_on, days)
            )
    return found


def overdue_pushes(on: date) -> list[Overrun]:
    waiting = Push.objects.filter(state=PushState.TO_CLAIM, claim_due_on__lt=on).select_related("unit__organ")
    return unclaimed(waiting, on)


def earned(overruns: Iterable[Overrun]) -> list[tuple[CardRule, Overrun]]:
    """The cards these overruns earn by the rules in force and have not been shown yet."""
    rules = list(CardRule.objects.filter(active=True).order_by("workdays", "pk"))
    due = [
        (rule, one) for one in overruns for rule in rules if rule.trigger == one.trigger and rule.workdays <= one.days
    ]
    there = set(Card.objects.filter(key__in={one.key for _, one in due}).values_list("rule", "key"))
    return list({(rule.pk, one.key): (rule, one) for rule, one in due if (rule.pk, one.key) not in there}.values())


def show(overruns: Iterable[Overrun], *, at: datetime) -> list[Card]:
    """Show the cards these overruns have earned. In the caller's transaction."""
    due = earned(overruns)
    if not due:
        return []
    cases = Case.objects.select_related("snapshot").in_bulk({one.case for _, one in due})
    organs = {one.code: one for one in Organ.objects.filter(code__in={one.organ for _, one in due})}
    ledgers = {unit: locked_ledger(unit) for unit in sorted({one.snapshot.city_organ_id for one in cases.values()})}
    shown = []
    for rule, one in due:
        case, organ = cases[one.case], organs[one.organ]
        card, new = Card.objects.get_or_create(
            rule=rule,
            key=one.key,
            defaults={
                "colour": rule.colour,
                "unit_id": case.snapshot.city_organ_id,
                "organ": organ,
                "region_id": organ.region_id,
                "case": case,
                "due_on": one.due_on,
                "days_over": one.days,
                "shown_at": at,
            },
        )
        if not new:
            continue
        shown.append(card)
        data = {"rule": rule.code, "key": one.key, "organ": one.organ, "due_on": one.due_on, "days": one.days}
        append(
            ledgers[case.snapshot.city_organ_id],
            OversightAction.CARD,
            f"card:{card.pk}",
            actor=SYSTEM,
            at=at,
            case=case.pk,
            data=data,
        )
        tell(
            to=people_in(on=local_day(at), organs=[organ.pk], roles=(Role.CHECKER, Role.DECIDER, Role.COORDINATOR)),
            kind="oversight",
            title=f"{card.get_colour_display()}：{rule.get_trigger_display()} {one.days} 个工作日，{case.number}",
            url=f"/oversight/cards/?q={case.number}",
            key=f"card:{card.pk}",
            at=at,
        )
    return shown


def sweep(*, at: datetime) -> int:
    """Show the cards for what is overdue now, of stays and pushes; how many. What has its cards costs no transaction."""
    on = local_day(at)
    current_calendar()  # fresh before the transaction opens
    overruns = overdue_stays(on) + overdue_pushes(on)
    shown = 0
    for start in range(0, len(overruns), 100):
        page = [one for _, one in earned(overruns[start : start + 100])]
        if not page:
            continue
        with transaction.atomic(durable=True):
            shown += len(show(page, at=at))
            transaction.on_commit(nudge, robust=True)
    return shown
