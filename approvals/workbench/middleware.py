"""What happens around every page? A refusal becomes a page that says what to do, an idle session ends, an initial
password is changed first, whoever must show a second factor does so first, and nothing personal stays in the cache of a
browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from approvals.errors import Refused
from approvals.organisations.second_factor import outstanding
from approvals.workbench.chrome import posts

SEEN = "seen"  # the session's key of the last minute in which the person did something
MANAGEMENT = "/admin/"
WITHOUT_SECOND_FACTOR = ("second-factor", "logout", "admin:logout")
OTHERS = ("/api/", "/admin/", "/static/", "/healthz", "/readyz")


def without_nul(given: QueryDict) -> QueryDict:
    """The same questions with the one character PostgreSQL keeps in no text replaced by U+FFFD, as HTML does, so that a
    guess stays a guess that finds nothing."""
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        kept.setlist(name.replace("\0", "\ufffd"), [value.replace("\0", "\ufffd") for value in values])
    return kept


class WorkbenchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(MANAGEMENT):
            response = self.guarded(request) if request.user.is_authenticated else self.get_response(request)
            response._csp_update = settings.MANAGEMENT_CSP  # type: ignore[attr-defined]
            return response
        if request.path.startswith(OTHERS):
            return self.get_response(request)
        if "\0" in "".join(value for values in request.GET.lists() for value in values[1]):
            request.GET = without_nul(request.GET)
        if not request.user.is_authenticated:
            return self.get_response(request)
        return self.guarded(request)

    def guarded(self, request: HttpRequest) -> HttpResponse:
        """The page, unless the session was idle for too long or has something to do first."""
        if self.idle(request):
            logout(request)
            return HttpResponseRedirect(f"{reverse('login')}?idle=1&next={request.path}")
        if self.unverified(request):
            return to_second_factor(request)
        changing = (reverse("password"), *map(reverse, WITHOUT_SECOND_FACTOR))
        if request.user.must_change_password and request.path not in changing:
            return HttpResponseRedirect(changing[0])
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

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
        if not isinstance(exception, Refused) or request.path.startswith(OTHERS):
            return None
        return refused(request, exception)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as a page of its own: what, why, and what to do."""
    context = {"title": refusal.title, "detail": refusal.detail, "code": refusal.code}
    return render(request, "workbench/refused.html", context, status=refusal.status)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To the page of the second factor, and afterwards back to what was asked for; a form is not sent on."""
    query = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" and not request.htmx else ""
    address = reverse("second-factor") + query
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
