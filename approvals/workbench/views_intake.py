"""收件 in one screen: find the item, the answer at once, enter, tick, and receive, accept, correct or refuse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from approvals.cases import barpasses
from approvals.cases.actions import perform
from approvals.cases.models import Case, DeliveryWish, Party
from approvals.cases.receiptbars import PartyBarred
from approvals.cases.registration import DuplicateCase, register
from approvals.cases.words import Action, Letter
from approvals.errors import Invalid, Refused
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor
from approvals.organisations.models import Region
from approvals.workbench import drafts, intake, licence_reuse, submissions
from approvals.workbench.chrome import actor_of
from approvals.workbench.models import Draft
from approvals.workbench.partystanding import standing_of_number
from approvals.workbench.posted import posted_from
from approvals.workbench.views_act import uploads

NEXT = {"ACCEPT": "", "CORRECT": Action.REQUEST_CORRECTION, "REFUSE": Action.REFUSE, "RECEIVE": ""}

JOINT = ("parties.2.", "parties.3.")  # the rows of those who apply together with the first
MAIL_FIELDS = (("recipient", "收件人", 60, "c3"), ("phone", "收件电话", 20, "c3"), ("address", "收件地址", 200, "c6"))


@login_required
def screen(request: HttpRequest) -> HttpResponse:
    """The screen: empty, with results, with an answer, or back with what was wrong."""
    actor, today = actor_of(request), timezone.localdate()
    if request.method == "POST":
        return submitted(request, actor, today)
    code = request.GET.get("item", "")
    if not code:
        return render(request, "workbench/intake.html", start(request, actor, today))
    draft = intake.draft_of(actor, code)
    typed = drafts.typed_in(draft.content) if draft else QueryDict()
    return shown(request, actor, today, code, typed, draft=draft)


def start(request: HttpRequest, actor: Actor, today: date) -> dict[str, Any]:
    """No item yet: what was searched for, and where one left off."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    place = place_in(request)
    return {
        "section": "intake",
        "actor": actor,
        "region": Region.objects.get(pk=actor.region),
        "q": q,
        "found": intake.found_items(q, today, place) if q else [],
        "places": intake.places_of(actor.region),
        "place": place,
        "place_name": dict(intake.places_of(actor.region)).get(place, ""),
        "drafts": Draft.objects.filter(user=actor.user, region=actor.region).order_by("-saved_at")[:10],
    }


def place_in(request: HttpRequest, typed: QueryDict | None = None) -> str:
    """The place the clerk chose: on the form, in the address, or in the draft."""
    for data in (request.POST, request.GET, typed or {}):
        if "place" in data:
            return str(data["place"])[:40]
    return ""


