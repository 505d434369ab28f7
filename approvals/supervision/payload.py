"""What does a supervising unit learn of a decision? One JSON document, schema `push/1`, the same on every way.

Identity numbers appear by their last four characters only, telephone numbers not at all; files are named by digest and
are fetched through the interface by right. A field is never renamed; what is new is added, what changes its meaning
raises the schema's number.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from approvals.audit.chain import canonical
from approvals.cases.models import Case, Concern, Decision, Event, File, Form, Material, Party
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, Phase, Purpose, Result
from approvals.catalogue.modes import Mode
from approvals.documents.models import Letter
from approvals.organisations import masks
from approvals.supervision.models import Push
from approvals.supervision.words import Part

SCHEMA = "push/1"
PHASE_WORDS = {Phase.ACCEPT: "受理", Phase.REVIEW: "审查", Phase.DECIDE: "决定", Phase.SEAL: "用印"}
HELD_BY_CITY = "市级办理"
MANY_RETURNS = 2
# kinds of letters that say what was decided, and what came of it
DECIDING = ("GRANT", "DENIAL", "FILING", "FILING_DECLINED", "LICENCE_ORDER", "LICENCE")


def text_for(push: Push, event: Event, *, withheld: Collection[Part] = (), supplement: str = "") -> str:
    """The exact text that is signed and sent; `withheld`: the parts this receiver is not given."""
    told = payload(push, event) | ({"supplement": supplement} if supplement else {})
    return canonical(without(told, withheld))


def without(told: dict[str, Any], withheld: Collection[Part]) -> dict[str, Any]:
    """The document with some parts taken out, and said to be; what a paper is called stays, its original does not."""
    kept = dict(told)
    if Part.APPLICANTS in withheld:
        kept["applicants"] = []
    if Part.DECISION in withheld:
        kept["decision"] = kept["decision"] | {"content": "", "conditions": "", "reasons": ""}
    if Part.LICENCE in withheld:
        kept["licence"], kept["papers"] = None, []
    if Part.PAPERS in withheld:
        kept["materials"] = [one | {"files": []} for one in kept["materials"]]
    if Part.PROMISE in withheld:
        kept["commitment"] = None
    if Part.SITE in withheld:
        kept["site"] = None
        kept["case"] = kept["case"] | {"place": ""}
    if Part.RISK in withheld:
        kept["risk"] = None
    return kept | {"withheld": [part.value for part in Part if part in withheld]}


def payload(push: Push, event: Event) -> dict[str, Any]:
    case = push.case
    form, decision = Form.objects.get(pk=case.pk), Decision.objects.filter(pk=case.pk).first()
    return {
        "schema": SCHEMA,
        "id": str(push.pk),
        "thread": thread_of(case),
        "sequence": push.unit_sequence,
        "subject": push.subject,
        "subject_words": push.get_subject_display(),
        "replaces": str(push.replaces_id) if push.replaces_id else None,
        "purpose": push.purpose,
        "purpose_words": push.get_purpose_display(),
        "pushed_at": push.pushed_at,
        "unit": {
            "code": push.unit.code,
            "name": push.unit.name,
            "level": push.level,
            "copy": push.copy,
            "provisional": push.provisional,
        },
        "due": {
            "push_on": push.due_on,
            "claim_on": push.claim_due_on,
            "claim_workdays": form.claim_days if push.purpose == Purpose.CLAIM else None,
            "feedback_workdays": form.feedback_days if push.purpose == Purpose.CLAIM else None,
        },
        "case": _case(case, form),
        "applicants": [_party(one) for one in case.parties.exclude(role=Party.Role.CONTACT).order_by("position")],
        "decision": _decision(event, decision),
        "licence": _licence(case, form, decision),
        "papers": _papers(case),
        "accountable": _accountable(case),
        "materials": _materials(case),
        "commitment": _commitment(push, form),
        "site": _site(case, form),
        "risk": risk_of(case, on_commitment=push.on_commitment),
    }


def _site(case: Case, form: Form) -> dict[str, Any]:
    """Where to look, and what was seen there before the decision; who went, not who was met."""
    seen = case.site_records.order_by("-visited_on", "-pk").first()
    return {
        "place": form.place,
        "visited_on": seen.visited_on if seen else None,
        "visited_place": seen.place if seen else "",
        "findings": seen.findings if seen else "",
    }


def risk_of(case: Case, *, on_commitment: bool) -> dict[str, Any]:
    """风险提示: what in the way of this case asks for an early look, as facts; no score that nobody can explain."""
    facts = (
        (on_commitment, "凭告知承诺作出决定，承诺待核查"),
        (case.tolerance_open, "容缺材料在决定时尚未补齐"),
        (case.returns >= MANY_RETURNS, f"市级退回县级 {case.returns} 次"),
        (case.extended > 0, "曾经延期"),
    )
    reasons = [words for holds, words in facts if holds]
    return {
        "level": "RAISED" if reasons else "NORMAL",
        "level_words": "较高" if reasons else "一般",
        "reasons": reasons,
    }


def thread_of(case: Case) -> str:
    """What all pushes about one licence have in common: the case that granted it; a case without one is its own thread."""
    concern = Concern.objects.select_related("licence").filter(case=case).first()
    return concern.licence.case_number if concern else case.number


def _licence(case: Case, form: Form, decision: Decision | None) -> dict[str, Any]:
    """The licence as the register has it; where none came of it, what the decision says."""
    concern = Concern.objects.select_related("licence").filter(case=case).first()
    licence = concern.licence if concern else None
    return {
        "name": licence.name if licence else form.result_name,
        "effect": form.licence_effect,
        "validity": form.result_validity,
        "valid_from": licence.valid_from if licence else decision.valid_from if decision else None,
        "valid_to": licence.valid_to if licence else decision.valid_to if decision else None,
        "number": licence.number if licence else None,
        "status": licence.status if licence else None,
        "status_words": licence.get_status_display() if licence else "",
        "suspended_until": licence.suspended_until if licence else None,
    }


def _papers(case: Case) -> list[dict[str, Any]]:
    """The papers that say the decision, by number; anybody can check one by its code, a sealed file by its digest."""
    letters = Letter.objects.select_related("file").filter(subject=case.number, kind__in=DECIDING)
    return [
        {
            "kind": one.kind,
            "number": one.number,
            "title": one.title,
            "issued_on": one.issued_on,
            "code": one.code,
            "sha256": one.file.digest if one.file else None,
        }
        for one in letters.exclude(state=Letter.State.VOID).order_by("pk")
    ]


def _case(case: Case, form: Form) -> dict[str, Any]:
    terms = case.snapshot
    return {
        "number": case.number,
        "item": terms.item,
        "item_name": terms.item_name,
        "main_name": terms.main_name,
        "edition": terms.edition,
        "power_type": terms.power_type,
        "mode": terms.mode or None,
        "mode_words": Mode(terms.mode).label if terms.mode else HELD_BY_CITY,
        "region": case.region_id,
        "region_name": case.region.name,
        "place": form.place,
        "received_on": case.received_on,
        "accepted_on": case.accepted_on,
        "decided_on": case.decided_on,
        "legal_basis": form.legal_basis,
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "role": party.role,
        "kind": party.kind,
        "name": party.name,
        "id_type": party.id_type,
        "id_last": masks.last_four(party.id_number or ""),
        "address": party.address,
        "legal_representative": party.legal_representative,
    }


def _decision(event: Event, decision: Decision | None) -> dict[str, Any]:
    """The decision as its own event recorded it; words from the decision row, where the event wrote one."""
    own = decision if decision is not None and decision.sequence == event.sequence else None
    return {
        "action": event.action,
        "action_words": Action(event.action).label,
        "result": event.result,
        "result_words": Result(event.result).label if event.result else "",
        "decided_on": event.effective_on,
        "content": own.content if own else "",
        "conditions": own.conditions if own else "",
        "reasons": own.reasons if own else "",
        "on_commitment": own.on_commitment if own else False,
    }


def _accountable(case: Case) -> list[dict[str, Any]]:
    """Which organ held which phase and answers for it."""
    terms = terms_of(case.snapshot)
    named = {Phase.ACCEPT: terms.in_name_of}
    return [
        {
            "phase": phase.value,
            "phase_words": words,
            "level": terms.holder(phase).level,
            "organ": terms.holder(phase).code,
            "organ_name": terms.holder(phase).name,
            "in_the_name_of": named.get(phase, terms.holder(phase)).name,
        }
        for phase, words in PHASE_WORDS.items()
    ]


def _materials(case: Case) -> list[dict[str, Any]]:
    files: dict[int, list[dict[str, Any]]] = {}
    current = File.objects.filter(material__case=case, replaced_at=None).select_related("stored").order_by("pk")
    for file in current:
        files.setdefault(file.material_id, []).append(
            {"name": file.name, "sha256": file.stored.digest, "size": file.stored.size}
        )
    return [
        {
            "position": one.position,
            "name": one.name,
            "status": one.status,
            "status_words": one.get_status_display(),
            "files": files.get(one.pk, []),
        }
        for one in Material.objects.filter(case=case).order_by("position")
    ]


def _commitment(push: Push, form: Form) -> dict[str, Any] | None:
    """The check that follows a decision taken on the applicant's word; none for those who are only informed."""
    if not push.on_commitment:
        return None
    return {"task": "核查申请人履行告知承诺的情况", "text": form.commitment_text, "asked_of_you": not push.copy}
