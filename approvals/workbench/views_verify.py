"""查验文书: anybody asks whether a paper is ours, by its file or by the code printed on it. No login; counted."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from approvals.cases.models import Party
from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter
from approvals.documents.verification import by_code, refuse_length, verify
from approvals.documents.voiding import ending_of
from approvals.errors import Refused
from approvals.organisations import masks
from approvals.workbench.public.limits import client_address, spend
from approvals.workbench.views_public import page, public

BETWEEN = re.compile("[、，,；;]")
DETAIL = "这个地址查验得太频繁；过一会儿再来。"


def _count(request: HttpRequest) -> None:
    spend(
        "verify",
        client_address(request),
        most=settings.VERIFICATIONS_PER_ADDRESS,
        minutes=settings.VERIFICATIONS_MINUTES,
        detail=DETAIL,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def document(request: HttpRequest) -> HttpResponse:
    """Upload a file, or type the code of a paper."""
    if request.method != "POST":
        return page(request, "verify", {})
    _count(request)
    if code := request.POST.get("code", "").strip():
        return redirect("verify-code", code="".join(char for char in code.upper() if char.isalnum())[:20] or "0")
    file = request.FILES.get("file")
    if file is None:
        return page(request, "verify", {"missing": True}, status=422)
    try:
        refuse_length(file.size)
        answer = verify(file.read(), at=timezone.now())
    except Refused as refusal:
        return page(request, "verify", {"refusal": refusal}, status=refusal.status)
    return page(request, "verify", {"answer": answer, "name": file.name})


@require_safe
@never_cache
@public
def code(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says of the paper that bears this code; its reader compares it with the paper in hand."""
    _count(request)
    letter = by_code(code)
    if letter is None:
        return page(request, "verify", {"unknown": code[:20]}, status=404)
    content = letter.content
    ending = ending_of(letter, on=timezone.localdate())
    context = {
        "letter": letter,
        "ending": ending,
        "good": letter.state == Letter.State.MADE and ending is None,
        "licence": content if letter.kind == LetterKind.LICENCE else None,
        "item": content.get("item_name", ""),
        "to": _addressees(letter, content),
    }
    return page(request, "verify", context)


def _addressees(letter: Letter, content: dict[str, Any]) -> str:
    """To whom a paper went, each name masked by itself; who is not in the register of the case may be a person."""
    told_to_others = letter.kind == LetterKind.HEARING_NOTICE  # 利害关系人, as the reviewer wrote them down
    to = content.get("to", "") if told_to_others else content.get("applicant") or content.get("to", "")
    kinds = dict(Party.objects.filter(case__number=letter.subject).values_list("name", "kind"))
    persons = told_to_others or content.get("you") == "你" or Party.Kind.PERSON in kinds.values()
    unknown = Party.Kind.PERSON if persons else ""
    names = [name.strip() for name in BETWEEN.split(to)]
    return "、".join(masks.party(name, kinds.get(name, unknown)) for name in names if name)