def shown(
    request: HttpRequest,
    actor: Actor,
    today: date,
    code: str,
    typed: QueryDict,
    *,
    errors: Mapping[str, list[str]] | None = None,
    trouble: Mapping[str, Any] | None = None,
    draft: Draft | None = None,
    papers: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The screen with an item: its answer, and the form as it was typed."""
    place = place_in(request, typed)
    answer = intake.answer_for(code, actor, today, place)
    context = start(request, actor, today) | {"answer": answer, "q": answer.item.name, "place": place}
    context |= {
        "place_name": dict(context["places"]).get(place, ""),
        "inside": intake.inside(answer, actor, today),
    }
    if not answer.accepted:
        context |= {"where": intake.elsewhere(answer, today), "near": intake.near(answer, actor, today, place)}
        return render(request, "workbench/intake_no.html", context)
    given = intake.given_from(typed, answer.guide, actor, today) if typed else {"form": {}, "papers": []}
    wrong = dict(errors or {})
    context |= {
        "typed": typed,
        "errors": wrong,
        "trouble": trouble,
        "fields": intake.fields_of_guide(answer.guide, given.get("form", {}), wrong),
        "papers": intake.papers_of_guide(
            answer.guide, papers or given["papers"], intake.asked_for(answer.guide, given) if typed else None
        ),
        "questions": intake.questions_of(answer.guide, given.get("scenario", {})),
        "licences": held(answer, today, typed),
        "on_file": intake.on_file(typed.get("parties.0.id_number", ""), answer.guide, actor, today, typed),
        "standing": standing_of_number(typed.get("parties.0.id_number", ""), item=code, on=today),
        "kinds": Party.Kind.choices,
        "joint": JOINT,
        "named": intake.people(typed),
        "ways": DeliveryWish.Way.choices,
        "way": typed.get("delivery.way", DeliveryWish.Way.COUNTER),
        "mail_fields": MAIL_FIELDS,
        "draft": draft,
        "once": request.POST.get("once") or get_random_string(16),  # of this screen, never of a draft
    }
    return render(request, "workbench/intake_form.html", context, status=status)


def submitted(request: HttpRequest, actor: Actor, today: date) -> HttpResponse:
    """Register, and take the step the button named; a refusal gives the screen back with everything typed."""
    data, code = request.POST, request.POST.get("item", "")
    if data.get("go") == "DRAFT":
        return save_draft(request)
    answer = intake.answer_for(code, actor, today, place_in(request))
    if not answer.accepted:
        return shown(request, actor, today, code, data)
    if data.get("go") == "ASK":
        return ask_to_pass(request, actor, today, answer)
    once, now = data.get("once", "")[:40], timezone.now()
    if number := submissions.number_of(user=actor.user, once=once):
        return already(request, number)
    given = intake.given_from(data, answer.guide, actor, today)

    def settled(case: Case) -> None:
        submissions.note(user=actor.user, once=once, number=case.number, at=now)
        _forget(actor, code)

    try:
        uploads(request, given, actor)
        case = register(actor=actor, at=now, given=given, also=settled)
    except Refused as refused:
        if number := submissions.number_of(user=actor.user, once=once):  # the other press was first
            return already(request, number)
        return again(request, actor, today, code, given, refused)
    return received(request, actor, case.number, data.get("go", "RECEIVE"))


def already(request: HttpRequest, number: str) -> HttpResponse:
    """To the case that the first press of the same screen made."""
    messages.info(request, f"这一份刚才已经收件，编号 {number}，没有重复登记。", extra_tags="amber")
    return onward(request, reverse("case", args=[number]))


def ask_to_pass(request: HttpRequest, actor: Actor, today: date, answer: intake.Answer) -> HttpResponse:
    """Ask the heads to let one application of a barred party through; what is typed is kept as a draft meanwhile."""
    data, accept, now = request.POST, answer.jurisdiction.accept, timezone.now()
    try:
        asked = barpasses.ask(
            id_number=data.get("parties.0.id_number", ""),
            item=answer.item.code,
            item_name=answer.item.name,
            organ=accept.in_the_name_of or accept.organ,
            actor=actor,
            at=now,
            words=data.get("pass_words", ""),
        )
    except Refused as refused:
        given = intake.given_from(data, answer.guide, actor, today)
        return again(request, actor, today, answer.item.code, given, refused)
    if request.user.is_authenticated:
        drafts.keep_intake(user=request.user.pk, actor=actor, data=data, at=now)
    messages.success(
        request, f"已请{asked[0].organ.name}负责人放行这一件；填好的内容存为草稿，答复后从消息打开继续收件。"
    )
    return onward(request, reverse("receipt-bars"))


def _forget(actor: Actor, code: str) -> None:
    Draft.objects.filter(user=actor.user, region=actor.region, item=code).delete()


def again(
    request: HttpRequest, actor: Actor, today: date, code: str, given: dict[str, Any], refused: Refused
) -> HttpResponse:
    """The screen again: nothing was written, nothing typed is lost, files that came in are kept."""
    errors = intake.by_row(refused.errors, request.POST) if isinstance(refused, Invalid) else {}
    trouble: dict[str, Any] = {
        "title": "没有收件，先改这几处：" if errors else f"没有收件：{refused.title}",
        "detail": "" if errors else refused.detail,
        "items": [(field, text) for field, texts in errors.items() for text in texts],
        "duplicate": isinstance(refused, DuplicateCase),
        "number": refused.extra.get("number", ""),
        "barred": isinstance(refused, PartyBarred) or "words" in errors,
    }
    return shown(
        request,
        actor,
        today,
        code,
        request.POST,
        errors=errors,
        trouble=trouble,
        papers=given["papers"],
        status=refused.status,
    )


def received(request: HttpRequest, actor: Actor, number: str, go: str) -> HttpResponse:
    """After the receipt: accept at once if that was asked, or open the form of the step that was."""
    address = reverse("case", args=[number])
    receipt = reverse("letter", args=[number, Letter.RECEIPT])
    if go == "ACCEPT":
        try:
            perform(number=number, action=Action.ACCEPT, actor=actor, at=timezone.now(), given={})
        except Refused as refused:
            told = format_html(
                '<b>已收件 {}，还没有受理。</b>{} <a href="{}" target="_blank">打印收件凭证</a>',
                number,
                refused.detail,
                receipt,
            )
            messages.warning(request, told, extra_tags="amber")
            return onward(request, address)
        notice = reverse("letter", args=[number, Letter.ACCEPTANCE_NOTICE])
        told = format_html(
            '<b>已受理 {}。</b> <a href="{}" target="_blank">打印受理通知书</a> <a href="{}" target="_blank">打印收件凭证</a>'
            ' <a href="{}">收下一件</a>',
            number,
            notice,
            receipt,
            reverse("intake"),
        )
        messages.success(request, told)
        return onward(request, address)
    told = format_html('<b>已收件 {}。</b> <a href="{}" target="_blank">打印收件凭证</a>', number, receipt)
    messages.success(request, told)
    step = NEXT.get(go, "")
    return onward(request, f"{address}?act={step}" if step else address)


def onward(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@login_required
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed so far, without files; answers with the time."""
    actor, now = actor_of(request), timezone.now()
    code = request.POST.get("item", "")[:20]
    if request.user.is_authenticated:
        drafts.keep_intake(user=request.user.pk, actor=actor, data=request.POST, at=now)
    if request.htmx and "go" not in request.POST:
        return HttpResponse(f"草稿 {timezone.localtime(now):%H:%M} 已保存")
    messages.success(request, "草稿已保存。")
    query = urlencode({"item": code} | ({"place": place_in(request)} if place_in(request) else {}))
    return onward(request, f"{reverse('intake')}?{query}")


@login_required
@posted_from("intake")
def drop_draft(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    _forget(actor, request.POST.get("item", ""))
    messages.success(request, "草稿已删除。")
    return redirect("intake")


@login_required
@require_POST
def known(request: HttpRequest) -> HttpResponse:
    """The applicant's fields, filled from an earlier intake of the same number where this window has one.

    Asked by POST, as `on_file` is: an address stands in logs and histories, and a number of identity has no place there.
    """
    actor = actor_of(request)
    typed = request.POST.copy()
    party = intake.known_party(typed.get("parties.0.id_number", ""), actor)
    if party is None or typed.get("parties.0.name"):
        return HttpResponse(status=204)  # nothing to fill in: what is typed meanwhile stays
    typed["parties.0.name"], typed["parties.0.kind"] = party.name, party.kind
    for key in ("legal_representative", "address"):
        typed[f"parties.0.{key}"] = typed.get(f"parties.0.{key}") or getattr(party, key)
    context = {"typed": typed, "errors": {}, "kinds": Party.Kind.choices, "party": party}
    return render(request, "workbench/intake_applicant.html", context)


@login_required
@require_POST
def on_file(request: HttpRequest) -> HttpResponse:
    """The papers this applicant has on file for an item, offered beside the tick list."""
    actor, today = actor_of(request), timezone.localdate()
    answer = intake.answer_for(request.POST.get("item", ""), actor, today, place_in(request))
    found = intake.on_file(request.POST.get("parties.0.id_number", ""), answer.guide, actor, today, request.POST)
    number = request.POST.get("parties.0.id_number", "") if answer.accepted else ""  # for who may receive it here
    standing = standing_of_number(number, item=answer.item.code, on=today)
    context = {"on_file": found, "licences": held(answer, today, request.POST), "standing": standing}
    return render(request, "workbench/intake_on_file.html", context)


def held(answer: intake.Answer, today: date, typed: QueryDict) -> dict[str, Any]:
    """The applicant's licences that matter for this item."""
    return licence_reuse.of_applicant(
        id_number=typed.get("parties.0.id_number", ""),
        item=answer.item.code,
        edition=answer.jurisdiction.edition,
        guide=answer.guide,
        on=today,
        typed=typed,
    )
