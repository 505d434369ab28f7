"""The page of one case: everything needed to take the next step, and why it is due on its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.models import Case, File
from approvals.cases.queries import find, why
from approvals.cases.words import State
from approvals.documents.pages import PDF, pages_of, picture_of
from approvals.documents.queries import FileMissing
from approvals.organisations.access import Actor
from approvals.workbench import drafts
from approvals.workbench.casepage import CasePage, consent_words
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download
from approvals.workbench.forms import given_of
from approvals.workbench.lists import Listing
from approvals.workbench.models import Unmasking
from approvals.workbench.papers import may_void, volumes
from approvals.workbench.partystanding import standing_of_case
from approvals.workbench.steps import steps_of
from approvals.workbench.tabs import LISTS, tabs_of
from approvals.workbench.unmasking import left_today, may_unmask
from approvals.workbench.whybox import box_of, pauses_it

TABS = (("step", ""), ("application", "申请信息"), ("opinions", "意见"), ("letters", "文书"), ("log", "经过"))
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


@login_required
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    return page(request, find(number=number, actor=actor), actor)


def page(
    request: HttpRequest,
    found: Case,
    actor: Actor,
    *,
    wanted: str = "",
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    trouble: Mapping[str, Any] | None = None,
    revealed: int | None = None,
    unmask_error: tuple[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The case page: as it stands, or with a refused act's typed words and what was wrong with them.

    `revealed` is the position of the party whose numbers stand there in full, `unmask_error` of whose were refused, and why.
    """
    now, today = timezone.now(), timezone.localdate()
    asked = wanted or request.GET.get("act", "")
    steps = steps_of(found, actor, at=now, wanted=asked, typed=typed, errors=errors)
    draft = None
    if typed is None and steps.chosen and (draft := drafts.kept(user=actor.user, case=found, action=steps.chosen.name)):
        typed = given_of(steps.chosen.serializer, drafts.typed_in(draft.content))
        steps = steps_of(found, actor, at=now, wanted=steps.chosen.name, typed=typed)
    seen = CasePage(found, today, now)
    tab = request.GET.get("tab_of", "step") if not wanted else "step"
    tab = tab if tab in dict(TABS) else "step"
    answering = steps.chosen is not None and steps.chosen.points
    only_key = found.state == State.KEY_POINTS
    context: dict[str, Any] = {
        "section": "desk",
        "case": found,
        "seen": seen,
        "steps": steps,
        "step": steps.chosen,
        "tab": tab,
        "voidable": {one.pk for one in seen.issued if may_void(actor, one)} if tab == "letters" else set(),
        "volume_again": tab == "letters" and volumes(actor).filter(pk=found.pk).exists(),
        "tabs": case_tabs(seen, tab, request),
        "points": seen.points((typed or {}).get("points"), only_key=only_key and answering),
        "answering": answering,
        "paper": chosen_paper(seen, request.GET),
        "trouble": trouble,
        "draft": draft,
        "deciding": tab == "step" and steps.chosen is not None and found.state == State.DECISION,
        "consent_words": consent_words(seen.consent) if seen.consent else [],
        "standing": standing_of_case(found, on=today),
        "back": back_query(request),
        **where_in_list(request, found, actor),
    }
    if tab == "application" and may_unmask(actor):
        context["unmasking"] = {
            "left": left_today(request.user.pk, at=now),
            "grounds": Unmasking.Ground.choices,
            "revealed": revealed,
            "error_at": unmask_error[0] if unmask_error else None,
            "error": unmask_error[1] if unmask_error else "",
        }
    return render(request, "workbench/case.html", context, status=status)


def case_tabs(seen: CasePage, tab: str, request: HttpRequest) -> list[dict[str, Any]]:
    counts = {"opinions": len(seen.opinions), "letters": len(seen.issued) + len(seen.letters), "log": len(seen.log)}
    found = []
    for key, label in TABS:
        query = request.GET.copy()
        query.pop("act", None)
        query["tab_of"] = key
        found.append(
            {"key": key, "label": label or seen.step_words, "count": counts.get(key), "address": query.urlencode()}
        )
    return found


