"""清单管理, one version of a guide: read it, change a draft, see what it raises, publish it as a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.access import edits_unit
from approvals.catalogue.actions.guides import predecessor, raised_by
from approvals.catalogue.diff import Change, guide_changes
from approvals.catalogue.models import Edition, Guide
from approvals.catalogue.sheeting import guide_sheet
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.workbench import catalogue, guidetext
from approvals.workbench.chrome import actor_of
from approvals.workbench.views_catalogue_acts import day_of

DAYS = (
    "acceptance_days",
    "recheck_days",
    "correction_days",
    "statutory_days",
    "promised_days",
    "delivery_days",
    "claim_days",
    "feedback_days",
)
EMPTY_ALLOWED = ("statutory_days", "promised_days")
FLAGS = ("on_the_spot", "tolerance", "commitment", "on_site", "free_return", "provisional")
TEXTS = ("result_name", "result_validity", "note", "commitment_text", "raise_reason")


@login_required
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    one = (
        Guide.objects.select_related("item__edition", "item__city_unit", "author", "published_by").filter(pk=pk).first()
    )
    if one is None:
        raise Http404
    if not (actor.role == "DECIDER" and actor.organ == one.item.city_unit_id):
        catalogue.must_edit(actor)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return _act(request, one, actor)
        except Invalid as refused:
            trouble = refused.errors
    shown = _shown(one, actor) | {"trouble": trouble}
    if trouble:
        shown["typed"] = request.POST
    return render(request, "catalogue/guide.html", shown, status=422 if trouble else 200)


def _act(request: HttpRequest, one: Guide, actor: Actor) -> HttpResponse:
    at, name = timezone.now(), request.POST.get("act", "")
    if name == "save":
        head, parts = given_of(one, request.POST)
        actions.save_guide(guide=one.pk, head=head, parts=parts, actor=actor, at=at)
        messages.success(request, "已保存，留有前后对照。")
    elif name == "publish":
        done = actions.publish_guide(guide=one.pk, actor=actor, at=at)
        messages.success(request, f"第 {done.version} 版已发布，{done.effective_from} 起施行；在办件不受影响。")
    elif name == "drop":
        actions.drop_guide(guide=one.pk, actor=actor, at=at)
        messages.success(request, "草稿已作废，留有记录。")
        return redirect("catalogue-item", code=one.item.edition.code, item=one.item.code)
    else:
        raise Invalid({"act": ["没有这个动作。"]})
    return redirect("catalogue-guide", pk=one.pk)


def given_of(one: Guide, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The columns and the lists of parts a form holds. Raises Invalid naming every bad line."""
    head: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name in DAYS:
        text = given.get(name, "").strip()
        if not text and name in EMPTY_ALLOWED:
            head[name] = None
        elif text.isdecimal() and len(text) <= 3:
            head[name] = int(text)
        else:
            errors[name] = ["填写工作日数，整数。"]
    head |= {name: given.get(name) == "on" for name in FLAGS}
    head |= {name: given.get(name, "").strip() for name in TEXTS}
    if one.item.edition.is_fixed:
        head["effective_from"] = day_of(given.get("effective_from", ""))
    if head.get("promised_days") is not None:
        review = given.get("review_days", "").strip()
        days = int(review) if review.isdecimal() else 0
        head["stage_days"] = {"REVIEW": days, "DECIDE": max(0, head["promised_days"] - days)}
    cents = given.get("fee_cents", "0").strip()
    if cents.isdecimal():
        charged = given.get("fee_charged") == "on"
        head["fee"] = one.fee | {
            "charged": charged,
            "amount_cents": int(cents) if charged else 0,
            "standard": given.get("fee_standard", "").strip(),
        }
        if not charged:
            head["fee"].pop("options", None)
    else:
        errors["fee_cents"] = ["金额以分计，填写整数。"]
    parts, lists, mistaken = guidetext.read(given)
    if errors | mistaken:
        raise Invalid(errors | mistaken)
    return head | lists, parts


def _shown(one: Guide, actor: Actor) -> dict[str, Any]:
    previous, sheet = predecessor(one), guide_sheet(one)
    draft = one.status == Guide.Status.DRAFT and one.item.edition.status != Edition.Status.CHECKED
    own = one.item.city_unit_id == actor.organ
    changes: list[Change] = guide_changes(guide_sheet(previous), sheet) if previous else []
    return {
        "section": "catalogue",
        "guide": one,
        "item": one.item,
        "edition": one.item.edition,
        "previous": previous,
        "changes": changes,
        "raised": raised_by(one) if draft else [],
        "may_save": draft and edits_unit(actor, one.item.city_unit_id),
        "may_publish": draft
        and one.item.edition.is_fixed
        and own
        and actor.user != one.author_id
        and actor.role in ("ITEM_ADMIN", "DECIDER"),
        "days": [(name, Guide._meta.get_field(name).verbose_name, getattr(one, name)) for name in DAYS],
        "flags": [(name, Guide._meta.get_field(name).verbose_name, getattr(one, name)) for name in FLAGS],
        "texts": guidetext.write(one),
        "typed": None,
    }
