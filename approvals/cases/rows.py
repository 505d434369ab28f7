"""How do stored rows become the frozen values that rules work on, and back?"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Q

from approvals.audit.compiled import Compiled
from approvals.cases.facts import (
    Dossier,
    Facts,
    FormField,
    Holding,
    Limits,
    Paper,
    Point,
    Procedure,
    Proposal,
    Terms,
)
from approvals.cases.hearings import hearing_of, hearing_rules, others_of
from approvals.cases.licensing import licence_facts
from approvals.cases.models import (
    Case,
    Consent,
    Correction,
    DeliveryWish,
    Dispatch,
    Event,
    Fee,
    Form,
    Material,
    SiteRecord,
    Snapshot,
)
from approvals.cases.periods import was_reminded
from approvals.cases.posting import connected
from approvals.cases.resultpapers import all_made
from approvals.cases.words import Action, Need, Option, State, Step
from approvals.documents.models import Seal
from approvals.organisations.models import Post, Role, Substitution

FOREIGN = {"region", "holder", "in_hand", "proposed_by", "consent_organ"}
COLUMN_OF = {field.name: f"{field.name}_id" if field.name in FOREIGN else field.name for field in fields(Facts)}
WRITTEN = tuple(COLUMN_OF[field.name] for field in fields(Facts) if field.name not in ("id", "number", "region"))


def facts_of(case: Case) -> Facts:
    """The case row as a value."""
    values = {name: getattr(case, column) for name, column in COLUMN_OF.items()}
    return Facts(**(values | {"state": State(case.state)}))


def columns_of(facts: Facts) -> dict[str, Any]:
    """The columns of the case row that an act may change, from a value."""
    values = {COLUMN_OF[field.name]: getattr(facts, field.name) for field in fields(Facts)}
    return {name: values[name] for name in WRITTEN} | {"id": facts.id}


def terms_of(snapshot: Snapshot) -> Terms:
    """The frozen terms of a case."""
    return thaw(snapshot.terms)


def freeze(terms: Terms) -> dict[str, Any]:
    """Terms as plain JSON, for the snapshot."""
    plain = asdict(terms)
    plain.pop("run", None)
    return plain | {"options": sorted(terms.options), "procedures": [asdict(one) for one in terms.procedures]}


def thaw(frozen: dict[str, Any]) -> Terms:
    holders = {name: Holding(**frozen[name]) for name in ("accept", "in_name_of", "review", "decide", "seal")}
    return Terms(
        **(
            frozen
            | holders
            | {
                "limits": Limits(**frozen["limits"]),
                "options": frozenset(Option(one) for one in frozen["options"]),
                "procedures": tuple(Procedure(**one) for one in frozen["procedures"]),
            }
        )
    )


def _has_seal(terms: Terms, on: date) -> bool:
    """Whether the keeper holds the deciding organ's approval seal (or its 2号章) for this item on a day."""
    seals = Seal.objects.in_force(on).filter(
        owner=terms.decide.organ, holder=terms.seal.organ, kind__in=(Seal.Kind.APPROVAL, Seal.Kind.NUMBER_TWO)
    )
    return any(seal.covers(terms.item) for seal in seals)


def _colleagues(terms: Terms, organ: int, on: date) -> frozenset[int]:
    """Who sits in a handling post of an organ on a day, own or as a substitute (AB 岗), for this item."""
    posts = Post.objects.in_force(on).filter(organ=organ, role__in=(Role.REVIEWER, Role.CHECKER, Role.DECIDER))
    fitting = [pk for pk, scope in posts.values_list("pk", "item_scope") if not scope or terms.item in scope]
    owners = posts.filter(pk__in=fitting).values_list("user_id", flat=True)
    substitutes = Substitution.objects.filter(post__in=fitting, starts_on__lte=on, ends_on__gte=on)
    return frozenset(owners) | frozenset(substitutes.values_list("user_id", flat=True))


def form_fields(stored: list[dict[str, Any]]) -> tuple[FormField, ...]:
    """The frozen definition of an application form as values."""
    return tuple(
        FormField(
            one["key"], one["label"], one["kind"], one["required"], one["unit"], tuple(one["choices"]), one["rule"]
        )
        for one in stored
    )


