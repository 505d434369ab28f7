"""What does a case do to a licence? Looked at before the decision, done with it, in the same transaction.

A case is brought together with its licence at receipt, where the applicant names one that is in the register. One that
was issued before the platform is taken up under its old number by the decision that changes it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import structlog

from approvals.cases.facts import LicenceFacts
from approvals.cases.models import Case, Concern, Form, Material, Party, Proceeding, ReusedLicence
from approvals.cases.step import Outcome
from approvals.cases.words import Action, State
from approvals.cases.workflow import ENDS
from approvals.errors import Refused
from approvals.licences import actions, queries
from approvals.licences.changes import Kind, Standing, renewal_due_on, why_not
from approvals.licences.content import Paper
from approvals.licences.models import Licence, LicenceType
from approvals.licences.words import LicenceEffect, OfficialAct
from approvals.organisations.models import Organ

log = structlog.get_logger(__name__)
ORIGINAL = "original_number"  # the form field that names a licence of the applicant
APPLIED_FOR = (LicenceEffect.AMEND, LicenceEffect.RENEW, LicenceEffect.REPLACE, LicenceEffect.CANCEL)


class RenewalOpen(Refused):
    code = "renewal-open"
    title = "这本证照已经有一件延续申请在办"


class WrongLicence(Refused):
    code = "wrong-licence"
    status = 422
    title = "不能以这本证照办理这个事项"


def kind_of(effect: str) -> Kind:
    """The effect a case carries: by application, or of an organ's own motion."""
    return OfficialAct(effect) if effect in OfficialAct.values else LicenceEffect(effect)


def bring_together(case: Case, given: dict[str, Any], parties: list[dict[str, Any]], *, on: date) -> None:
    """Link a new application to the licence it names, and note until when its renewal must be decided.

    `given["licence"]` is binding; the number in the form links where it fits, else it is an old licence.
    Raises WrongLicence, RenewalOpen.
    """
    effect = case.form.licence_effect
    if effect not in APPLIED_FOR:
        return
    named = given.get("licence", "")
    number = named or str(given.get("form", {}).get(ORIGINAL, "")).strip()
    licence = Licence.objects.select_related("type").filter(number=number).first() if number else None
    hashes = {one["id_hash"] for one in parties if one["role"] == Party.Role.APPLICANT}
    wrong = _why_wrong(case, licence, kind_of(effect), hashes, on=on)
    if wrong and named:
        raise WrongLicence(wrong, licence=named)
    if wrong or licence is None:
        return
    if effect == LicenceEffect.RENEW:
        only_renewal_of(licence, case)
    Concern.objects.create(case=case, licence=licence, effect=effect, linked_on=on)
    due_on = renewal_due_on(licence.standing, days=licence.type.renew_days)
    if effect == LicenceEffect.RENEW and due_on is not None and on <= due_on:
        case.expires_on = licence.valid_to


def only_renewal_of(licence: Licence, case: Case) -> None:
    """See, under the licence's lock, that no other renewal of it is under way. Raises RenewalOpen."""
    Licence.objects.select_for_update(of=("self",), no_key=True).get(pk=licence.pk)
    others = Concern.objects.filter(licence=licence, effect=LicenceEffect.RENEW, case__decided_on=None)
    other = others.exclude(case=case).exclude(case__state__in=[*ENDS, State.DRAFT]).select_related("case").first()
    if other is not None:
        raise RenewalOpen(
            f"{licence.number} 的延续申请 {other.case.number} 正在办理，不能再收一件；"
            "等它办结，或由申请人撤回后重新申请。",
            number=other.case.number,
        )


def check_draft(case: Case) -> None:
    """Whether a draft may still be received as far as its licence goes. Raises RenewalOpen."""
    concern = Concern.objects.select_related("licence").filter(case=case, effect=LicenceEffect.RENEW).first()
    if concern is not None:
        only_renewal_of(concern.licence, case)


