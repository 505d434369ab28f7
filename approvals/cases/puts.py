"""Which rows beside the case does each effect write? Called by `write` only, inside its transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from approvals.audit.chain import canonical
from approvals.cases import onfile
from approvals.cases.delivery import send_out, serve
from approvals.cases.facts import Facts
from approvals.cases.fraudbans import ban
from approvals.cases.hearings import hear, inform, notify_holder
from approvals.cases.licensing import reuse, take_effect
from approvals.cases.models import (
    Case,
    Consent,
    Correction,
    Decision,
    Fee,
    File,
    Form,
    Material,
    Party,
    Pause,
    PointAnswer,
    SiteRecord,
)
from approvals.cases.parties import duplicate_key
from approvals.cases.rows import form_fields, terms_of
from approvals.cases.step import Outcome, Put
from approvals.cases.words import Action, Effect, Result
from approvals.cases.workflow import PHASE_OF
from approvals.catalogue.forms import mistakes
from approvals.catalogue.scenarios import applies
from approvals.documents.models import StoredFile
from approvals.errors import Invalid

ON_COMMITMENT = (
    Result.GRANTED,
    Result.RECORDED,
)  # what is granted on a commitment is checked against it, whoever decides how
DEEMED = "原证照有效期届满前未作出决定，依照《中华人民共和国行政许可法》第五十条第二款，视为准予延续。"


def put(one: Put, *, case: Case, sequence: int, outcome: Outcome) -> None:
    """Write what one effect of an act leaves beside the case."""
    PUTS[one.effect](one.values, case, sequence, outcome)


def _materials(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    entries = {entry["position"]: entry for entry in given.get("papers", [])}
    if not entries:
        return
    materials = {one.position: one for one in Material.objects.filter(case=case, position__in=entries)}
    strangers = sorted(set(entries) - set(materials))
    if strangers:
        raise Invalid({"papers": [f"本事项没有材料 {'、'.join(map(str, strangers))}。"]})
    for position, entry in entries.items():
        material = materials[position]
        material.status, material.note = entry["status"], entry.get("note", material.note)
        if entry["status"] == Material.Status.REUSED and entry.get("licence"):
            material.note = reuse(case, material, entry["licence"], outcome)
        if "files" in entry:
            _replace_files(material, entry, outcome)
    Material.objects.bulk_update(materials.values(), ["status", "note"])


def _replace_files(material: Material, entry: dict[str, Any], outcome: Outcome) -> None:
    digests, names, source = entry["files"], entry.get("names", []), entry.get("from_case", "")
    stored = {one.digest: one for one in StoredFile.objects.filter(digest__in=digests)}
    kept = set(digests)
    File.objects.filter(material=material, replaced_at=None).exclude(stored__digest__in=kept).update(
        replaced_at=outcome.event.at
    )
    present = set(File.objects.filter(material=material, replaced_at=None).values_list("stored__digest", flat=True))
    actor, new = outcome.event.actor, kept - present
    allowed = onfile.digests_from(source, material, actor, on=outcome.event.effective_on) if source else None
    if not new <= set(stored) or not new <= (onfile.attachable(actor, new) if allowed is None else allowed):
        raise Invalid({"papers": [REFUSED_FILE[bool(source)].format(material.position)]})
    names = names + [""] * len(digests)
    File.objects.bulk_create(
        File(
            material=material,
            stored=stored[digest],
            name=name or material.name,
            added_at=outcome.event.at,
            from_case=source,
        )
        for digest, name in zip(digests, names, strict=False)
        if digest not in present
    )


REFUSED_FILE = {
    False: "材料 {} 的文件没有上传成功，重新上传。",
    True: "材料 {} 没有可以沿用的在档文件，请申请人提交。",
}


def _form(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    form = Form.objects.get(pk=case.pk)
    if "form" in given:
        check_form(form, given["form"], on=outcome.before.received_on or outcome.event.effective_on)
        form.data = form.data | given["form"]
        _price(case, form.data)
        _ask_for(case, form.data)
    if given.get("place", form.place) != form.place:
        form.place = given["place"]
        parties = Party.objects.filter(case=case)
        form.duplicate_key = duplicate_key(
            case.snapshot.item, ((one.role, one.id_number) for one in parties), form.place
        )
    form.save(update_fields=["data", "place", "duplicate_key"])


def _ask_for(case: Case, data: dict[str, Any]) -> None:
    """Which materials the changed answers of the form ask for."""
    changed = []
    for one in Material.objects.filter(case=case).exclude(when=""):
        necessity = "REQUIRED" if applies(one.when, data) else "CONDITIONAL"
        if one.necessity != necessity:
            one.necessity = necessity
            changed.append(one)
    Material.objects.bulk_update(changed, ["necessity"])


def check_form(form: Form, data: dict[str, Any], *, on: date) -> None:
    """Refuse what cannot be: a field the form does not have, a wrong type, unit or choice. Raises Invalid."""
    wrong = mistakes(form_fields(form.fields), data, on=on)
    if wrong:
        raise Invalid({f"form.{key}": sentences for key, sentences in wrong.items()})


def _price(case: Case, data: dict[str, Any]) -> None:
    """The fee that the answers of the form lead to."""
    fee = Fee.objects.filter(pk=case.pk, status="DUE").first() if case.fee_due else None
    if fee is not None:
        fee.amount_cents = fee_for(fee.options, data, otherwise=fee.amount_cents)
        fee.save(update_fields=["amount_cents"])


def fee_for(options: list[dict[str, Any]], data: dict[str, Any], *, otherwise: int | None) -> int | None:
    """The amount in cents that a guide's price list gives for an application form; `otherwise` where it does not say."""
    for option in options:
        if data.get(option["field"]) == option["choice"]:
            return int(option["amount_cents"])
    return otherwise


