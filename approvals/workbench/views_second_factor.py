"""动态口令: how does a person who must show a second factor enrol a phone, and show its digits after the password?"""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods
from django_otp import login

from approvals.organisations import second_factor as factor
from approvals.organisations.models import SecondFactor
from approvals.workbench.chrome import home_of, posts

SECRET = "second_factor_secret"  # the session's key of a secret not yet proved; no other session is shown it


@login_required
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The one address of it: enrolment for those without a phone, else the question for its digits."""
    if not factor.outstanding(request.user, posts=lambda: posts(request)):
        return HttpResponseRedirect(way_on(request))
    device = SecondFactor.objects.filter(user=request.user.pk).first()
    return ask(request, device) if device else enrol(request)


def ask(request: HttpRequest, device: SecondFactor) -> HttpResponse:
    context: dict[str, Any] = {"next": way_on(request)}
    if request.method == "GET":
        return render(request, "workbench/second_factor.html", context)
    checked = factor.check(device=device.pk, code=request.POST.get("code", "")[:40])
    if checked.verified:
        let_in(request, checked.device)
        if len(checked.device.recovery) < len(device.recovery):
            left = len(checked.device.recovery)
            messages.warning(
                request, f"用掉了一个备用码，还剩 {left} 个。手机丢了找安全管理员重置。", extra_tags="amber"
            )
        return HttpResponseRedirect(way_on(request))
    if checked.locked_until:
        context["wait"] = int((checked.locked_until - timezone.now()).total_seconds()) + 1
        return render(request, "workbench/second_factor.html", context, status=429)
    return render(request, "workbench/second_factor.html", context | {"wrong": True}, status=422)


def enrol(request: HttpRequest) -> HttpResponse:
    secret = request.session.get(SECRET)
    if secret is None:
        secret = request.session[SECRET] = factor.new_secret()
    context: dict[str, Any] = {"next": way_on(request)}
    if request.method == "POST":
        kept = factor.enrol(user=request.user, secret=secret, code=request.POST.get("code", "")[:40], at=timezone.now())
        if kept:
            device, codes = kept
            del request.session[SECRET]
            let_in(request, device)
            return render(request, "workbench/second_factor_codes.html", context | {"codes": codes})
        context["wrong"] = True
    picture = segno.make(factor.address_of(request.user, secret), error="m")
    context |= {
        "secret": factor.typed_secret(secret),
        "picture": mark_safe(picture.svg_inline(scale=3)),  # drawn here, holds no text of anybody
    }
    return render(request, "workbench/second_factor_enrol.html", context, status=422 if "wrong" in context else 200)


def let_in(request: HttpRequest, device: SecondFactor) -> None:
    """The session is verified from now on, under a new key."""
    request.session.cycle_key()
    login(request, device)


def way_on(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is here; else where their post begins."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here, secure = {request.get_host()}, request.is_secure()
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=secure):
        return wanted
    mine = posts(request)
    return home_of(mine[0].role) if mine else "/"


@login_required
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """备用码: new ones for those who have a phone; the old ones are good for nothing from then on."""
    device = SecondFactor.objects.filter(user=request.user.pk).first()
    if device is None:
        messages.warning(request, "还没有启用动态口令，没有备用码。", extra_tags="amber")
        return HttpResponseRedirect(way_on(request))
    context: dict[str, Any] = {"next": way_on(request), "left": len(device.recovery)}
    if request.method == "GET":
        return render(request, "workbench/second_factor_renew.html", context)
    checked, codes = factor.renew_recovery(device=device.pk, code=request.POST.get("code", "")[:40])
    if codes:
        return render(request, "workbench/second_factor_codes.html", context | {"codes": codes, "renewed": True})
    if checked.locked_until:
        context["wait"] = int((checked.locked_until - timezone.now()).total_seconds()) + 1
    status = 429 if checked.locked_until else 422
    return render(request, "workbench/second_factor_renew.html", context | {"wrong": True}, status=status)