def renewed(case: Case) -> Standing | None:
    """How the licence stands whose renewal this case asks for in time; None where it asks for none."""
    if case.expires_on is None:
        return None
    concern = Concern.objects.select_related("licence").filter(case=case).first()
    return concern.licence.standing if concern else None


def _why_wrong(case: Case, licence: Licence | None, kind: Kind, hashes: set[str], *, on: date) -> str:
    if licence is None:
        return "证照登记里没有这个编号；核对编号，平台之前颁发的在申请表填写原证照编号即可。"
    wanted = type_of(case)
    if wanted is not None and wanted.pk != licence.type_id:
        return f"本事项办理{wanted.name}，{licence.number} 是{licence.name}。"
    if not queries.is_held_by(licence, hashes):
        return f"{licence.number} 的持证主体不是申请人，核对证件号码。"
    reason = why_not(kind, licence.standing, on=on)
    return f"{licence.number}：{reason}" if reason else ""


def type_of(case: Case) -> LicenceType | None:
    """The licence type of a case's item; None where the item makes none."""
    return queries.type_for(edition=case.snapshot.edition, item=case.snapshot.item, name=case.form.result_name)


def licence_facts(case: Case, *, on: date) -> LicenceFacts:
    """What stands against the effect of a decision today, and against the licences that stood in for papers."""
    form = Form.objects.get(pk=case.pk)
    case.form = form
    effect, reused = form.licence_effect, tuple(_no_longer_reused(case, on=on))
    if effect in (LicenceEffect.NONE, LicenceEffect.CREATE):
        return LicenceFacts(effect, reused=reused)
    licence = concerned(case)
    if licence is None:
        return LicenceFacts(effect, reused=reused, why_not=_why_not_taken_up(case))
    reason = why_not(kind_of(effect), licence.standing, on=on) or _over_already(case, effect, on=on)
    if not reason and case.expires_on is not None and licence.valid_to != case.expires_on:
        reason = f"申请延续的有效期到 {case.expires_on}，现在已到 {licence.valid_to}，不能再延续一次。"
    return LicenceFacts(effect, licence.number, f"{licence.number}：{reason}" if reason else "", reused)


def _over_already(case: Case, effect: str, *, on: date) -> str:
    """A suspension ends by itself; one that would be over when it begins is none."""
    over = effect == OfficialAct.SUSPEND and Proceeding.objects.filter(pk=case.pk, until__lt=on).exists()
    return "暂停期限已过；不再处理的办结本件，仍须暂停的重新立案。" if over else ""


def concerned(case: Case) -> Licence | None:
    """The licence of a case: the one it was brought together with, else the applicant's own of the number in the form."""
    concern = Concern.objects.select_related("licence__type").filter(case=case).first()
    if concern is not None:
        return concern.licence
    number = str(case.form.data.get(ORIGINAL, "")).strip()
    licence = Licence.objects.select_related("type").filter(number=number).first() if number else None
    return licence if licence is not None and queries.is_held_by(licence, applicants(case)) else None


def _why_not_taken_up(case: Case) -> str:
    number = str(case.form.data.get(ORIGINAL, "")).strip()
    if number and Licence.objects.filter(number=number).exists():
        return f"{number} 的持证主体不是申请人，核对原证照编号。"
    return ""


def applicants(case: Case) -> set[str]:
    """The search hashes of the applicants' numbers."""
    rows = Party.objects.filter(case=case, role=Party.Role.APPLICANT)
    return set(rows.exclude(id_hash="").values_list("id_hash", flat=True))


def _no_longer_reused(case: Case, *, on: date) -> list[str]:
    rows = ReusedLicence.objects.select_related("licence", "material").filter(
        material__case=case, material__status=Material.Status.REUSED
    )
    hashes = applicants(case)
    return [
        f"材料 {row.material.position}《{row.material.name}》免提交所凭的{row.licence.name} {row.licence.number} "
        f"现为“{row.licence.status_on(on).label}”，请申请人补交。"
        for row in rows
        if not row.licence.standing.in_force(on) or not queries.is_held_by(row.licence, hashes)
    ]


