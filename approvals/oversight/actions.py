"""Who reads filings, checks samples, opens findings, answers, closes them and holds to account? Only these functions.

Each locks the ledger of the city unit first, then the row; each leaves one record in the unit's chain and tells whoever
must act next. Deadlines are working days; the defaults are settings.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.access import visible
from approvals.cases.inputs import clean
from approvals.cases.models import Case, Event
from approvals.cases.words import Action
from approvals.errors import Invalid, Refused
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor, is_head
from approvals.organisations.models import Level, Organ, Role
from approvals.oversight import inputs
from approvals.oversight.access import (
    CITY_ROLES,
    COUNTY_ROLES,
    NotAnswerable,
    NotOverseer,
    found,
    may_answer,
    must_oversee,
    of_case,
    sees_responsibility,
    sees_samples,
)
from approvals.oversight.models import Answer, Card, Filing, Finding, Responsibility, Sample
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import (
    FilingState,
    FindingSource,
    FindingState,
    OversightAction,
    ResponsibilityState,
    SampleState,
)


class AlreadyDone(Refused):
    code = "already-done"
    title = "这一步已经办过"


class SamePersonTwice(Refused):
    code = "same-person-twice"
    title = "启动和处理须由两人分别办理"


class NotInvolved(Refused):
    code = "not-involved"
    status = 422
    title = "此人没有经手这个办件"


@transaction.atomic
def acknowledge(*, filing: Any, actor: Actor, at: datetime) -> Filing:
    """The city unit has read a filing and has nothing to say. Raises NothingOverseen, NotOverseer, AlreadyDone."""
    row = found(Filing.objects.all(), of_case(actor), filing)
    must_oversee(actor, row.unit_id)
    ledger = locked_ledger(row.unit_id)
    row = Filing.objects.select_for_update().get(pk=row.pk)
    _still(row.state == FilingState.FILED, "这件报备已经阅过。")
    _seen(row, FilingState.ACKNOWLEDGED, actor, at)
    append(ledger, OversightAction.ACKNOWLEDGED, f"filing:{row.pk}", actor=actor, at=at, case=row.case_id)
    transaction.on_commit(nudge, robust=True)
    return row


@transaction.atomic
def pass_sample(*, sample: Any, actor: Actor, at: datetime) -> Sample:
    """The city unit has checked a drawn case and found nothing. Raises NothingOverseen, NotOverseer, AlreadyDone."""
    row = _sample(sample, actor)
    ledger = locked_ledger(row.draw.unit_id)
    row = Sample.objects.select_for_update().get(pk=row.pk)
    _still(row.state == SampleState.TO_CHECK, "这件抽查已经检查过。")
    row.state, row.checked_at, row.checked_by_id = SampleState.PASSED, at, actor.user
    row.save(update_fields=["state", "checked_at", "checked_by"])
    append(ledger, OversightAction.CHECKED, f"sample:{row.pk}", actor=actor, at=at, case=row.case_id)
    transaction.on_commit(nudge, robust=True)
    return row


def _sample(sample: Any, actor: Actor) -> Sample:
    from_draw = Sample.objects.select_related("draw")
    row = found(from_draw, sees_samples(actor), sample)
    must_oversee(actor, row.draw.unit_id)
    return row


@transaction.atomic
def open_finding(
    *, actor: Actor, at: datetime, given: Any, filing: Any = None, sample: Any = None, case: str = ""
) -> Finding:
    """Something is wrong: a finding with its correction order, from a filing, a drawn case or another lead on a case.

    Raises Invalid, NothingOverseen, NotOverseer, AlreadyDone.
    """
    told = clean(inputs.FindingInput, given)
    due_on = add(current_calendar(), local_day(at), told["days"])
    fields: dict[str, Any] = {
        "kind": told["kind"],
        "text": told["text"],
        "order": told["order"],
        "due_on": due_on,
        "days": told["days"],
    }
    fields |= {"grave": told["grave"], "opened_at": at, "opened_by_id": actor.user}
    if filing is not None:
        seen = found(Filing.objects.all(), of_case(actor), filing)
        must_oversee(actor, seen.unit_id)
        ledger = locked_ledger(seen.unit_id)
        seen = Filing.objects.select_for_update().get(pk=seen.pk)
        _still(seen.state != FilingState.QUESTIONED, "这件报备已经提出过问题。")
        _seen(seen, FilingState.QUESTIONED, actor, at)
        fields |= {"source": FindingSource.FILING, "filing": seen, "unit_id": seen.unit_id, "organ_id": seen.organ_id}
        fields |= {"case_id": seen.case_id, "region_id": seen.region_id}
    elif sample is not None:
        drawn = _sample(sample, actor)
        ledger = locked_ledger(drawn.draw.unit_id)
        drawn = Sample.objects.select_for_update(of=("self",)).select_related("draw", "case").get(pk=drawn.pk)
        _still(drawn.state == SampleState.TO_CHECK, "这件抽查已经检查过。")
        drawn.state, drawn.checked_at, drawn.checked_by_id = SampleState.FAILED, at, actor.user
        drawn.save(update_fields=["state", "checked_at", "checked_by"])
        fields |= {"source": FindingSource.SAMPLE, "sample": drawn, "unit_id": drawn.draw.unit_id}
        fields |= {"organ_id": drawn.organ_id, "case_id": drawn.case_id, "region_id": drawn.case.region_id}
    else:
        mine = Case.objects.select_related("snapshot").filter(visible(actor), snapshot__city_organ=actor.organ)
        one = mine.filter(number=case).first()
        if one is None:
            raise Invalid({"case": ["没有这个办件，或不是本单位对口、由你负责的事项；核对编号。"]})
        must_oversee(actor, one.snapshot.city_organ_id)
        ledger = locked_ledger(one.snapshot.city_organ_id)
        fields |= {"source": FindingSource.OTHER, "unit_id": one.snapshot.city_organ_id, "case_id": one.pk}
        fields |= {"organ_id": _county_organ(one), "region_id": one.region_id}
    finding = Finding.objects.create(**fields)
    data = {"kind": finding.kind, "grave": finding.grave, "source": finding.source, "due_on": due_on}
    append(
        ledger,
        OversightAction.FOUND,
        f"finding:{finding.pk}",
        actor=actor,
        at=at,
        case=finding.case_id,
        data=data,
        texts={"text": finding.text, "order": finding.order},
    )
    _tell_county(finding, f"{finding.get_kind_display()}：责令 {due_on} 前整改", "opened", at)
    transaction.on_commit(nudge, robust=True)
    return finding


def _county_organ(case: Case) -> int:
    """The county's organ in a case: who decides, reviews or accepts there, whoever comes first."""
    snapshot = case.snapshot
    ids = (snapshot.decide_organ_id, snapshot.review_organ_id, snapshot.accept_organ_id, snapshot.name_organ_id)
    organs = {one.pk: one for one in Organ.objects.filter(pk__in=ids).select_related("region")}
    for pk in ids:
        if organs[pk].region.level == Level.COUNTY:
            return int(pk)
    raise Invalid({"case": ["这个办件没有县级经手，不属于承接监督。"]})


