"""Where does the address of a form lead whoever opens it? To the page the form stands on, never to an empty answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponseBase]


def posted_from(route: str, *kept: str) -> Callable[[View], View]:
    """A view that takes a form of the page `route`, whose address has the parts `kept` of its own.

    A refusal leaves the page at the form's address: its `?…` links, a reload from the bar and the way back after signing
    in again all open that address, and find the page with the same query.
    """

    def taking(view: View) -> View:
        taken = require_POST(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return taken(request, *args, **parts)
            query = request.GET.urlencode()
            page = reverse(route, kwargs={name: parts[name] for name in kept})
            return redirect(f"{page}?{query}" if query else page)

        return answer

    return taking
