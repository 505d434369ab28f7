"""How far is my application, by when, and what have I to do now? For whoever holds the case number and the query code.

Never an opinion, a name of an official or a step between the two levels; names of applicants are masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

from approvals.calendars.workdays import local_day
from approvals.cases.actions import settled
from approvals.cases.facts import Facts, Terms
from approvals.cases.models import Case, Concern, Correction, Decision, Fee, Material, Party, Pause
from approvals.cases.queries import Light, light, why
from approvals.cases.rows import terms_of
from approvals.cases.words import Result, State
from approvals.cases.workflow import ENDS
from approvals.catalogue.models import SpecialProcedure
from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter
from approvals.licences.models import Licence
from approvals.organisations.masks import party as masked_party
from approvals.organisations.models import Organ
from approvals.workbench.public.answers import window_of
from approvals.workbench.public.arrival import Arrival, arrival_of
from approvals.workbench.public.stages import NOW, REVIEWING, Stage, stages_of
from approvals.workbench.templatetags.workbench import full_day

NO_CODE = "········"  # compared with where there is no such case, so that both answers take the same way
AFTER_SEAL = (State.DELIVERED, State.ARCHIVED)
AFTER_DECISION = (State.DECIDED, State.SEALED, State.DELIVERED, State.ARCHIVED)


@dataclass(frozen=True)
class Task:
    """What the applicant has to do now."""

    title: str
    lines: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class LicenceLine:
    """What was granted: the licence as it stands today, and its signed paper once that was served."""

    licence: Licence
    status: str
    paper: Letter | None
    may_fetch: bool


@dataclass(frozen=True)
class Progress:
    number: str
    item: str
    item_name: str
    applicant: str
    now: str
    light: Light
    light_words: str
    by: str
    tasks: tuple[Task, ...]
    stages: tuple[Stage, ...]
    reasons: tuple[str, ...]
    due_on: date | None
    result: str
    window: Organ | None
    ended: bool
    licences: tuple[LicenceLine, ...] = ()
    arrival: Arrival | None = None
    lateness: str = ""


def opened_by(*, number: str, code: str) -> Case | None:
    """The case of this number, where the code is its own."""
    case = (
        Case.objects.select_related("snapshot", "form", "region", "holder")
        .filter(number=number)
        .exclude(state=State.DRAFT)
        .first()
    )
    kept = case.form.query_code if case else NO_CODE
    return case if constant_time_compare(kept, code) else None


def look_up(*, number: str, code: str, at: datetime) -> Progress | None:
    """The progress of a case; None where there is no such case or the code is not its own."""
    case = opened_by(number=number, code=code)
    return _progress(case, at) if case else None


def _progress(case: Case, at: datetime) -> Progress:
    day, terms = local_day(at), terms_of(case.snapshot)
    facts = settled(case, terms, at=at, on=day)
    pauses = list(Pause.objects.filter(case=case).order_by("started_on"))
    corrections = list(Correction.objects.filter(case=case).order_by("sequence"))
    window, arrival = window_of(terms.accept.region), arrival_of(case)
    shown, words, by = _clock(facts, terms, pauses, day, at)
    explained = why(case) if facts.state in (*REVIEWING, State.DECISION) and shown.colour != "PAUSED" else None
    return Progress(
        number=case.number,
        item=case.snapshot.item,
        item_name=case.snapshot.item_name,
        applicant=_applicant(case),
        now=_now(facts, arrival),
        light=shown,
        light_words=words,
        by=by,
        tasks=tuple(_tasks(case, facts, corrections, window, arrival)),
        stages=tuple(stages_of(case, facts, terms, pauses, corrections)),
        reasons=tuple(_spoken(step) for step in explained.steps) if explained else (),
        due_on=facts.promise_on or facts.statute_on,
        result=Result(facts.result).label if facts.result and facts.state != State.DECIDED else "",
        window=window,
        ended=facts.state in ENDS,
        licences=tuple(_licences(case, facts, day)),
        arrival=arrival,
        lateness=Decision.objects.values_list("lateness", flat=True).filter(case=case).first() or "",
    )


def _licences(case: Case, facts: Facts, day: date) -> Iterator[LicenceLine]:
    """The licence of a granted case; its file is for the applicant when the decision was served, whichever way."""
    if facts.result not in (Result.GRANTED, Result.RECORDED) or facts.state not in (*AFTER_SEAL, State.SEALED):
        return
    concern = Concern.objects.select_related("licence").filter(case=case).first()
    if concern is None:
        return
    paper = paper_of(case)
    ready = paper is not None and facts.state in AFTER_SEAL
    yield LicenceLine(concern.licence, concern.licence.status_on(day).label, paper, ready)


def paper_of(case: Case) -> Letter | None:
    """The made paper of the licence that a case granted or changed, the latest; also one that has ended since."""
    made = Letter.objects.select_related("file", "replaced_by").filter(subject=case.number, kind=LetterKind.LICENCE)
    return made.filter(file__isnull=False).order_by("-pk").first()


def fetch(*, number: str, code: str) -> Letter | None:
    """The paper of a licence for whoever holds number and query code; None where there is none to have (yet)."""
    case = Case.objects.select_related("form").filter(number=number, state__in=AFTER_SEAL).first()
    right = constant_time_compare(case.form.query_code if case else NO_CODE, code)
    return paper_of(case) if case and right else None


def _now(facts: Facts, arrival: Arrival | None) -> str:
    if facts.state == State.SEALED and arrival is not None:
        if arrival.offered:
            return "结果已出，等你确认收到"
        if any(not one.back and one.content == "办理结果" for one in arrival.parcels):
            return "结果已寄出"
    return NOW[facts.state]


def _applicant(case: Case) -> str:
    parties = list(Party.objects.filter(case=case, role=Party.Role.APPLICANT).order_by("position"))
    return masked_party(parties[0].name, parties[0].kind) + (f" 等 {len(parties)} 个申请人" if len(parties) > 1 else "")


def _spoken(step: str) -> str:
    """The step in words: kinds of special procedures by their name."""
    for kind in SpecialProcedure:
        step = step.replace(kind.value, kind.label)
    return step


def _clock(facts: Facts, terms: Terms, pauses: list[Pause], day: date, at: datetime) -> tuple[Light, str, str]:
    """The light, its words, and the sentence with the last day."""
    if facts.state in ENDS or facts.state == State.DELIVERED:
        return Light("NONE", None, "不计时"), "不再计时", ""
    if facts.state in (State.RECEIVED, State.CORRECTION):
        due_on, limit, what = facts.due_on, terms.limits.acceptance, "答复是否受理"
        if facts.state == State.CORRECTION:
            limit, what = terms.limits.correction, "补齐"
    elif facts.state in AFTER_DECISION:
        due_on, limit, what = facts.due_on, terms.limits.delivery, "送达"
    else:
        due_on, what = facts.promise_on or facts.statute_on, "办结"
        limit = terms.limits.promised if facts.promise_on else terms.limits.statutory
    paused = facts.paused and (facts.stops_promise or facts.stops_statute)
    percent = settings.YELLOW_SHARE_PERCENT
    shown = light(due_on, limit=limit, paused=paused, stopped=False, on=day, percent=percent, at=at)
    if shown.colour == "PAUSED":
        running = next((one for one in pauses if one.resumed_on is None), None)
        kind = SpecialProcedure(running.kind).label if running else "特别程序"
        return shown, f"停表：{kind}", "恢复计时后，最后期限按停表的工作日顺延。"
    if facts.state == State.CORRECTION:  # the last day stands in the task
        return shown, _words(shown, ontime=""), ""
    return shown, _words(shown), f"最迟 {full_day(due_on)}{what}" if due_on else ""


def _words(shown: Light, ontime: str = "，按时") -> str:
    left = shown.days or 0
    return {
        "GREEN": f"还剩 {left} 个工作日{ontime}",
        "YELLOW": f"还剩 {left} 个工作日，快到期" if left else "今天到期",
        "RED": f"已超期 {max(1, -left)} 个工作日" if shown.words != "今日到期" else "今天到期，窗口已下班",
    }.get(shown.colour, "不计时")


def _tasks(
    case: Case, facts: Facts, corrections: list[Correction], window: Organ | None, arrival: Arrival | None
) -> list[Task]:
    where = f"交到{window.name}（{window.address}，{window.phone}）" if window else ""
    tasks = []
    names = dict(Material.objects.filter(case=case).values_list("position", "name"))
    if facts.state == State.CORRECTION and corrections:
        notice = corrections[-1]
        lines = tuple(_defect(one, names) for one in notice.defects)
        tasks.append(Task(f"补齐 {len(lines)} 项，最迟 {full_day(notice.due_on)}", lines, where))
    if facts.tolerance_open:
        owed = Material.objects.filter(case=case, status=Material.Status.PROMISED).order_by("position")
        until = f"，最迟 {full_day(case.form.promised_on)}" if case.form.promised_on else ""
        tasks.append(Task(f"补交容缺的材料{until}", tuple(one.name for one in owed), where))
    if facts.fee_due and facts.state not in (*ENDS, State.DELIVERED):
        fee = Fee.objects.filter(case=case, status="DUE").first()
        if fee:
            amount = f" {fee.amount_cents / 100:,.2f} 元" if fee.amount_cents else ""
            tasks.append(Task(f"缴费{amount}", (fee.standard,) if fee.standard else (), "到窗口缴，或按缴款通知缴"))
    underway = arrival is not None and (arrival.offered or any(not one.back for one in arrival.parcels))
    if facts.state == State.SEALED and not underway:
        what = case.form.result_name if facts.result in (Result.GRANTED, Result.RECORDED) else "决定书"
        at = f"到{window.name}领取（{window.address}，{window.phone}）" if window else ""
        tasks.append(Task(f"领取{what}", ("带身份证件和收件凭证；委托他人的，另带委托书",), at))
    return tasks


def _defect(one: dict[str, Any], names: dict[int, str]) -> str:
    material = names.get(one.get("material") or 0, "")
    told = "；".join(str(one[key]).rstrip("。；") for key in ("defect", "remedy") if one.get(key))
    return f"{material}：{told}" if material else told
