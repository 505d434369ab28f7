"""看明文: the application's page with the full numbers of one party, this once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from approvals.cases.queries import find
from approvals.errors import Invalid
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from
from approvals.workbench.unmasking import unmask
from approvals.workbench.views_case import page


@login_required
@posted_from("case", "number")
def unmasked(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Shown in the answer to the form only: whoever opens the address finds the masks again."""
    actor = actor_of(request)
    found = find(number=number, actor=actor)
    ground = request.POST.get("ground", "")
    try:
        party = unmask(case=found, position=position, actor=actor, ground=ground, at=timezone.now())
    except Invalid as invalid:
        return page(request, found, actor, unmask_error=(position, invalid.detail), status=invalid.status)
    return page(request, found, actor, revealed=party.position)
