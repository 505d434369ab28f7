"""What does somebody get who asks the management pages for what makes no sense? The list without it, or a plain refusal.

The stock pages hand much of an address and of a form to the database as it stands: a year 99999, a key of thirty digits, a
field that is none. An address that failed is asked again without its questions, so that a mistake of ours still fails.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from approvals.keys import LONGEST_SEARCH

log = structlog.get_logger(__name__)
MANAGEMENT = "/admin/"
SENSELESS = (ValueError, OverflowError, DataError, FieldDoesNotExist)
SEARCHES = ("q", "term")


class ManagementRequests:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(MANAGEMENT) and any(
            len(request.GET.get(name, "")) > LONGEST_SEARCH for name in SEARCHES
        ):
            asked = request.GET.copy()
            for name in SEARCHES:
                if name in asked:
                    asked[name] = asked[name][:LONGEST_SEARCH]
            request.GET = asked
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only of the management pages, and only what their own reading of a request raises."""
        if not request.path.startswith(MANAGEMENT) or not isinstance(exception, SENSELESS):
            return None
        if request.method in ("GET", "HEAD"):
            if not request.GET:
                return None
            log.warning("management_address_senseless", path=request.path, problem=type(exception).__name__)
            messages.warning(request, "地址里的筛选条件没有意义，已去掉；从清单重新筛选。")
            return HttpResponseRedirect(request.path.removesuffix("export/"))  # else the whole table would leave
        log.error("management_form_senseless", path=request.path, exc_info=exception)
        return render(request, "400.html", status=400)
