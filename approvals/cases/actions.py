"""How does a person act on a case? The doors that own the transaction: `perform`, `perform_many`, `settle_due`, `preview`.

Each locks what it moves, lets the law take effect first (`settle`), asks who may do what (`choosing`, `needs`), writes
once and commits once. Registration is a door of its own (`registration`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import local_day
from approvals.cases.access import not_found, sees
from approvals.cases.choosing import Choice, choose
from approvals.cases.clock import RENEWABLE
from approvals.cases.facts import Dossier, Facts, Terms
from approvals.cases.inputs import Reasons, clean, input_of
from approvals.cases.licensing import renewed
from approvals.cases.locking import locked
from approvals.cases.models import Case, Event, Standstill
from approvals.cases.needs import Incomplete, blockers
from approvals.cases.registration import check_draft
from approvals.cases.rows import dossier_of, facts_of, terms_of
from approvals.cases.step import Act, Outcome, settle, step
from approvals.cases.words import Action, Need, State, Step
from approvals.cases.write import StaleVersion, write
from approvals.errors import Invalid, Refused
from approvals.organisations.access import SYSTEM, Actor

log = structlog.get_logger(__name__)
OF_ONE_ROW = (ValueError, TypeError, LookupError, ArithmeticError, DataError, IntegrityError, Refused)  # not an outage


@dataclass(frozen=True)
class Done:
    """What an act left: the case as it stands now and the act's own event."""

    case: Case
    event: Event


@dataclass(frozen=True)
class Tried:
    """One line of a bulk act: done, or why not."""

    number: str
    done: Done | None
    refused: Refused | None


def perform(
    *,
    number: str,
    action: str,
    actor: Actor,
    at: datetime,
    given: Any = None,
    version: int | None = None,
    also: Callable[[Event], None] | None = None,
) -> Done:
    """Take one act on one case. Raises CaseNotFound 404, NotPermitted 403, StaleVersion 412, ActionUnavailable and
    Barred 409, Invalid and Incomplete 422; then nothing is written.

    `also` runs last inside the transaction, with the act's own event: what a caller writes there is kept with it or not at all.
    """
    current_calendar()  # fresh before the transaction opens
    with transaction.atomic(durable=True):
        case = locked([number]).get(number)
        if case is None:
            raise _refusal(not_found(number), number, action, actor)
        try:
            outcomes = _decide(case, action, actor, at, given, version)
        except Refused as refused:
            raise _refusal(refused, number, action, actor) from refused
        events = write([(case, outcomes)])
        if also is not None:
            also(events[-1])
        transaction.on_commit(nudge, robust=True)
    return Done(case, events[-1])


def perform_many(
    *,
    numbers: Sequence[str],
    action: str,
    actor: Actor,
    at: datetime,
    given: Any = None,
    versions: Mapping[str, int] | None = None,
) -> list[Tried]:
    """Take the same act on many cases: each done or refused on its own, all that are done in one commit.

    `versions` says which version of a case its row showed; one that has moved since is refused (StaleVersion).
    """
    tried: dict[str, Tried] = {}
    moves: list[tuple[Case, list[Outcome]]] = []
    current_calendar()  # fresh before the transaction opens
    with transaction.atomic(durable=True):
        cases = locked(numbers)
        for number in dict.fromkeys(numbers):
            try:
                case = cases.get(number)
                if case is None:
                    raise not_found(number)
                moves.append((case, _decide(case, action, actor, at, given, (versions or {}).get(number))))
            except Refused as refused:
                tried[number] = Tried(number, None, _refusal(refused, number, action, actor))
        if moves:
            events = iter(write(moves))
            for case, outcomes in moves:
                *_, last = [next(events) for _ in outcomes]
                tried[case.number] = Tried(case.number, Done(case, last), None)
            transaction.on_commit(nudge, robust=True)
    return [tried[number] for number in dict.fromkeys(numbers)]


def settle_due(*, at: datetime, page: int = 200) -> int:
    """Write what the law has brought about by `at` in cases nobody has touched; how many cases moved.

    Goes through the candidates in pages of one commit each, so that no lock is held for long. One that cannot be written
    is listed (`Standstill`) until it is, or until nothing is due in it any more.
    """
    day, moved, last = local_day(at), 0, ""
    current_calendar()
    while numbers := list(
        may_settle(day).filter(number__gt=last).order_by("number").values_list("number", flat=True)[:page]
    ):
        moved += _settle(numbers, at=at, day=day)
        last = numbers[-1]
    if Standstill.objects.exists():  # nothing is due any more where a person has acted meanwhile
        Standstill.objects.exclude(case__in=may_settle(day).values("pk")).delete()
    return moved


def _settle(numbers: Sequence[str], *, at: datetime, day: date) -> int:
    """Each case in a savepoint of its own: one that cannot be written is listed for the coordinator, the others go on."""
    moved, stuck = 0, {}
    with transaction.atomic(durable=True):
        cases = locked(numbers).values()
        for case in cases:
            try:
                with transaction.atomic():
                    moved += _settle_one(case, at=at, day=day)
            except OF_ONE_ROW as wrong:
                log.exception("settle_failed", number=case.number)
                stuck[case.pk] = wrong.detail if isinstance(wrong, Refused) else f"程序出错（{type(wrong).__name__}）"
        Standstill.objects.filter(case__in=[case.pk for case in cases if case.pk not in stuck]).delete()
        for pk, reason in stuck.items():
            said = {"reason": reason[:300]}
            Standstill.objects.update_or_create(case_id=pk, defaults=said, create_defaults=said | {"noticed_at": at})
        if moved:
            transaction.on_commit(nudge, robust=True)
    return moved