def _correction(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    Correction.objects.create(
        case=case,
        sequence=sequence,
        defects=[dict(one) for one in given["defects"]],
        notified_on=outcome.event.effective_on,
        due_on=outcome.after.due_on,
    )


def _answered(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    notice = Correction.objects.filter(case=case, answered_on=None).latest("sequence")
    notice.answers, notice.answered_on = given["answers"], outcome.event.effective_on
    notice.save(update_fields=["answers", "answered_on"])


def _tolerance(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    if given.get("promised_by"):
        Form.objects.filter(pk=case.pk).update(promised_on=given["promised_by"])


def _points(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    phase = PHASE_OF[outcome.before.state]
    PointAnswer.objects.bulk_create(
        PointAnswer(
            case=case,
            sequence=sequence,
            phase=phase,
            position=one["position"],
            answer=one["answer"],
            note=one.get("note", ""),
        )
        for one in given.get("points", [])
    )
    _visit(given, case, sequence, outcome)


def _visit(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    site = given.get("site")
    if site:
        SiteRecord.objects.create(
            case=case,
            sequence=sequence,
            officers=list(site["officers"]),
            visited_on=site["on"],
            place=site["place"],
            findings=site["findings"],
        )


def _decision(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    Decision.objects.create(
        case=case,
        sequence=sequence,
        result=outcome.event.result,
        content=DEEMED if outcome.event.action == Action.DEEM_RENEWED else given.get("content", ""),
        conditions=given.get("conditions", ""),
        reasons=given.get("reasons", ""),
        remedies=dict(given.get("remedies") or {}),
        valid_from=given.get("valid_from"),
        valid_to=given.get("valid_to"),
        on_commitment=outcome.after.commitment and outcome.event.result in ON_COMMITMENT,
        lateness=given.get("lateness", "") if is_late(outcome.after) else "",
        decided_by_id=outcome.event.actor.user,
    )


def is_late(decided: Facts) -> bool:
    """Whether a decision came after its promised or its statutory day."""
    ends = [day for day in (decided.promise_on, decided.statute_on) if day is not None]
    return decided.decided_on is not None and bool(ends) and decided.decided_on > min(ends)


def _pause(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    if outcome.before.paused:
        Pause.objects.filter(case=case, resumed_on=None).update(
            resumed_on=outcome.event.effective_on, outcome=given["outcome"]
        )
        return
    procedure = next(one for one in terms_of(case.snapshot).procedures if one.kind == given["kind"])
    Pause.objects.create(
        case=case,
        kind=procedure.kind,
        basis=procedure.basis,
        stops_promise=procedure.pauses_promised,
        stops_statute=procedure.pauses_statutory,
        expected_days=given["days"],
        started_on=outcome.event.effective_on,
    )


def _fee(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    Fee.objects.filter(pk=case.pk).update(
        status=given["status"],
        paid_cents=given.get("amount_cents"),
        receipt=given["receipt"],
        settled_on=given.get("on") or outcome.event.effective_on,
    )


def _consent(values: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    if "action" in values:
        Consent.objects.create(
            case=case,
            action=values["action"],
            given=jsonable(values["given"]),
            user=values["user"],
            user_name=values["user_name"],
            proposed_at=values["at"],
        )
        return
    Consent.objects.filter(case=case, closed_at=None).update(closed_at=outcome.event.at, outcome=values["outcome"])


def _transferred(values: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    for name, value in values["snapshot"].items():
        setattr(case.snapshot, name, value)
    case.snapshot.save(update_fields=list(values["snapshot"]))
    Form.objects.filter(pk=case.pk).update(remedies=values["remedies"], reasons=values["reasons"])


def jsonable(given: dict[str, Any]) -> Any:
    """The given input as plain JSON (days as text), to be read back by the same serializer."""
    return json.loads(canonical(given))


PUTS: dict[Effect, Callable[[dict[str, Any], Case, int, Outcome], None]] = {
    Effect.MATERIALS: _materials,
    Effect.FORM: _form,
    Effect.CORRECTION: _correction,
    Effect.ANSWERED: _answered,
    Effect.TOLERANCE: _tolerance,
    Effect.POINTS: _points,
    Effect.DECISION: _decision,
    Effect.DISPATCH: send_out,
    Effect.DELIVERY: serve,
    Effect.PAUSE: _pause,
    Effect.FEE: _fee,
    Effect.CONSENT: _consent,
    Effect.TRANSFERRED: _transferred,
    Effect.LICENCE: take_effect,
    Effect.NOTICE: notify_holder,
    Effect.INFORMED: inform,
    Effect.HEARD: hear,
    Effect.VISIT: _visit,
    Effect.BAN: ban,
}
