"""问题整改与责任追究: a finding is opened, answered by the county, judged by the city; who is held to account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.inputs import Nothing
from approvals.documents.queries import FileMissing
from approvals.keys import key_of
from approvals.organisations.models import Level, Role, User
from approvals.oversight import actions, attaching, inputs, queries
from approvals.oversight.access import NothingOverseen, is_overseer, may_answer
from approvals.oversight.models import FindingFile
from approvals.oversight.words import FindingState
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download, stored_files
from approvals.workbench.oversight_frame import asked, drawn, frame, narrowed, paged, tried
from approvals.workbench.posted import posted_from

ACTS = {"answer": inputs.AnswerInput, "judge": inputs.VerdictInput, "hold": inputs.ResponsibilityInput}
DONE = {"answer": "答复已送市级单位核查。", "judge": "核查意见已登记。", "hold": "已启动责任追究。"}


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), asked(request, "state", "q")
    rows = narrowed(queries.findings(actor), given, state=FindingState)
    if given["state"] == "late":
        rows = rows.filter(state=FindingState.ORDERED, due_on__lt=timezone.localdate())
    if given["q"]:
        rows = rows.filter(Q(case__number__icontains=given["q"]) | Q(case__snapshot__item_name__icontains=given["q"]))
    context = frame(actor, "findings") | given
    context |= {"rows": paged(request, rows), "states": [*FindingState.choices, ("late", "逾期未整改")]}
    context |= {"oversees": is_overseer(actor, actor.organ or 0)}
    return render(request, "oversight/findings.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Open a finding from a filing, a drawn case, or another lead on a case."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    where = asked(request, "filing", "sample", "case")
    facts, origin = _origin(actor, where)
    if request.method == "POST":
        where["case"] = where["case"] or request.POST.get("case", "").strip()[:24]

        def act(given: dict[str, Any]) -> Any:
            source = {"case": where["case"]} if origin == "case" else {origin: where[origin]}
            return actions.open_finding(actor=actor, at=timezone.now(), given=given, **source)

        done, typed, errors, refused = tried(request, inputs.FindingInput, act)
        if done:
            messages.success(request, f"已责令{done.organ.name} {done.due_on} 前整改。")
            return redirect("oversight-finding", pk=done.pk)
    context = frame(actor, "findings") | {
        "title": "提出问题并责令整改",
        "facts": facts,
        "case_asked": origin == "case" and not facts,
        "case_given": where["case"],
        "case_errors": errors.get("case", []),
        "fields": drawn(
            inputs.FindingInput, typed=typed, errors=errors, defaults={"days": settings.CORRECTION_ORDER_WORKDAYS}
        ),
        "trouble": refused,
        "button": "责令整改",
    }
    return render(request, "oversight/form.html", context, status=refused.status if refused else 200)


def _origin(actor: Any, where: dict[str, str]) -> tuple[list[tuple[str, str]], str]:
    """What the finding is about, in words, and which key names it. Raises NothingOverseen."""
    if where["filing"]:
        rows, origin = queries.filings(actor), "filing"
    elif where["sample"]:
        rows, origin = queries.samples(actor), "sample"
    else:
        return [], "case"
    row = rows.filter(pk=key_of(where[origin])).first()
    if row is None:
        raise NothingOverseen("没有这一条；从清单重新打开。")
    facts = [("办件", row.case.number), ("事项", row.case.snapshot.item_name), ("责任单位", row.organ.name)]
    return facts, origin


def _found(actor: Any, pk: int) -> Any:
    finding = queries.findings(actor).filter(pk=pk).first()
    if finding is None:
        raise NothingOverseen("没有这个问题；从清单重新打开。")
    return finding


def page(
    request: HttpRequest, pk: int, *, act: str = "", typed: Any = None, errors: Any = None, refused: Any = None
) -> Any:
    """One finding with its answers and record, and the forms of whoever must act next."""
    actor = actor_of(request)
    finding = _found(actor, pk)
    oversees = is_overseer(actor, finding.unit_id)
    head = oversees and actor.role in (Role.DECIDER, Role.COORDINATOR)
    people = actions.people_of(finding) if head else {}
    held = set(finding.responsibilities.values_list("person", flat=True))
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    persons = [(str(pk), f"{names[pk]}：{part}") for pk, part in people.items() if pk not in held]
    answers = finding.state == FindingState.ORDERED and may_answer(actor, finding.organ_id, finding.region_id)
    open_forms = {
        "answer": ("答复整改情况", "提交答复", answers),
        "judge": ("核查整改", "登记核查意见", oversees and finding.state == FindingState.ANSWERED),
        "hold": ("启动责任追究", "启动", bool(persons)),
    }
    forms = [
        {
            "act": key,
            "title": title,
            "button": button,
            "fields": drawn(
                ACTS[key],
                typed=typed if act == key else None,
                errors=errors if act == key else None,
                defaults={"days": settings.CORRECTION_AGAIN_WORKDAYS},
                choices={"person": persons},
            ),
        }
        for key, (title, button, offered) in open_forms.items()
        if offered
    ]
    context = frame(actor, "findings") | {
        "one": finding,
        "answers": finding.answers.select_related("by", "judged_by").order_by("pk"),
        "forms": forms,
        "history": queries.history(f"finding:{finding.pk}"),
        "files": finding.files.select_related("stored").order_by("pk"),
        "attaches": attaching.may_attach(actor, finding),
        "responsibilities": queries.responsibilities(actor).filter(finding=finding),
        "sees_case": actor.level == Level.CITY or actor.organ == finding.organ_id,
        "trouble": refused,
    }
    return render(request, "oversight/finding.html", context, status=refused.status if refused else 200)


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, pk)


@login_required
@posted_from("oversight-finding", "pk")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    doors = {"answer": actions.answer, "judge": actions.judge, "hold": actions.hold_to_account}
    done, typed, errors, refused = tried(
        request, ACTS[act], lambda given: doors[act](finding=pk, actor=actor, at=now, given=given)
    )
    if done is None:
        return page(request, pk, act=act, typed=typed, errors=errors, refused=refused)
    messages.success(request, DONE[act])
    return redirect("oversight-finding", pk=pk)


@login_required
@posted_from("oversight-finding", "pk")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """The city unit or the county adds papers to a finding."""
    actor, now = actor_of(request), timezone.now()
    done, _, _, refused = tried(
        request,
        Nothing,
        lambda given: attaching.attach(finding=pk, actor=actor, at=now, files=stored_files(request)),
    )
    if done is None:
        return page(request, pk, refused=refused)
    messages.success(request, f"已上传 {done} 份附件。")
    return redirect("oversight-finding", pk=pk)


@login_required
@require_GET
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper of a finding this person may see; always downloaded."""
    one = FindingFile.objects.select_related("stored").filter(pk=file, finding=_found(actor_of(request), pk)).first()
    if one is None:
        raise FileMissing("这个问题里没有这份附件；从问题页重新打开。")
    return download(one.stored, one.name)


@login_required
@require_GET
def responsibilities(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = frame(actor, "responsibilities") | {"rows": paged(request, queries.responsibilities(actor))}
    return render(request, "oversight/responsibilities.html", context)


@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came of a responsibility case."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    row = queries.responsibilities(actor).filter(pk=pk).first()
    if row is None:
        raise NothingOverseen("没有这件责任追究；从清单重新打开。")
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.ConsequenceInput,
            lambda given: actions.end_responsibility(responsibility=pk, actor=actor, at=timezone.now(), given=given),
        )
        if done:
            messages.success(request, "处理结果已登记。")
            return redirect("oversight-responsibilities")
    facts = [("责任人", f"{row.person.name}，{row.part}"), ("问题", str(row.finding)), ("事由和依据", row.ground)]
    if row.consequence:
        facts.append(("处理结果", f"{row.get_consequence_display()}：{row.outcome}"))
    context = frame(actor, "responsibilities") | {
        "title": "责任追究",
        "facts": facts,
        "fields": [] if row.consequence else drawn(inputs.ConsequenceInput, typed=typed, errors=errors),
        "trouble": refused,
        "button": "" if row.consequence else "登记处理结果",
    }
    return render(request, "oversight/form.html", context, status=refused.status if refused else 200)