@transaction.atomic
def answer(*, finding: Any, actor: Actor, at: datetime, given: Any) -> Answer:
    """The county says what it did. Raises Invalid, NothingOverseen, NotAnswerable, AlreadyDone."""
    told = clean(inputs.AnswerInput, given)
    row = found(Finding.objects.all(), of_case(actor), finding)
    if not may_answer(actor, row.organ_id, row.region_id):
        raise NotAnswerable(f"由{row.organ.name}答复。")
    ledger = locked_ledger(row.unit_id)
    row = Finding.objects.select_for_update().get(pk=row.pk)
    _still(row.state == FindingState.ORDERED, "已经答复过，等市级单位核查。")
    row.state, row.answered_at = FindingState.ANSWERED, row.answered_at or at
    row.save(update_fields=["state", "answered_at"])
    given_answer = Answer.objects.create(finding=row, text=told["text"], at=at, by_id=actor.user)
    data = {"in_time": local_day(at) <= row.due_on, "answer": given_answer.pk}
    append(
        ledger,
        OversightAction.ANSWERED,
        f"finding:{row.pk}",
        actor=actor,
        at=at,
        case=row.case_id,
        data=data,
        texts={"text": told["text"]},
    )
    tell(
        to=people_in(on=local_day(at), organs=[row.unit_id], roles=CITY_ROLES),
        kind="oversight",
        title=f"整改已答复，请核查：第 {row.pk} 号问题",
        url=f"/oversight/findings/{row.pk}/",
        key=f"finding:{row.pk}:answer:{given_answer.pk}",
        at=at,
    )
    transaction.on_commit(nudge, robust=True)
    return given_answer


