"""业务指导: counties ask, the city answers, and what was answered is found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.documents.queries import FileMissing
from approvals.errors import Invalid
from approvals.guidance import actions
from approvals.guidance.access import may_answer, may_ask, may_publish
from approvals.guidance.knowledge import known, trainings_for
from approvals.guidance.models import Attachment, Question
from approvals.guidance.queries import STATES, question_for, questions, standings
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download, stored_files
from approvals.workbench.guidance_forms import AskForm, MeetForm, SayForm
from approvals.workbench.posted import posted_from

A_PAGE = 30


def frame(actor: Actor, tab: str) -> dict[str, Any]:
    """What every page of this room shows: which tab, and what this person may begin."""
    return {"section": "guidance", "tab": tab, "may_ask": may_ask(actor), "may_publish": may_publish(actor)}


def paged(request: HttpRequest, found: Any) -> Any:
    return Paginator(found, A_PAGE).get_page(request.GET.get("page"))


def tried(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it; whether it was done. What the room finds wrong stands beside its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except Invalid as wrong:
        for name, texts in wrong.errors.items():
            for told in texts:
                form.add_error(name if name in form.fields else None, told)
        return False
    return True


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The questions this person may see: open, answered, closed; and how quickly the city answers."""
    actor, today = actor_of(request), timezone.localdate()
    state = request.GET.get("state", "open")
    state = state if state in STATES else ""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = questions(actor, state=state, item=request.GET.get("item", "").strip()[:20], text=text)
    context = frame(actor, "questions") | {
        "state": state,
        "q": text,
        "states": [("open", "待答复"), ("answered", "已答复"), ("closed", "已办结")],
        "shown": paged(request, found),
        "on": today,
        "standings": standings(actor, on=today),
    }
    return render(request, "guidance/questions.html", context)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Write a question, about an item or about a case; what is known of the item stands beside it."""
    actor = actor_of(request)
    given = {"item": request.GET.get("item", ""), "case_number": request.GET.get("case", "")}
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial=given)
    asked: list[Question] = []

    def act() -> None:
        said = form.cleaned_data
        asked.append(actions.ask(actor=actor, at=timezone.now(), files=stored_files(request), **said))

    if request.method == "POST" and tried(form, act):
        messages.success(request, f"已送{asked[0].city_organ.name}，{asked[0].due_on} 前答复。")
        return redirect("question", pk=asked[0].pk)
    item = form["item"].value() or ""
    context = frame(actor, "questions") | {"form": form, "known": known(actor, item=item)[:5] if item else []}
    return render(request, "guidance/ask.html", context, status=422 if form.errors else 200)


@login_required
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: its thread, its meetings, and the next turn."""
    actor, now = actor_of(request), timezone.now()
    form = SayForm(request.POST) if request.method == "POST" else SayForm()

    def act() -> None:
        actions.say(actor=actor, question=pk, at=now, files=stored_files(request), **form.cleaned_data)

    if request.method == "POST" and tried(form, act):
        messages.success(request, "已写入，对方收到消息。")
        return redirect("question", pk=pk)
    return question_page(request, actor, pk, form=form)


def question_page(request: HttpRequest, actor: Actor, pk: int, *, form: forms.Form, meet: Any = None) -> HttpResponse:
    today = timezone.localdate()
    one = question_for(actor, pk)
    answers = may_answer(actor, one, on=today)
    asks = may_ask(actor) and one.region_id == actor.region
    context = frame(actor, "questions") | {
        "one": one,
        "on": today,
        "form": form,
        "meet": meet or MeetForm(initial={"link": ""}),
        "answers": answers,
        "asks": asks,
        "writes": (answers or asks) and one.state != Question.State.CLOSED,
        "meetings": one.meetings.filter(cancelled_at=None).order_by("starts_at"),
        "articles": one.articles.filter(withdrawn_at=None),
    }
    return render(
        request, "guidance/question.html", context, status=422 if form.errors or (meet and meet.errors) else 200
    )


@login_required
@posted_from("question", "pk")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    actions.close(actor=actor_of(request), question=pk, at=timezone.now())
    messages.success(request, "已办结。")
    return redirect("question", pk=pk)


@login_required
@posted_from("question", "pk")
def meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a video consultation."""
    actor, form = actor_of(request), MeetForm(request.POST)

    def act() -> None:
        actions.meet(actor=actor, question=pk, at=timezone.now(), **form.cleaned_data)

    if tried(form, act):
        messages.success(request, "已预约，双方收到消息。")
        return redirect("question", pk=pk)
    return question_page(request, actor, pk, form=SayForm(), meet=form)


@login_required
@require_GET
def file(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """An attachment of a question this person may see; always downloaded."""
    one = question_for(actor_of(request), pk)
    found = Attachment.objects.select_related("stored").filter(pk=attachment, saying__question=one).first()
    if found is None:
        raise FileMissing("这条咨询里没有这份附件；从咨询页重新打开。")
    return download(found.stored, found.name)


@login_required
@require_GET
def trainings(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = frame(actor, "trainings") | {"shown": paged(request, trainings_for(actor))}
    return render(request, "guidance/trainings.html", context)