def _settle_one(case: Case, *, at: datetime, day: date) -> bool:
    terms = terms_of(case.snapshot)
    outcomes = settle(facts_of(case), terms, current_calendar(), at=at, on=day, licence=renewed(case))
    if outcomes:
        write([(case, outcomes)])
    return bool(outcomes)


def may_settle(day: date) -> QuerySet[Case]:
    """Cases in which something may be due by law or rule on a day; `settle` decides."""
    expired = Q(state=State.RECEIVED, due_on__lt=day)
    across = Q(state=State.KEY_POINTS) | Q(state=State.REVIEW) & ~Q(snapshot__accept_organ=F("snapshot__review_organ"))
    renewal = Q(expires_on__lt=day, state__in=RENEWABLE)
    return Case.objects.filter(expired | renewal | across & Q(taken_on=None, arrived_on__lt=day))


@dataclass(frozen=True)
class Preview:
    """What an act would do, and what is still missing for it; nothing is written."""

    choice: Choice
    outcome: Outcome | None
    missing: list[Any]


def preview(*, case: Case, action: str, actor: Actor, at: datetime, given: Any = None) -> Preview:
    """Say what an act would do. Raises as `perform` does, but for what is merely missing."""
    at = not_before(case, at)
    day, calendar, terms = local_day(at), current_calendar(), terms_of(case.snapshot)
    facts = settled(case, terms, at=at, on=day)
    choice = choose(action, facts, terms, actor, on=day)
    cleaned = clean(_input(choice), given)
    dossier = _dossier(case, choice, facts, terms, cleaned, actor, day)
    missing = _missing(choice, facts, terms, cleaned, dossier, day)
    if missing:
        return Preview(choice, None, missing)
    return Preview(choice, step(_act(choice, actor, at, day, cleaned), facts, terms, dossier, calendar), [])


def settled(case: Case, terms: Terms, *, at: datetime, on: date) -> Facts:
    """The facts of a case as the law sees them at `at`, written or not."""
    facts = facts_of(case)
    outcomes = settle(facts, terms, current_calendar(), at=at, on=on, licence=renewed(case))
    return outcomes[-1].after if outcomes else facts


def not_before(case: Case, at: datetime) -> datetime:
    """`at`, but never before what the case has on record: a clock that went back moves no legal day back."""
    return max(at, case.last_at) if case.last_at else at


def _decide(case: Case, action: str, actor: Actor, at: datetime, given: Any, version: int | None) -> list[Outcome]:
    at = not_before(case, at)
    day, calendar, terms, facts = local_day(at), current_calendar(), terms_of(case.snapshot), facts_of(case)
    if not sees(actor, facts, terms, city_organ=case.snapshot.city_organ_id):
        raise not_found(case.number)
    if version is not None and version != facts.version:
        raise StaleVersion(
            "别人刚办过这个办件，你看到的不是最新情况；没有写入任何内容，刷新后再办。",
            version=facts.version,
            given=version,
        )
    outcomes = settle(facts, terms, calendar, at=at, on=day, licence=renewed(case))
    facts = outcomes[-1].after if outcomes else facts
    choice = choose(action, facts, terms, actor, on=day)
    cleaned, words = clean(_input(choice), given), ""
    dossier = _dossier(case, choice, facts, terms, cleaned, actor, day)
    if choice.step == Step.CONFIRM and dossier.proposal is not None:
        words, cleaned = cleaned.get("reasons", ""), clean(input_of(choice.row.action), dossier.proposal.input)
    missing = _missing(choice, facts, terms, cleaned, dossier, day)
    if missing:
        raise Incomplete(missing)
    act = replace(_act(choice, actor, at, day, cleaned), words=words)
    return [*outcomes, step(act, facts, terms, dossier, calendar)]


def _dossier(
    case: Case, choice: Choice, facts: Facts, terms: Terms, given: dict[str, Any], actor: Actor, day: date
) -> Dossier:
    """What lies beside the case and matters for this choice; a draft is looked at again under the law of the day."""
    if choice.row.action == Action.RECEIVE:
        check_draft(case, actor, on=day)
    changes_papers = bool(given.get("papers"))
    needs = set(choice.row.needs) | ({Need.MATERIALS} if facts.tolerance_open or changes_papers else set())
    return dossier_of(case, terms, needs, on=day, with_proposal=choice.step == Step.CONFIRM)


def _input(choice: Choice) -> Any:
    if choice.step in (Step.ACT, Step.PROPOSE):
        return input_of(choice.row.action)
    return Reasons


def _missing(
    choice: Choice, facts: Facts, terms: Terms, given: dict[str, Any], dossier: Dossier, day: date
) -> list[Any]:
    if choice.step == Step.RETRACT:
        return []
    if choice.step == Step.DECLINE:
        if not given.get("reasons", "").strip():
            raise Invalid({"reasons": ["写明不同意的理由。"]})
        return []
    return blockers(choice.row, facts, terms, given, dossier, on=day, calendar=current_calendar())


def _act(choice: Choice, actor: Actor, at: datetime, day: date, given: dict[str, Any]) -> Act:
    asked = input_of(choice.row.action) if choice.step != Step.DECLINE else Reasons
    return Act(choice.row, choice.step, actor, at, day, given, codes=asked.codes, beside=asked.beside)


def _refusal(refused: Refused, number: str, action: str, actor: Actor) -> Refused:
    """Keep a record of the refused act: who tried what on which case, under which code."""
    log.warning(
        "act_refused",
        code=refused.code,
        number=number,
        action=action,
        user=actor.user,
        post=actor.post,
        kind=actor.kind,
    )
    return refused


__all__ = ["SYSTEM", "Done", "Preview", "Tried", "perform", "perform_many", "preview", "settle_due", "settled"]