@transaction.atomic
def judge(*, finding: Any, actor: Actor, at: datetime, given: Any) -> Finding:
    """The city unit closes an answered finding, or sends it back with a new day.

    Raises Invalid, NothingOverseen, NotOverseer, AlreadyDone.
    """
    told = clean(inputs.VerdictInput, given)
    row = found(Finding.objects.all(), of_case(actor), finding)
    must_oversee(actor, row.unit_id)
    ledger = locked_ledger(row.unit_id)
    row = Finding.objects.select_for_update().get(pk=row.pk)
    _still(row.state == FindingState.ANSWERED, "现在没有等核查的答复。")
    last = Answer.objects.select_for_update().get(finding=row, judged_at=None)
    last.good, last.verdict, last.judged_at, last.judged_by_id = told["good"], told["verdict"], at, actor.user
    last.save(update_fields=["good", "verdict", "judged_at", "judged_by"])
    if told["good"]:
        row.state, row.closed_at, row.closed_by_id = FindingState.CLOSED, at, actor.user
    else:
        row.state, row.due_on = FindingState.ORDERED, add(current_calendar(), local_day(at), told["days"])
        row.days = told["days"]
    row.save(update_fields=["state", "due_on", "days", "closed_at", "closed_by"])
    act = OversightAction.CLOSED if told["good"] else OversightAction.SENT_BACK
    append(
        ledger,
        act,
        f"finding:{row.pk}",
        actor=actor,
        at=at,
        case=row.case_id,
        data={"answer": last.pk, "due_on": row.due_on},
        texts={"verdict": told["verdict"]},
    )
    words = "已销号" if told["good"] else f"整改不到位，{row.due_on} 前再答复"
    _tell_county(row, words, f"verdict:{last.pk}", at)
    transaction.on_commit(nudge, robust=True)
    return row


def people_of(finding: Finding) -> dict[int, str]:
    """Who of the county took part in the case of a finding: id → in which acts."""
    parts: dict[int, list[str]] = {}
    acts = Event.objects.filter(case=finding.case_id, level=Level.COUNTY, user__isnull=False).order_by("sequence")
    for user, action in acts.values_list("user", "action"):
        words = Action(action).label
        if words not in parts.setdefault(user, []):
            parts[user].append(words)
    return {user: "、".join(words)[:60] for user, words in parts.items()}


@transaction.atomic
def hold_to_account(*, finding: Any, actor: Actor, at: datetime, given: Any) -> Responsibility:
    """A head of the city unit opens a responsibility case against a person who handled the case of a finding.

    Raises Invalid, NothingOverseen, NotOverseer, NotInvolved, AlreadyDone.
    """
    told = clean(inputs.ResponsibilityInput, given)
    row = found(Finding.objects.all(), of_case(actor), finding)
    _must_be_head(actor, row.unit_id)
    part = people_of(row).get(told["person"])
    if part is None:
        raise NotInvolved("从经手人里选择责任人。")
    ledger = locked_ledger(row.unit_id)
    _still(not row.responsibilities.filter(person=told["person"]).exists(), "已经对此人启动责任追究。")
    opened = Responsibility.objects.create(
        finding=row,
        person_id=told["person"],
        part=part,
        ground=told["ground"],
        due_on=add(current_calendar(), local_day(at), settings.RESPONSIBILITY_WORKDAYS),
        opened_at=at,
        opened_by_id=actor.user,
    )
    append(
        ledger,
        OversightAction.HELD,
        f"responsibility:{opened.pk}",
        actor=actor,
        at=at,
        case=row.case_id,
        data={"finding": row.pk, "person": opened.person_id, "due_on": opened.due_on},
        texts={"ground": opened.ground},
    )
    heads = people_in(on=local_day(at), organs=[row.organ_id], roles=(Role.DECIDER, Role.COORDINATOR))
    tell(
        to=heads,
        kind="oversight",
        title=f"对第 {row.pk} 号问题启动责任追究",
        url="/oversight/responsibilities/",
        key=f"responsibility:{opened.pk}",
        at=at,
    )
    transaction.on_commit(nudge, robust=True)
    return opened


