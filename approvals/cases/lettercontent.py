"""What stands in the letters of a case? Read from the act, its words and the frozen terms; the wording is the template's.

Each writer fills the contract of its kind (`documents.contracts`); days are those of the act, not of the case as it stands
when the letter is collected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from approvals.cases import licencepaper
from approvals.cases.facts import Terms
from approvals.cases.inputs import Termination
from approvals.cases.models import Case, Correction, Decision, Event, Material, Pause, PointAnswer, Service, SiteRecord
from approvals.cases.words import Letter, Result, State
from approvals.catalogue.models import SpecialProcedure
from approvals.catalogue.models.edition import PowerType
from approvals.documents.models import Letter as Paper
from approvals.organisations.models import Organ

SHAPES = {"FILE": "电子件", "REUSED": "免提交", "PROMISED": "容缺后补"}
FORMS = {"EITHER": "原件", "COPY": "复印件"}
ANSWERS = {"YES": "符合", "NO": "不符合", "NA": "不适用"}
PROPOSALS = {"GRANT": "建议准予", "DENY": "建议不予"}
WAYS = {
    "COUNTER": "窗口领取",
    "MAIL": "邮寄",
    "ELECTRONIC": "电子送达",
    "LEFT": "留置送达",
    "NOTICE": "公告送达",
}
MAILED_TO = "申请人指定的收件地址"  # the address itself stays, encrypted, with the dispatch
POWERS = {PowerType.PERMIT: "行政许可", PowerType.CONFIRMATION: "行政确认", PowerType.FILING: "备案"}
PHASES = {State.REVIEW: "审查", State.CHECK: "审核", State.KEY_POINTS: "复核", State.DECISION: "决定"}


@dataclass(frozen=True)
class About:
    """An act, its case, its words and the terms of the case."""

    case: Case
    event: Event
    said: dict[str, Any]
    terms: Terms

    @property
    def you(self) -> str:
        first = self.case.parties.filter(role="APPLICANT").order_by("position").first()
        return "你" if first is not None and first.kind == "PERSON" else "你单位"

    @property
    def applicant(self) -> str:
        return "、".join(self.case.parties.filter(role="APPLICANT").order_by("position").values_list("name", flat=True))

    @property
    def core(self) -> dict[str, Any]:
        snapshot = self.case.snapshot
        return {
            "case_number": self.case.number,
            "item_name": snapshot.item_name,
            "to": self.applicant,
            "power": POWERS.get(PowerType(snapshot.power_type), "行政审批"),
        }

    @property
    def applied(self) -> dict[str, Any]:
        return self.core | {"you": self.you, "received_on": self.case.received_on}

    def counter(self, organ: Organ) -> dict[str, Any]:
        return self.applied | {
            "query_code": self.case.form.query_code,
            "handler": self.hand,
            "phone": organ.phone,
            "complaint_phone": organ.complaint_phone,
        }

    @property
    def hand(self) -> str:
        return "，".join(filter(None, (self.said.get("name", ""), self.said.get("organ", ""))))

    @property
    def signer(self) -> str:
        return str(self.said.get("name", ""))

    def day(self, name: str) -> str | None:
        return self.event.data.get(name)


def papers_of(case: Case) -> list[dict[str, Any]]:
    """What the applicant has handed in."""
    found = Material.objects.filter(case=case).exclude(status__in=("MISSING", "NOT_APPLICABLE")).order_by("position")
    return [
        {
            "position": one.position,
            "name": one.name,
            "form": SHAPES.get(one.status, FORMS.get(one.form, "原件")),
            "copies": one.copies,
        }
        for one in found
    ]


def points_of(about: About, *, sequence: int | None = None) -> list[dict[str, Any]]:
    """The answers to the review points of one act, or the latest of the review phase."""
    texts = {one["position"]: one["text"] for one in about.case.form.points}
    answers = PointAnswer.objects.filter(case=about.case)
    answers = (
        answers.filter(sequence=sequence)
        if sequence
        else answers.filter(phase="REVIEW", sequence__lte=about.event.sequence)
    )
    latest = {one.position: one for one in answers.order_by("sequence", "position")}
    return [
        {"position": number, "text": texts.get(number, ""), "answer": ANSWERS[one.answer], "note": one.note}
        for number, one in sorted(latest.items())
    ]


def remedies_of(about: About, organ: Organ, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """The remedies against an act of an organ: what was given with the act, completed by what its region says."""
    phase = "DECIDE" if organ.pk == about.terms.decide.organ else "ACCEPT"
    known = dict(about.case.form.remedies.get(phase, {}))
    said = {name: value for name, value in (given or {}).items() if name != "departure"}
    told = known | {name: value for name, value in said.items() if value not in ("", None)}
    first = about.terms.item in settings.RECONSIDERATION_FIRST_ITEMS
    return told | {"reconsideration_first": first} if told else {}


def _receipt(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.counter(organ) | {"due_on": about.day("due_on"), "papers": papers_of(about.case)}


def _correction(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    notice = Correction.objects.get(case=about.case, sequence=about.event.sequence)
    defects = [{"defect": said_of(one), "remedy": one["remedy"]} for one in notice.defects]
    return about.counter(organ) | {"defects": defects, "due_on": notice.due_on}


def said_of(defect: dict[str, Any]) -> str:
    """A defect as a notice names it; in a later notice with why it could not be named before."""
    why = defect.get("why_new", "")
    return f"{defect['defect']}（{why}）" if why else str(defect["defect"])


def _correction_receipt(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    notice = Correction.objects.filter(case=about.case, sequence__lt=about.event.sequence).latest("sequence")
    answers = about.said.get("answers") or notice.answers
    pairs = zip(notice.defects, [*answers, *[""] * len(notice.defects)], strict=False)
    return about.counter(organ) | {
        "answers": [{"defect": defect["defect"], "answer": answer} for defect, answer in pairs],
        "answered_on": about.event.effective_on,
        "due_on": about.day("due_on"),
    }


def _acceptance(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    limits = about.terms.limits
    promised, statutory = about.day("promise_on"), about.day("statute_on")
    return about.counter(organ) | {
        "accepted_on": about.event.effective_on,
        "deemed": about.event.action == "DEEM_ACCEPTED",
        "promised_days": limits.promised,
        "promised_on": promised if limits.promised else None,
        "statutory_days": limits.statutory,
        "statutory_on": statutory if limits.statutory else None,
        "handling_organ": about.terms.decide.name,
        "papers": papers_of(about.case),
    }


def _refusal(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.applied | {
        "reasons": about.said.get("reasons", ""),
        "right_organ": about.said.get("right_organ", ""),
        "remedies": remedies_of(about, organ, about.said.get("remedies")),
    }


def _not_required(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.applied | {"reasons": about.said.get("reasons", "")}


def _pause(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    kind = about.event.data.get("kind", "")
    pause = Pause.objects.filter(case=about.case, kind=kind, started_on__lte=about.event.effective_on).latest("pk")
    label = SpecialProcedure(kind).label if kind in SpecialProcedure.values else kind
    return about.applied | {
        "procedure": label,
        "basis": pause.basis,
        "days": pause.expected_days,
        "started_on": about.event.effective_on,
        "reasons": about.said.get("reasons", ""),
    }


def _extension(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.applied | {
        "accepted_on": about.case.accepted_on,
        "reasons": about.said.get("reasons", ""),
        "days": about.event.data.get("days"),
        "due_on": about.day("statute_on"),
    }


def _opinion(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.core | {
        "phase": PHASES.get(State(about.event.source), "审查"),
        "proposal": PROPOSALS.get(about.event.data.get("proposal", ""), ""),
        "opinion": about.said.get("opinion", ""),
        "points": points_of(about, sequence=about.event.sequence),
        "signer": about.signer,
    }


def _forwarding(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    reviewed = about.case.number, about.event.sequence
    opinion = Paper.objects.filter(subject=reviewed[0], kind="OPINION").order_by("-pk").first()
    return about.core | {
        "to": about.terms.decide.name,
        "applicant": about.applicant,
        "accepted_on": about.case.accepted_on,
        "proposal": PROPOSALS.get(about.event.data.get("proposal", ""), ""),
        "opinion": about.said.get("opinion", ""),
        **_reviewed(opinion),
        "signer": about.signer,
        "points": points_of(about),
        "papers": papers_of(about.case),
    }


def _return_slip(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    before = Event.objects.filter(case=about.case, letter=Letter.RETURN_SLIP, sequence__lte=about.event.sequence)
    return about.core | {
        "to": about.terms.holder_at(State(about.event.target)).name,
        "applicant": about.applicant,
        "reasons": about.said.get("reasons", ""),
        "times": before.count(),
        "most": about.terms.limits.max_returns,
        "signer": about.signer,
    }


def _decided(about: About) -> Decision:
    return Decision.objects.get(case=about.case)


def _basis(about: About) -> list[str]:
    """The articles on which the item rests, as its guide said at receipt; remarks of the guide are left out."""
    on = about.event.effective_on.isoformat()
    return [
        f"《{one['law'].strip('《》')}》{one['article']}"[:300]
        for one in about.case.form.legal_basis
        if one.get("article", "").startswith("第")
        and (one.get("valid_from") or "") <= on <= (one.get("valid_to") or "9")
    ][:3]


def _grant(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    decision = _decided(about)
    return about.applied | {
        "accepted_on": about.case.accepted_on,
        "content": decision.content,
        "conditions": decision.conditions,
        "valid_from": decision.valid_from if decision.valid_to else None,
        "valid_to": decision.valid_to,
        "on_commitment": decision.on_commitment,
        "basis": _basis(about),
        "result_name": about.case.form.result_name,
    }


def _denial(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    decision = _decided(about)
    return about.applied | {
        "accepted_on": about.case.accepted_on,
        "reasons": decision.reasons,
        "basis": _basis(about),
        "remedies": remedies_of(about, organ, decision.remedies),
    }


def _filing(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.applied | {"content": _decided(about).content}


def _filing_declined(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    decision = _decided(about)
    return about.applied | {"reasons": decision.reasons, "remedies": remedies_of(about, organ, decision.remedies)}


def _prior_notice(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    said = {"facts": about.said.get("facts", ""), "measure": about.said.get("measure", "")}
    return about.core | said | {"you": about.you, "days": about.event.data.get("days"), "phone": organ.phone}


def _hearing(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    said = {"to": about.said.get("to", ""), "matter": about.said.get("matter", "")}
    return (
        about.core | said | {"applicant": about.applicant, "days": about.event.data.get("days"), "phone": organ.phone}
    )


def _order(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    decision = _decided(about)
    remedies = remedies_of(about, organ, decision.remedies)
    said = {"content": decision.content, "reasons": decision.reasons}
    return about.core | said | {"you": about.you, "remedies": remedies}


def _withdrawal(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return about.applied | {"reasons": about.said.get("reasons", "")}


def _termination(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    grounds = dict(Termination().fields["ground"].choices)
    return about.applied | {
        "ground": grounds.get(about.event.data.get("ground", ""), ""),
        "reasons": about.said.get("reasons", ""),
        "remedies": remedies_of(about, organ),
    }


def _service(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    kinds = ("GRANT", "DENIAL", "FILING", "FILING_DECLINED", "LICENCE_ORDER", "LICENCE")
    given = Paper.objects.filter(subject=about.case.number, kind__in=kinds).exclude(state=Paper.State.VOID)
    service = Service.objects.get(case=about.case)
    places = {"COUNTER": about.said.get("organ", ""), "MAIL": MAILED_TO}
    witness = f"；见证人 {service.witness}" if service.witness else ""
    last = about.case.dispatches.filter(content="RESULT").order_by("-pk").first()
    by_person = about.event.actor_kind in ("USER", "CLIENT") or last is None
    return about.core | {
        "documents": [{"title": one.title, "number": one.number} for one in given.order_by("pk")],
        "way": WAYS[service.way],
        "place": places.get(service.way, ""),
        "served_on": service.served_on,
        "receipt": f"{service.receipt}{witness}"[:200],
        "server": about.hand if by_person else f"{last.sent_name}，{about.case.snapshot.accept_organ.name}",
    }


def _site_record(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    visit = SiteRecord.objects.filter(case=about.case, sequence=about.event.sequence).latest("pk")
    return about.core | {
        "officers": visit.officers,
        "visited_on": visit.visited_on,
        "place": visit.place,
        "findings": visit.findings,
    }


def _result(about: About) -> dict[str, Any]:
    said = Paper.objects.filter(key__startswith=f"{about.case.number}/{about.event.sequence}/{about.event.letter}")
    paper = said.exclude(state=Paper.State.VOID).order_by("-pk").first()
    return about.core | {
        "applicant": about.applicant,
        "result": Result(about.event.result).label,
        "decided_on": about.event.effective_on,
        "decision_number": paper.number if paper else "",
        "content": _decided(about).content,
    }


def _report(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    return _result(about) | {"to": about.case.snapshot.city_organ.name}


def _push(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    purpose = "请认领" if about.event.push == "CLAIM" else "供知悉"
    return _result(about) | {"to": unit["unit_name"], "decider": about.terms.decide.name, "purpose": purpose}


def _reviewed(opinion: Paper | None) -> dict[str, str]:
    """Who reviewed and what they found, from the opinion form."""
    if opinion is None:
        return {"review_opinion": "", "reviewer": ""}
    content = opinion.content
    return {"review_opinion": content["opinion"], "reviewer": content["signer"]}


Writer = Callable[[About, Organ, dict[str, Any]], dict[str, Any]]
WRITERS: dict[str, Writer] = {
    "RECEIPT": _receipt,
    "CORRECTION_NOTICE": _correction,
    "CORRECTION_RECEIPT": _correction_receipt,
    "ACCEPTANCE_NOTICE": _acceptance,
    "REFUSAL": _refusal,
    "NOT_REQUIRED": _not_required,
    "PAUSE_NOTICE": _pause,
    "EXTENSION_NOTICE": _extension,
    "OPINION": _opinion,
    "FORWARDING": _forwarding,
    "RETURN_SLIP": _return_slip,
    "GRANT": _grant,
    "DENIAL": _denial,
    "FILING": _filing,
    "FILING_DECLINED": _filing_declined,
    "PRIOR_NOTICE": _prior_notice,
    "HEARING_NOTICE": _hearing,
    "LICENCE_ORDER": _order,
    "LICENCE": licencepaper.content_of,
    "WITHDRAWAL": _withdrawal,
    "TERMINATION": _termination,
    "SERVICE_RECORD": _service,
    "SITE_RECORD": _site_record,
    "REPORT_SLIP": _report,
    "PUSH_SLIP": _push,
}
