"""What happens around every page? A refusal becomes a page that says what to do, an idle session ends, an initial
password is changed first, whoever must show a second factor does so first, and nothing personal stays in the cache of a
browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import logout
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from approvals.errors import Busy, Refused, waited_too_long_for_lock
from approvals.organisations.second_factor import outstanding
from approvals.workbench import drafts
from approvals.workbench.bodies import BodyTooBig, refuse_large
from approvals.workbench.chrome import posts
from approvals.workbench.nul import clean_form
from approvals.workbench.sitting import superseded

SEEN = "seen"  # the session's key of the last minute in which the person did something
MANAGEMENT = "/admin/"
WITHOUT_SECOND_FACTOR = ("second-factor", "logout", "admin:logout")
UNSEEN = ("/static/", "/healthz", "/readyz")
OTHERS = ("/api/", "/admin/", "/static/", "/healthz", "/readyz")


ENDED = {
    "idle": "长时间没有操作，会话已结束",
    "elsewhere": "这个账号在别处登录，本处会话已结束",
}
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}


def bears_token(request: HttpRequest) -> bool:
    """Whether the interface will ask for a token and look at no session."""
    kind = request.headers.get("Authorization", "").partition(" ")[0]
    return request.path.startswith("/api/") and kind.lower() == "bearer"


class WorkbenchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(UNSEEN):
            return self.get_response(request)
        try:
            refuse_large(request)
        except BodyTooBig as refusal:
            return refused(request, refusal)
        if ended := self.ended(request):
            return self.leave(request, ended)
        if request.path.startswith(MANAGEMENT):
            response = self.guarded(request) if request.user.is_authenticated else self.get_response(request)
            response._csp_update = settings.MANAGEMENT_CSP  # type: ignore[attr-defined]
            return response
        if request.path.startswith(OTHERS):
            return self.get_response(request)
        if not request.user.is_authenticated:
            answer = self.get_response(request)
            return render(request, "401.html", status=401) if request.htmx and to_login(answer) else answer
        return self.guarded(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> None:
        """After the length and the token of the form are found in order, before the page looks at it."""
        if not request.path.startswith("/api/"):
            clean_form(request)

    def guarded(self, request: HttpRequest) -> HttpResponse:
        """The page, unless the person has something to do first."""
        if self.unverified(request):
            return to_second_factor(request)
        changing = (reverse("password"), *map(reverse, WITHOUT_SECOND_FACTOR))
        if request.user.must_change_password and request.path not in changing:
            return HttpResponseRedirect(changing[0])
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def ended(self, request: HttpRequest) -> str:
        """Why the session is over: "elsewhere", "idle", or "" while it is not. A token at the interface needs no session."""
        if bears_token(request) or not request.user.is_authenticated:
            return ""
        if superseded(request):
            return "elsewhere"
        return "idle" if self.idle(request) else ""

    def leave(self, request: HttpRequest, why: str) -> HttpResponse:
        """End the session: keep what was just sent, say why, and lead back to where the person was.

        A form sent by script stays on the screen: the files chosen in it are nowhere else.
        """
        if request.path.startswith("/api/"):
            logout(request)
            told = {"type": "/problems/session-ended", "title": "会话已结束", "status": 401, "code": "session-ended"}
            return JsonResponse(
                told | {"detail": f"{ENDED[why]}；重新登录后再试。"},
                status=401,
                content_type="application/problem+json",
                headers=CHALLENGE,
            )
        clean_form(request)
        kept = drafts.keep_what_was_sent(request, at=timezone.now())
        query = {why: "1"} | ({"kept": "1"} if kept else {}) | {"next": self.back_to(request)}
        logout(request)
        if request.htmx and request.method == "POST":
            return render(request, "401.html", {"why": ENDED[why], "kept": kept}, status=401)
        address = f"{reverse('login')}?{urlencode(query, safe='/')}"
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)

    def back_to(self, request: HttpRequest) -> str:
        """The page to come back to: the one asked for, or the one a form or a fragment belongs to."""
        if request.method == "GET" and not request.htmx:
            return request.get_full_path()
        if request.htmx:
            return request.htmx.current_url_abs_path or "/"
        place = urlsplit(request.headers.get("Referer", ""))
        here = place.netloc == request.get_host()
        return urlunsplit(("", "", place.path, place.query, "")) if here and place.path else "/"

    def unverified(self, request: HttpRequest) -> bool:
        """Whether this address has to wait for the second factor; those to show it and to leave never do."""
        if not request.user.is_authenticated or request.path in map(reverse, WITHOUT_SECOND_FACTOR):
            return False
        return outstanding(request.user, posts=lambda: posts(request))

    def idle(self, request: HttpRequest) -> bool:
        """Whether nobody did anything for too long; the time is written once a minute at most."""
        now, seen = int(time.time()), request.session.get(SEEN)
        if seen is not None and now - seen > settings.IDLE_MINUTES * 60:
            return True
        if seen is None or now - seen >= 60:
            request.session[SEEN] = now
        return False

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(OTHERS):
            return None
        if isinstance(exception, OperationalError) and waited_too_long_for_lock(exception):
            exception = Busy()
        return refused(request, exception) if isinstance(exception, Refused) else None


def to_login(answer: HttpResponse) -> bool:
    """Whether a stranger was sent to the login; a script that follows would put it in the place of what is typed."""
    return isinstance(answer, HttpResponseRedirect) and urlsplit(answer.url).path == reverse("login")


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as a page of its own: what, why, and what to do; a form sent by script says it above what is typed."""
    context = {"title": refusal.title, "detail": refusal.detail, "code": refusal.code}
    return render(request, "workbench/refused.html", context, status=refusal.status)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To the page of the second factor, and afterwards back to what was asked for; a form is not sent on."""
    query = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" and not request.htmx else ""
    address = reverse("second-factor") + query
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
