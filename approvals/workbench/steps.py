"""What can this person do with the case now, and what will follow? Offers in the words of a page, with their forms.

Everything comes from `cases.queries.offers` and `inputs.input_of`; this file chooses which offer is the one next step,
says its consequences and fills in what the case already knows (remedies, defects, materials, earlier answers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers

from approvals.calendars.queries import current_calendar
from approvals.cases import posting
from approvals.cases.access import described
from approvals.cases.clock import used
from approvals.cases.facts import Facts, Terms
from approvals.cases.inputs import Defect, Reasons, input_of
from approvals.cases.models import Case, Correction, DeliveryWish, Dispatch, Material
from approvals.cases.queries import Offer, offers
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.words import Action, Clock, Effect, Need, Phase, State, Step
from approvals.cases.workflow import rows_from
from approvals.catalogue.models.guide import SpecialProcedure
from approvals.organisations import masks
from approvals.organisations.access import Actor
from approvals.organisations.models import Post, Role
from approvals.workbench import phrases
from approvals.workbench.forms import FieldView, fields_of

ONLY_WHERE = {"overruling": Need.OVERRULING, "lateness": Need.LATENESS}  # fields drawn only where they are owed
QUIET = frozenset({Action.TAKE})  # taken by a button of its own, never the next step
DETOURS = frozenset(  # duties that turn a case back or down: offered beside the next step, opened only when asked for
    {
        Action.RETURN_TO_WINDOW,
        Action.RETURN,
        Action.SEND_BACK,
        Action.REQUEST_CORRECTION,
        Action.REFUSE,
        Action.DENY,
        Action.DECLINE_RECORD,
    }
)
ASIDE = {Action.DENY: 1, Action.DECLINE_RECORD: 1} | dict.fromkeys(
    (Action.RETURN, Action.SEND_BACK, Action.RETURN_TO_WINDOW), 2
)
BLANK_DEFECTS = 4
PHRASES: dict[str, tuple[str, ...]] = {
    "opinion": (
        "经审查，申请材料齐全，符合法定条件，建议准予。",
        "经审查，申请人不符合法定条件，建议不予，理由见审查要点。",
        "现场核查与申请材料一致。",
        "审查意见依据充分，同意转报。",
        "要点复核无误，同意县级意见。",
    ),
    "reasons": (
        "申请材料与现场核查情况不一致，重新核实后再报。",
        "审查要点的依据没有写明，补充后再报。",
        "申请人不符合法定条件，具体情况：",
    ),
    "content": ("准予申请人按申请内容从事本项活动。",),
    "reply": ("已按退回意见补充，逐项说明如下：",),
}


@dataclass
class StepView:
    """One offer as a page shows it: its form, what will follow, what is missing."""

    offer: Offer
    name: str  # CONFIRM, DECLINE and RETRACT go by their own name
    label: str
    fields: list[FieldView]
    follows: list[tuple[str, str]]
    missing: list[Any]
    serializer: type[serializers.Serializer]
    points: bool = False
    decides: bool = False


@dataclass
class Steps:
    """Everything on offer: the next step (or the one asked for), the other duties, the side acts."""

    chosen: StepView | None
    duties: list[Offer]
    quiet: list[Offer]
    take: Offer | None
    answers: list[Offer] = field(default_factory=list)


def key_of(offer: Offer) -> str:
    return str(offer.name)


def steps_of(
    case: Case,
    actor: Actor,
    *,
    at: datetime,
    wanted: str = "",
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Steps:
    """The steps of a case for this actor; `wanted` names the act whose form is open."""
    offered = offers(case, actor, at=at)
    take = next((offer for offer in offered if offer.name == Action.TAKE), None)
    answers = [offer for offer in offered if offer.step in (Step.CONFIRM, Step.DECLINE, Step.RETRACT)]
    acts = [offer for offer in offered if offer not in answers and offer.name not in QUIET]
    duties = sorted((offer for offer in acts if offer.duty), key=lambda offer: ASIDE.get(offer.row.action, 0))
    wanted = wanted or _first_sent(case)
    open_one = next((offer for offer in [*acts, *answers] if key_of(offer) == wanted), None)
    if open_one is None and not answers:
        open_one = next((offer for offer in duties if offer.row.action not in DETOURS), next(iter(duties), None))
    chosen = view_of(open_one, case, actor, typed=typed or {}, errors=errors or {}) if open_one else None
    quiet = [offer for offer in acts if offer is not open_one]
    return Steps(chosen, duties, quiet, take, answers)


def _first_sent(case: Case) -> str:
    """What is to be mailed or offered online is sent before it can be served: that form opens first."""
    if case.state != State.SEALED:
        return ""
    elsewhere = DeliveryWish.objects.filter(pk=case.pk).exclude(way=DeliveryWish.Way.COUNTER)
    waits = Dispatch.objects.filter(case=case, content=Dispatch.Content.RESULT, standing__in=Dispatch.OPEN)
    return Action.DISPATCH if elsewhere.exists() and not waits.exists() else ""


def view_of(
    offer: Offer, case: Case, actor: Actor, *, typed: Mapping[str, Any], errors: Mapping[str, list[str]]
) -> StepView:
    """An offer with its form: what was typed before, else what the case already knows."""
    serializer: type[serializers.Serializer] = Reasons if offer.step == Step.DECLINE else input_of(offer.row.action)
    if offer.step in (Step.CONFIRM, Step.RETRACT):
        fields: list[FieldView] = []
    else:
        fields = fields_of(serializer, values=typed, errors=errors, defaults=known(offer, case))
    if offer.row.action == Action.SUPPLY and not _unanswered(case):
        fields = [one for one in fields if one.name != "form"]
    owed = {one.code for one in offer.missing}
    fields = [one for one in fields if one.name not in ONLY_WHERE or ONLY_WHERE[one.name] in owed]
    if case.snapshot.ex_officio:
        fields = [one for one in fields if one.name != "notice"]
    for one in fields:
        fill_in(one, case, offer, errors)
    label = offer.label
    if offer.step == Step.PROPOSE:
        label = f"提出{offer.label}"
    if offer.step == Step.DECLINE:
        label = "不同意"
    return StepView(
        offer=offer,
        name=key_of(offer),
        label=label,
        fields=fields,
        follows=consequences(offer, case, actor),
        missing=list(offer.missing),
        serializer=serializer,
        points=any(one.kind == "points" for one in fields),
        decides=Effect.DECISION in offer.row.effects and offer.step in (Step.ACT, Step.PROPOSE),
    )


def known(offer: Offer, case: Case) -> dict[str, Any]:
    """What a form begins with."""
    form = case.form
    defaults: dict[str, Any] = {"place": form.place, "form": form.data}
    who = Phase.ACCEPT if offer.row.action == Action.REFUSE else Phase.DECIDE
    defaults["remedies"] = form.remedies.get(who, {})
    today = timezone.localdate()
    if offer.row.action in (Action.DELIVER, Action.RECORD_FEE):
        defaults["on"] = today.isoformat()
    if offer.row.action in (Action.DISPATCH, Action.DELIVER):
        defaults |= sent_so_far(case, offer.row.action)
    if offer.row.action == Action.RECORD_FEE and hasattr(case, "fee"):
        defaults["amount_cents"] = case.fee.amount_cents or ""
    if offer.row.action == Action.INFORM_OTHERS:
        defaults["days"] = settings.INTERESTED_STATEMENT_WORKDAYS
    if offer.row.action == Action.GIVE_NOTICE:
        defaults["days"] = settings.HEARING_ASK_WORKDAYS
    if offer.row.action == Action.APPROVE:
        defaults["valid_from"] = today.isoformat()
    return defaults


def sent_so_far(case: Case, action: str) -> dict[str, Any]:
    """What the applicant chose, and what has left already; the telephone stays masked and need not be typed again."""
    wish = DeliveryWish.objects.filter(pk=case.pk).first()
    if wish is None:
        return {}
    if action == Action.DISPATCH:
        way = "" if wish.way == DeliveryWish.Way.COUNTER else wish.way
        agreed = wish.way == DeliveryWish.Way.ELECTRONIC
        return {"way": way, "agreed": agreed, "recipient": wish.recipient, "address": wish.address, "carrier": "EMS"}
    last = Dispatch.objects.filter(case=case, content=Dispatch.Content.RESULT).order_by("-pk").first()
    if last is None or last.standing not in (*Dispatch.OPEN, Dispatch.Standing.SERVED):
        return {"way": wish.way if wish.way == DeliveryWish.Way.COUNTER else ""}
    return {"way": last.way, "receipt": f"{last.carrier} {last.tracking}".strip()}


def fill_in(view: FieldView, case: Case, offer: Offer, errors: Mapping[str, list[str]]) -> None:
    """What a special widget needs to know of the case."""
    view.phrases = (*phrases.of_the_guide(case, view.name, offer.row.action), *PHRASES.get(view.name, ()))
    if view.name == "phone":
        wish = DeliveryWish.objects.filter(pk=case.pk).exclude(phone="").first()
        view.hint = f"不填用收件时留的 {masks.mobile(wish.phone)}" if wish else ""
    if view.name == "tracking" and posting.connected():
        view.hint = "不填则向承运方下单，运单号随回执来"
    if view.kind == "group" and view.name == "site":
        terms = terms_of(case.snapshot)
        visiting = offer.row.action == Action.RECORD_VISIT
        view.hint = "本件须两人以上" if terms.on_site or visiting else "本件不要求，去过现场就填"
        view.folds = not visiting
        view.unfolded = bool(view.value) or bool(view.errors) or any(part.errors for part in view.parts)
    if view.kind == "group" and view.name == "remedies":
        view.hint = "按作出机关自动填写，不能留空"
    for part in view.parts:
        part.span = "c6" if view.name == "remedies" and part.kind != "longtext" else ""
    if view.kind == "defects":
        view.rows = defect_rows(view, case, errors)
        view.errors = errors.get(view.name, [])  # what is wrong in a row stands in that row
        view.materials = list(case.materials.order_by("position"))
        view.told = phrases.told_defects(case)
        view.hint = "再次告知：每一项写明为什么是新问题，原来就有的不能再要求补正" if case.corrections else ""
    if view.kind == "answers":
        notice = Correction.objects.filter(case=case).order_by("-sequence").first()
        given = list(view.value or [])
        view.rows = [
            one | {"value": given[index] if index < len(given) else ""}
            for index, one in enumerate(notice.defects if notice else [])
        ]
    if view.kind == "papers":
        view.rows = paper_rows(case, view, offer)
    if view.kind == "form":
        wanted = _unanswered(case) if offer.row.action == Action.SUPPLY else case.form.fields
        view.parts = form_fields(wanted, view.value or {}, "form.", errors)
    if view.kind == "user":
        organ = terms_of(case.snapshot).holder_at(State(case.state)).organ
        mine = Post.objects.in_force(timezone.localdate()).filter(
            organ=organ, role__in=(Role.REVIEWER, Role.CHECKER, Role.DECIDER)
        )
        people = mine.order_by("user__name").values_list("user_id", "user__name").distinct()
        view.choices = [(str(pk), name) for pk, name in people]
    if view.kind == "kind":
        view.choices = [(one.kind, procedure_words(one)) for one in terms_of(case.snapshot).procedures]
        if not view.choices:
            view.hint = "本事项没有规定特别程序"


def procedure_words(procedure: Any) -> str:
    words = dict(SpecialProcedure.choices).get(procedure.kind, procedure.kind)
    most = f"，最多 {procedure.max_days} 个工作日" if procedure.max_days else ""
    return f"{words}{most}"


def defect_rows(view: FieldView, case: Case, errors: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What was typed, else what is not there yet, and room for more; each row with its name and what is wrong in it."""
    rows = [*(view.value or [])] or missing_as_defects(case)
    rows += [{}] * max(1, BLANK_DEFECTS - len(rows))
    named = ((f"{view.name}.{index}", row) for index, row in enumerate(rows))
    parts = Defect().fields
    return [
        row | {"name": name, "errors": {part: errors.get(f"{name}.{part}") for part in parts}} for name, row in named
    ]