@transaction.atomic
def end_responsibility(*, responsibility: Any, actor: Actor, at: datetime, given: Any) -> Responsibility:
    """Another head, of the city unit or of the person's organ, records what came of it.

    Raises Invalid, NothingOverseen, NotOverseer, SamePersonTwice, AlreadyDone.
    """
    told = clean(inputs.ConsequenceInput, given)
    rows = Responsibility.objects.select_related("finding")
    row = found(rows, sees_responsibility(actor), responsibility)
    if not (actor.organ == row.finding.organ_id and is_head(actor.role)):
        _must_be_head(actor, row.finding.unit_id)
    if row.opened_by_id == actor.user:
        raise SamePersonTwice("由另一位负责人，或责任人所在单位的负责人登记处理结果。")
    if row.person_id == actor.user:
        raise SamePersonTwice("责任人不能处理自己的责任追究。")
    ledger = locked_ledger(row.finding.unit_id)
    row = Responsibility.objects.select_for_update(of=("self",)).select_related("finding").get(pk=row.pk)
    _still(row.state == ResponsibilityState.OPEN, "处理结果已经登记。")
    row.state, row.consequence, row.outcome = ResponsibilityState.DECIDED, told["consequence"], told["outcome"]
    row.decided_at, row.decided_by_id = at, actor.user
    row.save(update_fields=["state", "consequence", "outcome", "decided_at", "decided_by"])
    append(
        ledger,
        OversightAction.HELD_TO,
        f"responsibility:{row.pk}",
        actor=actor,
        at=at,
        case=row.finding.case_id,
        data={"consequence": row.consequence},
        texts={"outcome": row.outcome},
    )
    transaction.on_commit(nudge, robust=True)
    return row


@transaction.atomic
def withdraw_card(*, card: Any, actor: Actor, at: datetime, given: Any) -> Card:
    """The city's coordinator, or a head of the city unit, takes back a card shown by mistake, with reasons.

    Raises Invalid, NothingOverseen, NotOverseer, AlreadyDone.
    """
    told = clean(inputs.WithdrawalInput, given)
    row = found(Card.objects.all(), of_case(actor), card)
    if not (actor.role == Role.COORDINATOR and actor.level == Level.CITY):
        _must_be_head(actor, row.unit_id)
    ledger = locked_ledger(row.unit_id)
    row = Card.objects.select_for_update().get(pk=row.pk)
    _still(row.withdrawn_at is None, "这张牌已经撤销。")
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawal = at, actor.user, told["reasons"]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal"])
    append(
        ledger,
        OversightAction.CARD_WITHDRAWN,
        f"card:{row.pk}",
        actor=actor,
        at=at,
        case=row.case_id,
        texts={"reasons": told["reasons"]},
    )
    transaction.on_commit(nudge, robust=True)
    return row


def _must_be_head(actor: Actor, unit: int) -> None:
    if not (actor.level == Level.CITY and actor.organ == unit and actor.role in (Role.DECIDER, Role.COORDINATOR)):
        raise NotOverseer("由市级对口单位的决定岗或协调员办理。")


def _still(open_still: bool, words: str) -> None:
    if not open_still:
        raise AlreadyDone(words)


def _seen(filing: Filing, state: FilingState, actor: Actor, at: datetime) -> None:
    filing.state, filing.seen_at, filing.seen_by_id = state, at, actor.user
    filing.save(update_fields=["state", "seen_at", "seen_by"])


def _tell_county(finding: Finding, words: str, about: str, at: datetime) -> None:
    """The people of the county organ, and the coordinator of its region."""
    on: date = local_day(at)
    people = set(people_in(on=on, organs=[finding.organ_id], roles=COUNTY_ROLES))
    bureaux = Organ.objects.filter(region=finding.region_id).values_list("pk", flat=True)
    people |= set(people_in(on=on, organs=bureaux, roles=(Role.COORDINATOR,)))
    tell(
        to=people,
        kind="oversight",
        title=f"第 {finding.pk} 号问题：{words}",
        url=f"/oversight/findings/{finding.pk}/",
        key=f"finding:{finding.pk}:{about}",
        at=at,
    )
