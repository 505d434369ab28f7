"""What of a request holds the one character that PostgreSQL keeps in no text? U+0000 becomes U+FFFD, as in HTML.

So a guess stays a guess that finds nothing, whoever asks and for what. A path that holds it is the path of no page.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL, STANDS_FOR_IT = "\0", "\ufffd"


class NulMiddleware:
    """Path, questions and cookies, before anybody looks anything up by them; a form is cleaned where it is read first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            if not request.path_info.startswith("/api/"):
                raise Http404
            # No such thing either, told as the API tells.
            request.path_info = request.path_info.replace(NUL, STANDS_FOR_IT)
        if has_nul(request.GET) and not request.path_info.startswith("/api/"):  # where it is refused in words
            request.GET = without_nul(request.GET)
        for name, value in request.COOKIES.items():
            if NUL in value:  # a quoted cookie may say \000
                request.COOKIES[name] = value.replace(NUL, STANDS_FOR_IT)
        return self.get_response(request)


def clean_form(request: HttpRequest) -> None:
    """Clean the fields of a form that was sent; reads the body."""
    if request.method == "POST" and has_nul(request.POST):
        request.POST = without_nul(request.POST)  # type: ignore[assignment]


def has_nul(given: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in given.lists())


def without_nul(given: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        cleaned = [value.replace(NUL, STANDS_FOR_IT) for value in values]
        kept.setlist(name.replace(NUL, STANDS_FOR_IT), cleaned)
    return kept
