"""清单管理, acting: start a draft, change its head, check, return, publish, give up. One domain call each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from approvals.catalogue import actions
from approvals.errors import Invalid
from approvals.organisations.models import Role
from approvals.workbench import catalogue
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from
from approvals.workbench.telling import tell_role

FIRST_YEAR, LAST_YEAR = 1949, 2200


def day_of(text: str, name: str = "effective_from") -> date:
    """A day of a form. Raises Invalid."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({name: ["填写日期，如 2027-01-01。"]}) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid({name: [f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。"]})
    return day


@login_required
@posted_from("catalogue")
def copy(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    given = request.POST
    edition = actions.copy_edition(
        source=given.get("source", ""),
        code=given.get("code", "").strip(),
        title=given.get("title", "").strip(),
        document=given.get("document", ""),
        effective_from=day_of(given.get("effective_from", "")),
        actor=actor,
        at=timezone.now(),
    )
    messages.success(request, f"《{edition.title}》已起草：{edition.items.count()} 项，逐项改好再核对。")
    return redirect("catalogue-edition", code=edition.code)


@login_required
@posted_from("catalogue-edition", "code")
def act(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    catalogue.must_edit(actor)
    edition = catalogue.edition_named(code)
    name, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    common: dict[str, Any] = {"actor": actor, "at": at}
    if name == "save":
        changes = {
            "title": request.POST.get("title", "").strip(),
            "document": request.POST.get("document", ""),
            "effective_from": day_of(request.POST.get("effective_from", "")),
            "note": request.POST.get("note", "").strip(),
        }
        actions.save_edition(code=code, changes=changes, **common)
        messages.success(request, "已保存，留有前后对照。")
    elif name == "check":
        actions.check_edition(code=code, **common)
        tell_role(Role.COORDINATOR, actor=actor, title=f"《{edition.title}》已核对，等你发布", code=code, at=at)
        messages.success(request, "已核对；请市级协调员发布，起草和核对的人不能发布。")
    elif name == "reopen":
        actions.reopen_edition(code=code, reason=reason, **common)
        messages.success(request, "已退回草拟。")
    elif name == "publish":
        done = actions.publish_edition(code=code, **common)
        tell_role(Role.ITEM_ADMIN, actor=actor, title=f"《{edition.title}》已发布", code=code, at=at)
        messages.success(
            request, f"已发布，{done.edition.effective_from} 起施行；在办件不受影响。摘要 {done.digest[:12]} 已入册。"
        )
    elif name == "drop":
        actions.drop_draft(edition=code, reason=reason, **common)
        messages.success(request, f"《{edition.title}》的草稿已作废，留有记录。")
        return redirect("catalogue")
    else:
        raise Invalid({"act": ["没有这个动作。"]})
    return redirect("catalogue-edition", code=code)