@cache
def _papers() -> Compiled:
    files = Count("files", filter=Q(files__replaced_at=None))
    papers = Material.objects.filter(case=0).order_by("position").annotate(in_place=files)
    return Compiled(papers.values_list("pk", "position", "name", "necessity", "status", "in_place"))


@cache
def _form() -> Compiled:
    return Compiled(Form.objects.filter(pk=0).values_list("fields", "data", "points"))


def dossier_of(case: Case, terms: Terms, needs: set[Need], *, on: date, with_proposal: bool) -> Dossier:
    """What lies beside the case, as far as these needs look at it: at most one query a kind."""
    parts: dict[str, Any] = {}
    if not case.deemed and case.state != State.RECEIVED:  # what is received may have been accepted by law meanwhile
        needs = needs - {Need.COMPLETE}
    if needs & {Need.MATERIALS, Need.SUPPLIED, Need.COMPLETE}:
        parts["papers"] = tuple(Paper(*values) for values in _papers().rows(case.pk))
    if needs & {Need.FORM, Need.POINTS, Need.KEY_POINTS, Need.SUPPLIED, Need.COMPLETE}:
        [(stored, data, points)] = _form().rows(case.pk)
        parts["fields"], parts["form"] = form_fields(stored), data
        parts["points"] = tuple(Point(one["position"], one["text"], one["key"]) for one in points)
    if Need.ANSWERS in needs:
        notice = Correction.objects.filter(case=case).order_by("-sequence").first()
        parts["defects"] = tuple(one["defect"] for one in notice.defects) if notice else ()
    if Need.DEFECTS in needs and case.corrections:
        notices = Correction.objects.filter(case=case).values_list("defects", flat=True)
        parts["told_before"] = frozenset((one.get("material"), one["defect"]) for each in notices for one in each)
    if Need.OVERRULING in needs and terms.review.organ != terms.decide.organ:
        forwarded = Event.objects.filter(case=case, action=Action.FORWARD, step=Step.ACT).order_by("-sequence").first()
        parts["forwarded"] = forwarded.data.get("proposal", "") if forwarded else ""
    if Need.REMEDIES in needs:
        parts["remedies"] = Form.objects.values_list("remedies", flat=True).get(pk=case.pk)
    if needs & {Need.FEE, Need.ALL_DONE} and case.fee_due:
        parts["fee_settled"] = Fee.objects.filter(case=case).exclude(status="DUE").exists()
    if Need.SEAL in needs:
        parts["seal_in_force"] = _has_seal(terms, on)
    if Need.COLLEAGUE in needs:
        parts["colleagues"] = _colleagues(terms, terms.holder_at(State(case.state)).organ, on)
    if Need.LICENCE in needs:
        parts["licence"] = licence_facts(case, on=on)
    if Need.SITE in needs and terms.on_site:
        parts["visited"] = SiteRecord.objects.filter(case=case).exists()
    if needs & {Need.HEARD, Need.NOTICE, Need.STATEMENT} and terms.ex_officio:
        parts["hearing"] = hearing_of(case)
    if needs & {Need.OTHERS_HEARD, Need.STATEMENT} and not terms.ex_officio:
        parts["others"] = others_of(case)
    if needs & {Need.NOTICE, Need.STATEMENT, Need.INTERESTED}:
        parts["hearing_rules"] = hearing_rules()
    if Need.OFFERED in needs:
        parts["offered"] = Dispatch.objects.filter(case=case, standing=Dispatch.Standing.OFFERED).exists()
        parts["result_made"] = parts["offered"] and all_made(case.number)
    if Need.GROUND in needs and case.state == State.CORRECTION:
        parts["reminded"] = was_reminded(case)
    if Need.DISPATCH in needs:
        parts["carrier_connected"] = connected()
        parts["phone_on_file"] = DeliveryWish.objects.filter(pk=case.pk).exclude(phone="").exists()
    if with_proposal and case.proposal:
        consent = Consent.objects.get(case=case, closed_at=None)
        parts["proposal"] = Proposal(consent.action, consent.user, consent.user_name, consent.given)
    return Dossier(**parts)