def missing_as_defects(case: Case) -> list[dict[str, Any]]:
    """What is not there yet, as the first lines of a correction notice."""
    lacking = case.materials.filter(status="MISSING").exclude(necessity="CONDITIONAL").order_by("position")
    return [
        {"material": one.position, "defect": f"没有提交《{one.name}》", "remedy": f"补交《{one.name}》{one.copies} 份"}
        for one in lacking[:20]
    ]


STATUSES = (
    ("MISSING", "未交"),
    ("PAPER", "纸质已收"),
    ("FILE", "电子文件"),
    ("REUSED", "免提交"),
    ("PROMISED", "容缺后补"),
    ("NOT_APPLICABLE", "不需要"),
)


def paper_rows(case: Case, view: FieldView, offer: Offer) -> list[dict[str, Any]]:
    """One row a material: how it stands, what may be chosen, files already there."""
    typed = {one["position"]: one for one in view.value or [] if "position" in one}
    rows = []
    for one in case.materials.prefetch_related("files__stored").order_by("position"):
        files = [(f.stored.digest, f.name) for f in one.files.all() if f.replaced_at is None]
        if offer.row.action == Action.SUPPLY and not _owed(case, one, files):
            continue
        entry = typed.get(one.position, {})
        status = entry.get("status", one.status)
        if "files" in entry:
            files = list(zip(entry["files"], entry.get("names", entry["files"]), strict=False))
        offered = [pair for pair in STATUSES if pair[0] != "PROMISED" or one.necessity == "TOLERABLE"]
        rows.append(
            {
                "position": one.position,
                "name": one.name,
                "status": status,
                "missing": status == "MISSING" and one.necessity != "CONDITIONAL",
                "state": "、".join(filter(None, (NECESSITY.get(one.necessity, ""), one.hint)))[:60],
                "choices": offered,
                "kept": files,
            }
        )
    return rows


