"""接收端: how each unit's system is doing, and what an operator may do: pause, resume, send again; each with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.errors import Invalid, Refused
from approvals.exchange import operating
from approvals.exchange.models import Attempt, Endpoint, EndpointAct, Message
from approvals.organisations.access import Actor
from approvals.organisations.models import User
from approvals.supervision.replaying import replay
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from

LATEST = 20


@login_required
@require_GET
def endpoints(request: HttpRequest) -> HttpResponse:
    return listed(request, actor_of(request))


def listed(
    request: HttpRequest, actor: Actor, *, opened: str = "", trouble: Refused | None = None, reason: str = ""
) -> HttpResponse:
    """The receivers of units with a system of their own, and beside them the one that is open."""
    if not operating.may_operate(actor):
        raise operating.NotOperator("接收端由系统管理员和市协调员操作。")
    waiting = Q(messages__state=Message.State.WAITING)
    rows = (
        Endpoint.objects.exclude(transport=Endpoint.Transport.INBOX)
        .annotate(
            waiting=Count("messages", filter=waiting),
            dead=Count("messages", filter=Q(messages__state=Message.State.DEAD, messages__set_aside_at=None)),
            oldest=Min("messages__created_at", filter=waiting),
        )
        .order_by("name")
    )
    wanted = opened or request.GET.get("endpoint", "")
    chosen = next((one for one in rows if one.code == wanted), None)
    acts = list(EndpointAct.objects.filter(endpoint=chosen).order_by("-sequence")[:LATEST]) if chosen else []
    names = dict(User.objects.filter(pk__in=[act.user for act in acts]).values_list("pk", "name"))
    context = {
        "section": "endpoints",
        "rows": rows,
        "chosen": chosen,
        "acts": [(act, names.get(act.user or 0, "系统")) for act in acts],
        "tries": Attempt.objects.filter(message__endpoint=chosen).order_by("-at")[:LATEST] if chosen else (),
        "trouble": trouble,
        "reason": reason,
        "errors": trouble.errors if isinstance(trouble, Invalid) else {},
    }
    return render(request, "workbench/endpoints.html", context, status=trouble.status if trouble else 200)


@login_required
@posted_from("endpoints")
def operate(request: HttpRequest, code: str) -> HttpResponse:
    actor, what, reason = actor_of(request), request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        said = carried_out(code, what, request, actor, reason)
    except Refused as refused:
        if refused.status == 404:
            raise
        return listed(request, actor, opened=code, trouble=refused, reason=reason)
    messages.success(request, said)
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?endpoint={code}")


def carried_out(code: str, what: str, request: HttpRequest, actor: Actor, reason: str) -> str:
    at = timezone.now()
    match what:
        case "PAUSE":
            operating.pause(endpoint=code, actor=actor, at=at, reason=reason)
            return "已暂停；新的推送留着，恢复后按顺序发出。"
        case "RESUME":
            operating.resume(endpoint=code, actor=actor, at=at, reason=reason)
            return "已恢复，积压的推送正在按顺序发出。"
        case "RESEND":
            return f"已重发 {operating.resend_dead(endpoint=code, actor=actor, at=at, reason=reason)} 条死信。"
        case "REPLAY":
            first, last = number(request, "first"), number(request, "last")
            done = replay(endpoint=code, actor=actor, at=at, reason=reason, first=first or 1, last=last)
            return f"已重新投递 {done} 条；对方按编号认得，重复的不会办两次。"
    raise Invalid({"act": ["没有这种操作。"]})


def number(request: HttpRequest, name: str) -> int | None:
    """A number of the form; None where it is empty. Raises Invalid."""
    text = request.POST.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid({name: ["填写序号，只含数字。"]})
    return int(text) if text else None
