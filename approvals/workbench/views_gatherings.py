"""会商与联合踏勘: called, answered, concluded; what a visit found goes into the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.access import visible as visible_cases
from approvals.cases.inputs import Nothing
from approvals.cases.models import Case
from approvals.cases.words import State
from approvals.cases.workflow import HANDLING
from approvals.collaboration import gatherings, inputs, queries, visiting
from approvals.collaboration.access import calls_it, case_seen, gathering_for, may_call, place_of
from approvals.collaboration.models import Gathering, GatheringFile
from approvals.collaboration.words import GatheringKind, GatheringState
from approvals.documents.queries import FileMissing
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Region, Role, SupervisionUnit
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download, stored_files
from approvals.workbench.oversight_frame import asked, drawn, narrowed, paged, tried
from approvals.workbench.posted import posted_from
from approvals.workbench.together_frame import frame

ACTS: dict[str, tuple[Any, Callable[..., Any], str]] = {
    "reply": (inputs.InvitationReply, gatherings.reply, "已答复召集单位。"),
    "conclude": (inputs.ConclusionInput, gatherings.conclude, "纪要和结论已登记，参加单位收到消息。"),
    "call-off": (inputs.ReasonInput, gatherings.call_off, "已取消，参加单位收到消息。"),
    "attach": (Nothing, gatherings.attach, "附件已上传。"),
    "enter": (Nothing, visiting.enter, "踏勘结果已记入办件的现场核查记录。"),
}
WITH_FILES = ("reply", "conclude", "attach")
GIVEN = ("reply", "conclude", "call-off")


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), asked(request, "kind", "state")
    rows = narrowed(queries.gatherings(actor), given, kind=GatheringKind, state=GatheringState)
    context = frame(actor, "gatherings") | given
    context |= {"rows": paged(request, rows), "kinds": GatheringKind.choices, "states": GatheringState.choices}
    return render(request, "together/gatherings.html", context | {"calls": may_call(actor)})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Call units together, about an item or a case."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    number = (request.POST.get("case") or request.GET.get("case", "")).strip()[:24].upper()
    case = case_seen(actor, number) if number else None
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.CallInput,
            lambda given: gatherings.call(actor=actor, at=timezone.now(), given=given, files=stored_files(request)),
        )
        if done:
            messages.success(request, f"已召集{done.get_kind_display()}，{done.members.count()} 个单位收到消息。")
            return redirect("gathering", pk=done.pk)
    defaults = {"case": number, "kind": request.GET.get("kind", ""), "item": request.GET.get("item", "")[:20]}
    fields = drawn(inputs.CallInput, typed=typed, errors=errors, defaults=defaults)
    for one in fields:
        if one.name == "members":
            one.kind, one.choices, one.rows = "units", [], grouped(actor, case, typed.get("members", []))
    context = frame(actor, "gatherings") | {
        "title": "召集会商或联合踏勘",
        "fields": fields,
        "trouble": refused,
        "button": "召集",
        "files": True,
    }
    return render(request, "together/form.html", context, status=refused.status if refused else 200)


def grouped(actor: Actor, case: Case | None, chosen: Any) -> list[dict[str, Any]]:
    """Whom this person may invite: organs and supervision units of the city and of the region, in groups to choose from."""
    city = Region.objects.get(kind=Region.Kind.CITY)
    here = case.region if case else Region.objects.get(code=actor.region)
    picked = set(chosen if isinstance(chosen, list) else [])
    if here == city:
        wide = Organ.objects.filter(kind=Organ.Kind.APPROVAL_BUREAU).exclude(region=city)
        groups: list[tuple[str, Any]] = [("各县（市、区）行政审批局", wide.order_by("region__position", "code"))]
    else:
        groups = [
            (f"{here.name}单位", Organ.objects.filter(region=here).order_by("code")),
            (f"{here.name}监管单位", SupervisionUnit.objects.filter(organ__region=here).order_by("code")),
        ]
    groups += [
        ("市级单位", Organ.objects.filter(region=city).order_by("code")),
        ("市级监管单位", SupervisionUnit.objects.filter(organ__region=city).order_by("code")),
    ]
    return [
        {"label": label, "choices": [(one.code, one.name, one.code in picked) for one in rows]}
        for label, rows in groups
        if rows
    ]


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, actor_of(request), pk)


def page(
    request: HttpRequest,
    actor: Actor,
    pk: int,
    *,
    act: str = "",
    typed: Any = None,
    errors: Any = None,
    refused: Any = None,
) -> HttpResponse:
    """One gathering: what about, who comes, papers, conclusion, record; and the forms of whoever must act next."""
    found = gathering_for(actor, pk)
    mine, calls = place_of(actor, found), calls_it(actor, found)
    open_, caller = found.state == GatheringState.CALLED, calls and found.state == GatheringState.CALLED
    today = timezone.localdate()
    offered = {
        "reply": ("答复邀请", "答复", open_ and mine is not None),
        "conclude": ("登记纪要和结论", "登记", caller),
        "call-off": ("取消", "取消这次召集", caller),
    }
    forms = [
        {
            "act": key,
            "title": title,
            "button": button,
            "files": key in WITH_FILES,
            "fields": drawn(
                ACTS[key][0],
                typed=typed if act == key else None,
                errors=errors if act == key else None,
                defaults={"held_on": today.isoformat()},
            ),
        }
        for key, (title, button, shown) in offered.items()
        if shown
    ]
    context = frame(actor, "gatherings") | {
        "one": found,
        "members": found.members.select_related("organ", "unit", "replied_by").order_by("pk"),
        "files": found.files.select_related("stored").order_by("pk"),
        "forms": forms,
        "attaches": open_ and (mine is not None or calls),
        "enters": may_enter(actor, found),
        "sees_case": found.case_id and Case.objects.filter(visible_cases(actor), pk=found.case_id).exists(),
        "history": queries.history(f"gathering:{found.pk}"),
        "trouble": refused,
    }
    return render(request, "together/gathering.html", context, status=refused.status if refused else 200)


def may_enter(actor: Actor, found: Gathering) -> bool:
    """Whether the reviewer who has the case has still to enter what the visit found."""
    if found.kind != GatheringKind.JOINT_VISIT or found.state != GatheringState.HELD or found.entered_as is not None:
        return False
    case = found.case
    return bool(
        case and actor.role == Role.REVIEWER and case.holder_id == actor.organ and State(case.state) in HANDLING
    )


@login_required
@posted_from("gathering", "pk")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    shape, door, words = ACTS[act]

    def take(given: dict[str, Any]) -> Any:
        more: dict[str, Any] = {"given": given} if act in GIVEN else {}
        more |= {"files": stored_files(request)} if act in WITH_FILES else {}
        return door(gathering=pk, actor=actor, at=now, **more)

    done, typed, errors, refused = tried(request, shape, take)
    if done is None:
        return page(request, actor, pk, act=act, typed=typed, errors=errors, refused=refused)
    messages.success(request, words)
    return redirect("gathering", pk=pk)


@login_required
@require_GET
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper of a gathering this person may see; always downloaded."""
    found = GatheringFile.objects.select_related("stored").filter(
        pk=file, gathering=gathering_for(actor_of(request), pk)
    )
    if (one := found.first()) is None:
        raise FileMissing("这次会商里没有这份附件；从会商页重新打开。")
    return download(one.stored, one.name)