def _owed(case: Case, one: Material, files: list[tuple[str, str]]) -> bool:
    """Whether a paper may still come in after the acceptance: promised, or wanting when the case was accepted by law."""
    return one.status == "PROMISED" or (
        case.deemed and (one.status == "MISSING" or (one.status == "FILE" and not files))
    )


def _unanswered(case: Case) -> list[dict[str, Any]]:
    """The fields of the form that may still be filled in: those empty when the case was accepted by law."""
    empty = (None, "", [])
    return [one for one in case.form.fields if case.form.data.get(one["key"]) in empty] if case.deemed else []


NECESSITY = {"REQUIRED": "必要", "CONDITIONAL": "视情形", "TOLERABLE": "可容缺"}
FORM_KINDS = {"TEXT": "text", "LONGTEXT": "longtext", "NUMBER": "text", "DATE": "date", "CHOICE": "select"}


def form_fields(
    fields: list[dict[str, Any]],
    data: Mapping[str, Any],
    prefix: str,
    errors: Mapping[str, list[str]] | None = None,
) -> list[FieldView]:
    """The application form of an item as fields."""
    views = []
    for one in fields:
        label = f"{one['label']}（{one['unit']}）" if one.get("unit") else one["label"]
        choices = [(choice, choice) for choice in one.get("choices", [])]
        kind = FORM_KINDS.get(one["kind"], "text")
        view = FieldView(
            name=f"{prefix}{one['key']}",
            label=label,
            kind=kind,
            value=data.get(one["key"], ""),
            required=one["required"],
            choices=choices,
            hint="" if one["required"] else "选填",
            most=4000 if kind == "longtext" else 200,
            errors=list((errors or {}).get(f"{prefix}{one['key']}", [])),
        )
        view.span = {"longtext": "", "date": "c3", "select": "c4"}.get(kind, "c4")
        views.append(view)
    return views


