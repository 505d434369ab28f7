"""Under which terms is an application received? The item's guide and the jurisdiction of the day, frozen into a case."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from django.conf import settings

from approvals.audit.chain import GENESIS
from approvals.cases.facts import Holding, Limits, Procedure, Terms
from approvals.cases.models import Case, DeliveryWish, Fee, Form, Material, Party, Snapshot
from approvals.cases.parties import duplicate_key
from approvals.cases.puts import fee_for
from approvals.cases.rows import freeze
from approvals.cases.words import Option
from approvals.catalogue import scenarios
from approvals.catalogue.jurisdiction import Holder, Jurisdiction
from approvals.catalogue.models import Guide, Item, PowerType
from approvals.organisations.models import Organ, Region

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def terms_under(jurisdiction: Jurisdiction, guide: Guide, item: Item, *, region: str) -> Terms:
    """The frozen terms of a new case."""
    accept = holding(jurisdiction.accept)
    name = accept
    if jurisdiction.accept.in_the_name_of is not None:
        named = jurisdiction.decide if jurisdiction.decide.organ == jurisdiction.accept.in_the_name_of else None
        name = holding(named) if named else _organ(jurisdiction.accept.in_the_name_of)
    options = {
        Option.ON_THE_SPOT: guide.on_the_spot,
        Option.TOLERANCE: guide.tolerance,
        Option.COMMITMENT: guide.commitment,
    }
    review_stage = guide.stage_days.get("REVIEW")
    together = jurisdiction.review.organ == jurisdiction.decide.organ
    return Terms(
        item=item.code,
        region=region,
        power_type=item.power_type,
        filing=item.power_type == PowerType.FILING,
        accept=accept,
        in_name_of=name,
        review=holding(jurisdiction.review),
        decide=holding(jurisdiction.decide),
        seal=holding(jurisdiction.seal),
        limits=Limits(
            acceptance=guide.acceptance_days,
            recheck=guide.recheck_days,
            correction=guide.correction_days,
            promised=guide.promised_days,
            statutory=guide.statutory_days,
            from_receipt=guide.clock_start == "RECEIVED",
            review_stage=None if together else review_stage,
            delivery=guide.delivery_days,
            take_over=settings.TAKE_OVER_AFTER_WORKDAYS,
            max_returns=settings.MAX_RETURNS,
            max_extension=settings.MAX_EXTENSION_WORKDAYS,
        ),
        options=frozenset(option for option, allowed in options.items() if allowed),
        on_site=guide.on_site,
        procedures=tuple(
            Procedure(
                kind=one["kind"],
                pauses_statutory=one.get("pauses_statutory", False),
                pauses_promised=one.get("pauses_promised", True),
                max_days=one.get("max_days") or 0,
                basis=one.get("basis", ""),
            )
            for one in guide.special_procedures
        ),
    )


def holding(holder: Holder) -> Holding:
    return Holding(holder.level, holder.region, holder.organ, holder.organ_code, holder.organ_name)


def _organ(pk: int) -> Holding:
    organ = Organ.objects.select_related("region").get(pk=pk)
    return Holding(organ.region.level, organ.region_id, organ.pk, organ.code, organ.name)


def snapshot_of(
    case: Case, jurisdiction: Jurisdiction, terms: Terms, guide: Guide, item: Item, *, place: str
) -> Snapshot:
    """The snapshot row: terms as values, organs also as columns for questions."""
    return Snapshot(
        case=case,
        edition=jurisdiction.edition,
        item=item.code,
        item_name=item.name,
        main_name=item.main_name,
        power_type=item.power_type,
        filing=terms.filing,
        mode=jurisdiction.mode or "",
        place=place,
        guide_version=guide.version,
        delegation=jurisdiction.delegation,
        city_organ_id=item.city_unit_id,
        accept_organ_id=terms.accept.organ,
        accept_region_id=terms.accept.region,
        name_organ_id=terms.in_name_of.organ,
        review_organ_id=terms.review.organ,
        decide_organ_id=terms.decide.organ,
        decide_level=terms.decide.level,
        seal_organ_id=terms.seal.organ,
        on_the_spot=guide.on_the_spot,
        allows_commitment=guide.commitment,
        promised=guide.promised_days,
        statutory=guide.statutory_days,
        max_returns=terms.limits.max_returns,
        terms=freeze(terms),
        supervisors=[asdict(one) for one in jurisdiction.supervise],
    )


def new_case(*, number: str, region: str, terms: Terms, day: Any, fee_due: bool) -> Case:
    """An unsaved case in DRAFT, held by whoever accepts."""
    return Case(
        number=number,
        region_id=region,
        holder_id=terms.accept.organ,
        arrived_on=day,
        head=GENESIS,
        fee_due=fee_due,
    )


def write_beside(
    case: Case,
    guide: Guide,
    terms: Terms,
    jurisdiction: Jurisdiction,
    given: dict[str, Any],
    parties: list[dict[str, Any]],
) -> None:
    """The application form, parties, materials and fee of a new case."""
    form = given.get("form", {})
    answers = given.get("scenario", {})
    asked_for = scenarios.needed(guide.materials.all(), form, answers)
    Form.objects.create(
        case=case,
        fields=[
            {
                "key": one.key,
                "label": one.label,
                "kind": one.kind,
                "unit": one.unit,
                "required": one.required,
                "choices": one.choices,
                "rule": one.rule,
                "hint": one.hint,
            }
            for one in guide.form_fields.all()
        ],
        data=form,
        scenario=[
            {"text": one.text, "answer": answers[one.key]}
            for one in scenarios.questions(guide.materials.all())
            if one.key in answers
        ],
        place=given.get("address", ""),
        points=[{"position": one.position, "text": one.text, "key": one.key} for one in guide.review_points.all()],
        legal_basis=guide.legal_basis,
        reasons=list(jurisdiction.reasons),
        remedies=remedies_of(terms),
        result_name=guide.result_name,
        result_validity=guide.result_validity,
        licence_effect=guide.licence_effect,
        commitment_text=guide.commitment_text,
        claim_days=guide.claim_days,
        feedback_days=guide.feedback_days,
        query_code="".join(secrets.choice(ALPHABET) for _ in range(8)),
        duplicate_key=duplicate_key(
            terms.item, ((one["role"], one["id_number"]) for one in parties), given.get("address", "")
        ),
    )
    Party.objects.bulk_create(Party(case=case, **one) for one in parties)
    Material.objects.bulk_create(
        Material(
            case=case,
            position=one.position,
            name=one.name,
            necessity="REQUIRED" if asked_for[one.position] and one.necessity == "CONDITIONAL" else one.necessity,
            origin=one.origin,
            form=one.form,
            copies=one.copies,
            hint=one.scenario or one.note,
            when=one.when,
        )
        for one in guide.materials.all()
    )
    if guide.fee.get("charged"):
        options = guide.fee.get("options", [])
        Fee.objects.create(
            case=case,
            amount_cents=fee_for(options, form, otherwise=guide.fee.get("amount_cents")),
            standard=guide.fee.get("standard", ""),
            options=options,
        )


def write_wish(case: Case, guide: Guide, given: dict[str, Any]) -> None:
    """How the applicant wants the result; originals go back free only where the item's guide says so."""
    DeliveryWish.objects.create(
        case=case,
        way=given.get("way") or DeliveryWish.Way.COUNTER,
        recipient=given.get("recipient", ""),
        phone=given.get("phone", ""),
        address=given.get("address", ""),
        free_return=guide.free_return and given.get("free_return", False),
    )


def remedies_of(terms: Terms) -> dict[str, Any]:
    """The remedies against the accepting and the deciding organ: 行政复议法第二十四条 (the government of the same level,
    since 2024-01-01), 第二十八条 (for some organs the superior department as a second choice), 第二十条 (60 days);
    行政诉讼法第四十六条 (six months)."""
    regions = Region.objects.in_bulk({terms.in_name_of.region, terms.decide.region})
    organs = Organ.objects.in_bulk({terms.in_name_of.organ, terms.decide.organ})

    def against(organ: Holding) -> dict[str, Any]:
        region = regions[organ.region]
        return {
            "reconsideration": "或者".join(filter(None, (region.government, organs[organ.organ].also_reconsidered_by))),
            "reconsideration_days": 60,
            "court": region.court,
            "litigation_months": 6,
            "online": "全国行政复议服务平台",
        }

    return {"ACCEPT": against(terms.in_name_of), "DECIDE": against(terms.decide)}
