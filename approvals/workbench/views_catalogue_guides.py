"""清单管理, one version of a guide: read it, change a draft, see what it raises, publish it as a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.access import edits_unit
from approvals.catalogue.actions.guides import predecessor, raised_by
from approvals.catalogue.diff import Change, guide_changes
from approvals.catalogue.models import ClockStart, Edition, Guide, LicenceEffect, ResultType
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
NUMBERS = (*DAYS, "validity_months")
EMPTY_ALLOWED = ("statutory_days", "promised_days", "validity_months")
CHOICES: dict[str, tuple[str, type[TextChoices]]] = {
    "clock_start": ("limits", ClockStart),
    "result_type": ("result", ResultType),
    "licence_effect": ("result", LicenceEffect),
}
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
    typed = request.POST if trouble and request.POST.get("act") == "save" else None
    shown = _shown(one, actor, typed) | {"trouble": trouble}
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
    errors: dict[str, list[str]] = {}
    head = {name: _number(given, name, errors) for name in NUMBERS}
    head |= {name: given.get(name) == "on" for name in FLAGS}
    head |= {name: given.get(name, "").strip() for name in TEXTS}
    for name, (_, choices) in CHOICES.items():
        if given.get(name) not in choices.values:
            errors[name] = [f"选择{Guide._meta.get_field(name).verbose_name}。"]
        head[name] = given.get(name, "")
    if one.item.edition.is_fixed:
        head["effective_from"] = day_of(given.get("effective_from", ""))
    review = given.get("review_days", "").strip()
    if (
        head["promised_days"] is not None
        and review.isdecimal()
        and len(review) <= 4
        and int(review) <= head["promised_days"]
    ):
        head["stage_days"] = {"REVIEW": int(review), "DECIDE": head["promised_days"] - int(review)}
    elif head["promised_days"] is not None:
        errors["review_days"] = ["承诺时限里审核用几个工作日，填整数，不超过承诺时限。"]
    parts, lists, mistaken = guidetext.read(given)
    head["fee"] = _fee(one, given, lists.pop("fee_options", None), errors)
    if errors | mistaken:
        raise Invalid(errors | mistaken)
    return head | lists, parts


def _number(given: Mapping[str, str], name: str, errors: dict[str, list[str]]) -> int | None:
    text = given.get(name, "").strip()
    if text.isdecimal() and len(text) <= 4:
        return int(text)
    if text or name not in EMPTY_ALLOWED:
        errors[name] = [f"{Guide._meta.get_field(name).verbose_name}填整数。"]
    return None


def _fee(
    one: Guide, given: Mapping[str, str], options: list[dict[str, Any]] | None, errors: dict[str, list[str]]
) -> dict[str, Any]:
    """What is charged, in 分; typed in yuan. `options` None: the tiers were not on the page."""
    charged = given.get("fee_charged") == "on"
    cents = guidetext.cents_of(given.get("fee_yuan", "") or "0")
    if cents is None:
        errors["fee_yuan"] = ["金额填元，如 80 或 80.50。"]
    tiers = one.fee.get("options") or [] if options is None else options
    if tiers and not charged:
        errors["fee_charged"] = ["有收费分档的须勾上“收费”；不收费的把分档清空。"]
    fee = {"charged": charged, "amount_cents": (cents or 0) if charged else 0}
    fee["standard"] = given.get("fee_standard", "").strip()
    return fee | ({"options": tiers} if tiers else {})


def _said(one: Guide, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """The columns as the form shows them, by name: as they are, or as they were typed."""
    names = (*NUMBERS, *TEXTS, *CHOICES)
    if typed is not None:
        said: dict[str, Any] = {
            name: typed.get(name, "") for name in (*names, "review_days", "fee_yuan", "fee_standard")
        }
        return said | {name: typed.get(name) == "on" for name in (*FLAGS, "fee_charged")}
    said = {name: "" if getattr(one, name) is None else getattr(one, name) for name in names}
    said |= {"review_days": one.stage_days.get("REVIEW", 0), "fee_yuan": guidetext.yuan(one.fee.get("amount_cents"))}
    said |= {"fee_standard": one.fee.get("standard", ""), "fee_charged": bool(one.fee.get("charged"))}
    return said | {name: getattr(one, name) for name in FLAGS}


def _named(names: Iterable[str], said: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(name, str(Guide._meta.get_field(name).verbose_name), said[name]) for name in names]


def _shown(one: Guide, actor: Actor, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    previous, sheet = predecessor(one), guide_sheet(one)
    draft = one.status == Guide.Status.DRAFT and one.item.edition.status != Edition.Status.CHECKED
    own = one.item.city_unit_id == actor.organ
    said = _said(one, typed)
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
        "said": said,
        "days": _named(DAYS, said),
        "flags": _named(FLAGS, said),
        "choices": [
            (place, name, label, kind.choices, value)
            for (place, kind), (name, label, value) in zip(CHOICES.values(), _named(CHOICES, said), strict=True)
        ],
        "tables": guidetext.tables(one, typed),
        "effective_from": (typed or {}).get("effective_from") or one.effective_from.isoformat(),
    }