# ---------------------------------------------------------------- what will follow


def consequences(offer: Offer, case: Case, actor: Actor) -> list[tuple[str, str]]:
    """交给、计时、文书、限制、推送 of an offer, in words."""
    facts, terms, today = facts_of(case), terms_of(case.snapshot), timezone.localdate()
    told: list[tuple[str, str]] = []
    if offer.step == Step.PROPOSE:
        return [("确认", f"{offer.confirmed_by}确认后生效"), ("计时", "确认前照常计时")]
    if offer.step == Step.DECLINE:
        return [("退回", "退回提出人，时钟不变")]
    if offer.step == Step.RETRACT:
        return [("收回", "提出作废，时钟不变")]
    to = State(offer.to)
    if to != facts.state:
        told.append(("交给", receivers(to, facts, terms)))
    if words := clock_words(offer, facts, today):
        told.append(("计时", words))
    if offer.letter:
        told.append(("文书", f"生成《{offer.letter}》"))
    if {Effect.REVIEWED, Effect.CHECKED, Effect.CONFIRMED} & set(offer.row.effects):
        told.append(("限制", "你不能再决定本件"))
    if offer.push:
        units = "、".join(one["unit_name"] for one in case.snapshot.supervisors if not one.get("copy"))
        told.append(("推送", f"{offer.push}：{units or '监管单位未定，列入无主清单'}"))
    return told


def receivers(to: State, facts: Facts, terms: Terms) -> str:
    """Who has the next step after this one, with names where they are few."""
    arrived = replace(facts, state=to)
    rows = [row for row in rows_from(terms.run, to, paused=False) if row.duty]
    if not rows:
        return f"不再有下一步，{to.label}"
    who = rows[0].by[0]
    words = described(who, arrived, terms)
    organ = terms.holder_at(to).organ
    people = Post.objects.in_force(timezone.localdate()).filter(organ=organ, role__in=who.roles)
    names = list(people.order_by("user__name").values_list("user__name", flat=True).distinct()[:3])
    return f"{words}（{'、'.join(names)}）" if names else words


def clock_words(offer: Offer, facts: Facts, today: date) -> str:
    """What the act does to the clock, with the day where it is known."""
    clock = offer.row.clock
    promise = f"，承诺仍为 {facts.promise_on:%m-%d}" if facts.promise_on else ""
    if clock == Clock.STAGE:
        return f"继续计时{promise}" if facts.decided_on is None else "不再计时，送达期限继续"
    if clock in (Clock.DECIDE, Clock.ACCEPT_AND_DECIDE):
        spent = used(facts, current_calendar(), on=today)
        late = "，已超承诺期限" if facts.promise_on and today > facts.promise_on else ""
        return f"今天停止{f'，已用 {spent} 个工作日' if spent is not None else ''}{late}"
    return clock.label if clock else ""
