"""The print views of letters: 非正式 until they are sealed, and saying who printed them when."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.queries import find
from approvals.workbench.chrome import actor_of
from approvals.workbench.letters import sheet_of


@login_required
@require_GET
def letter(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    sheet, event = sheet_of(case, kind)
    context = {"case": case, "sheet": sheet, "event": event, "actor": actor, "now": timezone.now()}
    return render(request, "workbench/letter.html", context)
