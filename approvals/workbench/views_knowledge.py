"""业务知识 and 培训: what is known of an item, typical cases, notices to be acknowledged."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.errors import Refused
from approvals.guidance import knowledge
from approvals.guidance.models import Acknowledgement
from approvals.guidance.queries import question_for
from approvals.keys import LONGEST_SEARCH, key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.workbench.chrome import actor_of
from approvals.workbench.guidance_forms import ArticleForm, TrainingForm
from approvals.workbench.posted import posted_from
from approvals.workbench.views_guidance import frame, paged, tried


@login_required
@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """What is known: by item, or by words (item names, everyday words and initials count)."""
    actor = actor_of(request)
    text, item = request.GET.get("q", "").strip()[:LONGEST_SEARCH], request.GET.get("item", "").strip()[:20]
    found = knowledge.known(actor, item=item, text=text, on=timezone.localdate())
    context = frame(actor, "known") | {"q": text, "item": item, "shown": paged(request, found)}
    return render(request, "guidance/known.html", context)


@login_required
@require_GET
def article(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    return _article(request, actor, pk)


def _article(
    request: HttpRequest, actor: Actor, pk: int, *, why: str = "", trouble: Refused | None = None
) -> HttpResponse:
    """One article, and why it was not withdrawn, with the reason that was typed. Raises ArticleNotFound."""
    one = knowledge.known(actor).filter(pk=pk).first()
    if one is None:
        raise knowledge.ArticleNotFound("没有这条业务知识，或者已经撤下。")
    context = frame(actor, "known") | {"one": one, "why": why, "trouble": trouble}
    return render(request, "guidance/article.html", context, status=trouble.status if trouble else 200)


@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Make an answered question, or a typical case, known to every county."""
    actor = actor_of(request)
    source = key_of(request.GET.get("from", ""))
    given = {}
    if source is not None and request.method != "POST":
        one = question_for(actor, source)
        sayings = list(one.sayings.all())
        asked = "\n".join(said.text for said in sayings if not said.is_answer)
        answered = "\n".join(said.text for said in sayings if said.is_answer)
        given = {"item": one.item, "kind": "ANSWER", "title": one.title, "question": asked, "answer": answered}
    form = ArticleForm(request.POST) if request.method == "POST" else ArticleForm(initial=given)

    def act() -> None:
        knowledge.publish(actor=actor, at=timezone.now(), source=source, **form.cleaned_data)

    if request.method == "POST" and tried(form, act):
        messages.success(request, "已发布，收件和审查页都能看到。")
        return redirect("known")
    context = frame(actor, "known") | {"form": form}
    return render(request, "guidance/publish.html", context, status=422 if form.errors else 200)


@login_required
@posted_from("article", "pk")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actor, why = actor_of(request), request.POST.get("why", "")
    try:
        knowledge.withdraw(actor=actor, article=pk, why=why, at=timezone.now())
    except Refused as refused:
        return _article(request, actor, pk, why=why, trouble=refused)
    messages.success(request, "已撤下，记录还在。")
    return redirect("known")


@login_required
def announce(request: HttpRequest) -> HttpResponse:
    """Write a training notice."""
    actor = actor_of(request)
    form = TrainingForm(request.POST) if request.method == "POST" else TrainingForm()

    def act() -> None:
        knowledge.announce(actor=actor, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and tried(form, act):
        messages.success(request, "已发出，每人收到一条消息。")
        return redirect("trainings")
    context = frame(actor, "trainings") | {"form": form}
    return render(request, "guidance/announce.html", context, status=422 if form.errors else 200)


@login_required
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: its text, who has not acknowledged (for its sender), and the acknowledgement."""
    actor = actor_of(request)
    if request.method == "POST":
        knowledge.acknowledge(actor=actor, training=pk, at=timezone.now())
        messages.success(request, "已签收。")
        return redirect("training", pk=pk)
    one = knowledge.trainings_for(actor).filter(pk=pk).first()
    if one is None:
        raise knowledge.TrainingNotFound("没有发给你的这份培训通知。")
    sender = actor.level == Level.CITY and (one.organ_id == actor.organ or actor.role == Role.COORDINATOR)
    missing = knowledge.missing_of(one) if sender else []
    context = frame(actor, "trainings") | {
        "one": one,
        "read": Acknowledgement.objects.filter(training=one, at__isnull=False).count(),
        "mine": Acknowledgement.objects.filter(training=one, user=actor.user).first(),
        "missing": missing,
        "absent": sum(len(names) for _, names in missing),
    }
    return render(request, "guidance/training.html", context)
