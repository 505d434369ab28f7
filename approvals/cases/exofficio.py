"""How does an organ act on a licence of its own motion? A case without applicant, opened by the issuing organ.

The short run of the workflow table: open, tell the holder and hear them where the law asks, propose, decide, seal, serve.
It runs under the terms of the case that granted the licence, all phases with the organ that acts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from rest_framework import serializers

from approvals.audit.chain import GENESIS
from approvals.audit.fields import search_hash
from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import local_day
from approvals.cases.access import NotPermitted
from approvals.cases.facts import Dossier, Holding, Limits, Terms
from approvals.cases.inputs import Input, Text, clean
from approvals.cases.models import Case, Concern, Form, Party, Proceeding, Snapshot
from approvals.cases.numbers import next_number
from approvals.cases.opening import ALPHABET, remedies_of
from approvals.cases.rows import facts_of, freeze
from approvals.cases.step import Act, step
from approvals.cases.words import Action, Role, State, Step
from approvals.cases.workflow import ENDS, TABLE
from approvals.cases.write import write
from approvals.errors import Invalid, Refused
from approvals.licences.actions import LicenceNotChangeable
from approvals.licences.changes import why_not
from approvals.licences.models import Holder, Licence
from approvals.licences.queries import find
from approvals.licences.words import BASIS, GROUNDS, Ground, OfficialAct
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ


class ProceedingOpen(Refused):
    code = "proceeding-open"
    title = "这本证照已有在办的依职权处理"


class Opening(Input):
    """What an organ enters when it acts on a licence; `until` only for a suspension, `evidence` for a penalty's number."""

    act = serializers.ChoiceField(label="处理", choices=OfficialAct.choices)
    ground = serializers.ChoiceField(label="事由", choices=Ground.choices)
    reasons = Text(label="查明的情况")
    evidence = Text(label="证据或者处罚决定文号", required=False, allow_blank=True, max_length=200)
    until = serializers.DateField(label="暂停至", required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        act, ground = OfficialAct(attrs["act"]), Ground(attrs["ground"])
        errors = {}
        if ground not in GROUNDS[act]:
            errors["ground"] = f"{act.label}的事由为：{'；'.join(one.label for one in GROUNDS[act])}。"
        if ground in (Ground.PENALTY_SUSPENSION, Ground.PENALTY_REVOCATION) and not attrs.get("evidence"):
            errors["evidence"] = "填写行政处罚决定书文号。"
        if attrs.get("until") and act != OfficialAct.SUSPEND:
            errors["until"] = "只有暂停证照填写期限。"
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


def open_proceeding(
    *, licence: str, actor: Actor, at: datetime, given: Any, also: Callable[[Case], None] | None = None
) -> Case:
    """Open an organ's own proceeding on a licence, by its number: a case in REVIEW with the organ that acts.

    `also` runs last inside the transaction: what a caller writes there is kept with the case or not at all.
    Raises LicenceNotFound 404, NotPermitted 403, ProceedingOpen and LicenceNotChangeable 409, Invalid 422.
    """
    day = local_day(at)
    current_calendar()
    seen = find(number=licence, actor=actor)
    opening = clean(Opening, given)
    act = OfficialAct(opening["act"])
    may_open(seen, act, actor)
    if opening.get("until") and opening["until"] < day:
        raise Invalid({"until": ["暂停期限早于今天，改正日期。"]})
    with transaction.atomic(durable=True):
        row = Licence.objects.select_for_update(of=("self",), no_key=True).select_related("type").get(pk=seen.pk)
        if refusal := why_not(act, row.standing, on=day):
            raise LicenceNotChangeable(f"{row.number}：{refusal}", number=row.number, status=row.status)
        under_way = Concern.objects.filter(licence=row, effect__in=OfficialAct.values).exclude(
            case__state__in=[*ENDS, State.DECIDED, State.SEALED, State.DELIVERED]
        )
        if number := under_way.values_list("case__number", flat=True).first():
            raise ProceedingOpen(f"先办结 {number}，再立案。", number=number)
        case, terms = _opened(row, act, actor, day, opening)
        initiate = next(one for one in TABLE if one.action == Action.INITIATE)
        given_now = {"reasons": opening["reasons"]}
        told = Act(row=initiate, step=Step.ACT, actor=actor, at=at, on=day, given=given_now)
        outcome = step(told, facts_of(case), terms, Dossier(), current_calendar())
        codes = {"licence": row.number, "act": act.value, "ground": opening["ground"]}
        outcome = replace(outcome, event=replace(outcome.event, data=outcome.event.data | codes))
        write([(case, [outcome])])
        if also is not None:
            also(case)
        transaction.on_commit(nudge, robust=True)
    return case


def may_open(licence: Licence, act: OfficialAct, actor: Actor) -> None:
    """Let a reviewer of the issuing organ pass; for an annulment, one of its superior too (第六十九条). Raises NotPermitted."""
    organs = {licence.organ_id} | ({licence.city_organ_id} if act == OfficialAct.ANNUL else set())
    if actor.role != Role.REVIEWER or actor.organ not in organs:
        raise NotPermitted(f"{act.label}由颁发机关{licence.organ.name}的审查岗立案。")


def may_act(licence: Licence, actor: Actor) -> bool:
    """Whether this actor may open some proceeding on a licence: for the button."""
    return actor.role == Role.REVIEWER and actor.organ in (licence.organ_id, licence.city_organ_id)


def _opened(licence: Licence, act: OfficialAct, actor: Actor, day: Any, opening: dict[str, Any]) -> tuple[Case, Terms]:
    """The rows of a new proceeding, under the terms of the case that entered the licence."""
    root = Snapshot.objects.get(case__number=licence.case_number)
    organ = Organ.objects.select_related("region").get(pk=actor.organ)
    acting = Holding(organ.region.level, organ.region_id, organ.pk, organ.code, organ.name)
    terms = _terms(licence, root, acting)
    case = Case(
        number=next_number(region=licence.region_id, day=day),
        region_id=licence.region_id,
        holder_id=acting.organ,
        arrived_on=day,
        head=GENESIS,
    )
    case.save(force_insert=True)
    snapshot = Snapshot.objects.get(pk=root.pk)
    snapshot.pk, snapshot.case = case.pk, case
    snapshot.filing, snapshot.ex_officio, snapshot.mode, snapshot.on_the_spot = False, True, "", False
    snapshot.item_name = f"{act.label}：{licence.name}"
    snapshot.promised = snapshot.statutory = None
    snapshot.allows_commitment = False
    for name in ("accept", "name", "review", "decide", "seal"):
        setattr(snapshot, f"{name}_organ_id", acting.organ)
    snapshot.accept_region_id, snapshot.decide_level = acting.region, acting.level
    snapshot.terms = freeze(terms)
    snapshot.save(force_insert=True)
    case.snapshot = snapshot
    basis = BASIS[act]
    Form.objects.create(
        case=case,
        fields=[],
        place=licence.place[:200],
        legal_basis=[{"law": basis, "article": ""}],
        remedies=remedies_of(terms),
        result_name=f"{act.label}决定书",
        licence_effect=act.value,
        query_code="".join(secrets.choice(ALPHABET) for _ in range(8)),
        duplicate_key=search_hash(f"{act.value}|{licence.number}"),
    )
    _parties(case, licence)
    Proceeding.objects.create(
        case=case,
        act=act,
        ground=opening["ground"],
        basis=basis,
        facts=opening["reasons"],
        evidence=opening.get("evidence", ""),
        until=opening.get("until"),
        notice_owed=act in settings.LICENCE_NOTICE_ACTS,
        hearing_right=act in settings.LICENCE_HEARING_ACTS,
    )
    Concern.objects.create(case=case, licence=licence, effect=act.value, linked_on=day)
    return case, terms


def _terms(licence: Licence, root: Snapshot, acting: Holding) -> Terms:
    limits = Limits(
        acceptance=0,
        recheck=0,
        correction=0,
        promised=None,
        statutory=None,
        from_receipt=False,
        review_stage=None,
        delivery=settings.LICENCE_ORDER_DELIVERY_WORKDAYS,
        take_over=settings.TAKE_OVER_AFTER_WORKDAYS,
        max_returns=settings.MAX_RETURNS,
        max_extension=settings.MAX_EXTENSION_WORKDAYS,
    )
    return Terms(
        item=licence.item,
        region=licence.region_id,
        power_type=root.power_type,
        filing=False,
        accept=acting,
        in_name_of=acting,
        review=acting,
        decide=acting,
        seal=acting,
        limits=limits,
        options=frozenset(),
        on_site=False,
        procedures=(),
        ex_officio=True,
    )


def _parties(case: Case, licence: Licence) -> None:
    """The holders stand where applicants stand: they are told, heard and served."""
    Party.objects.bulk_create(
        Party(
            case=case,
            position=one.position,
            role=Party.Role.APPLICANT,
            kind=one.kind,
            name=one.name,
            id_type=one.id_type,
            id_number=one.id_number,
            id_hash=one.id_hash,
            legal_representative=one.legal_representative,
            address=one.address,
        )
        for one in Holder.objects.filter(licence=licence).order_by("position")
    )