def chosen_paper(seen: CasePage, asked: QueryDict) -> Any:
    """The material in the viewer: the one asked for (`m`, of its files `f`, of a PDF's pages `page`), else the first with
    a file, else the first."""
    papers = seen.papers
    if not papers:
        return None
    wanted = [i for i, one in enumerate(papers) if str(one.material.position) == asked.get("m", "")]
    index = (wanted or [i for i, one in enumerate(papers) if one.files] or [0])[0]
    files = papers[index].files
    file = next((one for one in files if str(one.pk) == asked.get("f", "")), files[-1] if files else None)
    pages = pages_of(file.stored) if file else 0
    typed = asked.get("page", "1")
    page = min(max(int(typed) if typed.isdecimal() and len(typed) < 6 else 1, 1), pages) if pages else 0
    return {
        "view": papers[index],
        "file": file,
        "before": papers[index - 1].material.position if index else "",
        "after": papers[index + 1].material.position if index + 1 < len(papers) else "",
        "pages": pages,
        "page": page,
        "image": file is not None and file.stored.content_type in SHOWN - {PDF},
    }


def back_query(request: HttpRequest) -> str:
    query = request.GET.copy()
    for key in ("act", "m", "f", "page", "tab_of", "which"):
        query.pop(key, None)
    return query.urlencode()


def where_in_list(request: HttpRequest, found: Case, actor: Actor) -> dict[str, Any]:
    """The list one came from: its name, and the cases before and after this one."""
    key = request.GET.get("list", "desk")
    listing = Listing(tabs_of(key, actor.role), request.GET, actor, timezone.localdate())
    before, after = listing.neighbours(found)
    return {
        "list_key": key if key in LISTS else "desk",
        "list_label": listing.tab.label,
        "list_address": listing.address(),
        "before": before,
        "after": after,
    }


@login_required
@require_GET
def why_this_day(request: HttpRequest, number: str) -> HttpResponse:
    """为什么是这一天, day by day: a popover on the case page, a page of its own without script."""
    actor = actor_of(request)
    found = find(number=number, actor=actor)
    which = "statute" if request.GET.get("which") == "statute" else "promise"
    answer = why(found, which=which)
    context = {
        "case": found,
        "answer": answer,
        "box": box_of(found, answer, timezone.localdate(), which=which) if answer else None,
        "stopped": pauses_it(found, which),
        "seen": CasePage(found, timezone.localdate()),
        "which": which,
        "section": "desk",
        "back": back_query(request),
    }
    return render(request, "workbench/why.html", context)


@login_required
@require_GET
def file_page(request: HttpRequest, number: str, pk: int, page: int) -> HttpResponse:
    """One page of a PDF as a picture, for the viewer beside the review points."""
    stored = attached(number, pk, actor_of(request)).stored
    if not 1 <= page <= pages_of(stored):
        raise FileMissing("这份文件没有这一页；从材料清单重新打开。")
    response = HttpResponse(picture_of(stored, page=page), content_type="image/png")
    response["Cache-Control"] = "private, max-age=300"
    return response


def attached(number: str, pk: int, actor: Actor) -> File:
    """A file of a case this person may see. Raises CaseNotFound, FileMissing."""
    found = find(number=number, actor=actor)
    stored = File.objects.select_related("stored", "material").filter(pk=pk, material__case=found).first()
    if stored is None:
        raise FileMissing("这件办件里没有这份文件；从材料清单重新打开。")
    return stored


@login_required
@require_GET
def file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A file of a material: shown where a browser shows it safely, else downloaded under the material's name."""
    stored = attached(number, pk, actor_of(request))
    ending = f".{stored.stored.extension}"
    name = stored.name if stored.name.lower().endswith(ending) else stored.name + ending
    shown = stored.stored.content_type in SHOWN and "download" not in request.GET
    return download(stored.stored, name, shown=shown)
