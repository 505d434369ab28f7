"""电子送达 at the public counter: the applicant confirms with number and code, and then fetches the papers."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from approvals.cases.models import Case
from approvals.cases.serving import acknowledge, papers_for_applicant
from approvals.documents.queries import FileMissing
from approvals.workbench.files import download
from approvals.workbench.posted import posted_from
from approvals.workbench.public.arrival import arrival_of
from approvals.workbench.public.forms import ProgressForm
from approvals.workbench.public.limits import client_address
from approvals.workbench.public.progress import look_up, opened_by
from approvals.workbench.views_public import give_back_a_look, note_a_wrong_look, page, public, spend_a_look

log = structlog.get_logger(__name__)


@never_cache
@posted_from("public-progress")
@public
def confirm(request: HttpRequest) -> HttpResponse:
    """The applicant confirms that the result has arrived; then the papers stand on the page. Repeating it does nothing."""
    case, form = _opened(request)
    if case is None:
        return page(request, "progress_ask", {"form": form, "unknown": True}, status=404)
    now = timezone.now()
    arrival = arrival_of(case)
    waits = arrival is not None and arrival.offered and not arrival.ready
    if not waits and (arrival is None or arrival.served is None):
        acknowledge(case=case, at=now)
    found = look_up(number=case.number, code=form.cleaned_data["code"], at=now)
    return page(request, "progress", {"one": found, "code": form.cleaned_data["code"], "confirmed": True})


@never_cache
@posted_from("public-progress")
@public
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One signed paper of a result that was served online; who fetched it is logged by case."""
    case, form = _opened(request)
    if case is None:
        return page(request, "progress_ask", {"form": form, "unknown": True}, status=404)
    arrival = arrival_of(case)
    found = next((one for one in papers_for_applicant(case) if one.pk == pk), None)
    if arrival is None or not arrival.papers or found is None or found.file is None:
        raise FileMissing("这份文书不能在这里取；回到办件进度页看还能取哪些。")
    log.warning("letter_fetched_by_applicant", letter=found.pk, subject=case.number)
    return download(found.file, f"{found.title} {found.number}.pdf")


def _opened(request: HttpRequest) -> tuple[Case | None, ProgressForm]:
    """The case that number and code of the form open, tries counted as on the page of progress."""
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return None, form
    number, address = form.cleaned_data["number"], client_address(request)
    spend_a_look(number, address)
    case = opened_by(number=number, code=form.cleaned_data["code"])
    if case is None:
        note_a_wrong_look(number)
    else:
        give_back_a_look(number, address)
    return case, form