def reuse(case: Case, material: Material, number: str, outcome: Outcome) -> str:
    """Let a licence of the applicant stand in for a material; the note for it. Raises WrongLicence."""
    on = outcome.event.effective_on
    about = Concern.objects.select_related("licence__type").filter(case=case).first()
    offered = queries.stands_in(
        edition=case.snapshot.edition,
        item=case.snapshot.item,
        material=material.name,
        holders=applicants(case),
        on=on,
        about=about.licence if about else None,
    )
    chosen = [licence for licence in offered if licence.number == number]
    if not chosen:
        raise WrongLicence(
            f"材料 {material.position}《{material.name}》不能凭 {number} 免提交；核对证照，或收取材料。", licence=number
        )
    for licence in offered:
        ReusedLicence.objects.update_or_create(
            material=material,
            licence=licence,
            defaults={"version": licence.version, "digest": licence.head, "checked_at": outcome.event.at},
        )
    return "凭" + "、".join(f"{licence.name} {licence.number}" for licence in offered) + "免提交"


def take_effect(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """Grant or change the licence as the decision says, in its transaction.

    Raises LicenceNotChangeable, LicenceNumberTaken, LicenceSeriesFull.
    """
    form = case.form = Form.objects.get(pk=case.pk)
    effect = form.licence_effect
    if effect == LicenceEffect.NONE:
        return
    happened = outcome.event
    cause = actions.Cause(case.number, sequence, happened.actor, happened.at, happened.effective_on)
    paper = Paper(form.data, form.place, given.get("content", ""), given.get("conditions", ""))
    if effect in OfficialAct.values:
        official = Proceeding.objects.get(pk=case.pk)
        actions.change(
            licence=case.concern.licence_id,
            kind=OfficialAct(effect),
            cause=cause,
            until=official.until,
            data={"ground": official.ground},
        )
        return
    if effect == LicenceEffect.CREATE:
        licence = _granted(case, paper, given, cause)
    else:
        licence = concerned(case) or _granted(case, paper, {}, cause, number=_original(case))
        if licence is not None:
            actions.change(
                licence=licence.pk,
                kind=LicenceEffect(effect),
                cause=cause,
                paper=paper,
                holders=tuple(_holders(case)),
                valid_from=given.get("valid_from"),
                valid_to=given.get("valid_to"),
                deemed=happened.action == Action.DEEM_RENEWED,
            )
    if licence is not None:
        linked = {"licence": licence, "effect": effect, "linked_on": happened.effective_on}
        Concern.objects.get_or_create(case=case, defaults=linked)


def _original(case: Case) -> str:
    return str(case.form.data.get(ORIGINAL, "")).strip() or f"原证照-{case.number}"


def _granted(
    case: Case, paper: Paper, given: dict[str, Any], cause: actions.Cause, *, number: str = ""
) -> Licence | None:
    kind = type_of(case)
    if kind is None:
        log.warning("licence_type_missing", case=case.number, item=case.snapshot.item, result=case.form.result_name)
        return None
    terms = case.snapshot
    return actions.grant(
        actions.Grant(
            kind=kind,
            organ=Organ.objects.get(pk=terms.decide_organ_id),
            city_organ=terms.city_organ_id,
            region=case.region_id,
            edition=terms.edition,
            item=terms.item,
            paper=paper,
            holders=tuple(_holders(case)),
            valid_from=given.get("valid_from"),
            valid_to=given.get("valid_to"),
        ),
        cause=cause,
        number=number,
    )


def _holders(case: Case) -> list[dict[str, Any]]:
    rows = Party.objects.filter(case=case, role=Party.Role.APPLICANT).order_by("position")
    names = ("kind", "name", "id_type", "id_number", "id_hash", "legal_representative", "address")
    return [
        {name: getattr(row, name) for name in names} | {"position": position}
        for position, row in enumerate(rows, start=1)
    ]
