"""What stands around every page of 承接监督: tabs with what waits, filters, pages, and a form drawn from an input's shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.utils import timezone
from rest_framework import serializers

from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.oversight.queries import waiting
from approvals.workbench.forms import FieldView, fields_of, given_of

A_PAGE = 20
TABS = (
    ("filings", "县级报备", "oversight-filings"),
    ("draws", "抽查", "oversight-draws"),
    ("findings", "问题整改", "oversight-findings"),
    ("responsibilities", "责任追究", "oversight-responsibilities"),
    ("cards", "红黄牌", "oversight-cards"),
    ("take-backs", "收回与交还", "oversight-take-backs"),
    ("metrics", "监督指标", "oversight-metrics"),
)
HEADS = (Role.CHECKER, Role.DECIDER, Role.COORDINATOR)
HIDDEN = {
    "responsibilities": lambda actor: actor.role not in (Role.DECIDER, Role.COORDINATOR),
    "take-backs": lambda actor: actor.role not in HEADS and actor.level != "CITY",
}


def frame(actor: Actor, tab: str) -> dict[str, Any]:
    """The context every page here shares: the tabs this person has, and how much waits under each."""
    counts = waiting(actor, on=timezone.localdate())
    tabs = [
        {"key": key, "label": label, "route": route, "count": counts.get(key, 0)}
        for key, label, route in TABS
        if key not in HIDDEN or not HIDDEN[key](actor)
    ]
    return {"section": "oversight", "tab": tab, "oversight_tabs": tabs, "actor": actor, "on": timezone.localdate()}


def paged(request: HttpRequest, rows: Any) -> Page:
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))


def asked(request: HttpRequest, *keys: str) -> dict[str, str]:
    """The filters of the address, cut to what a filter may hold; empty ones are empty texts."""
    return {key: request.GET.get(key, "").strip()[:60] for key in keys}


def narrowed(rows: QuerySet[Any], given: Mapping[str, str], **kinds: type[TextChoices]) -> QuerySet[Any]:
    """Only the rows of what was chosen under each name; a value nobody offers narrows nothing."""
    return rows.filter(**{name: given[name] for name, kind in kinds.items() if given[name] in kind.values})


def drawn(
    serializer: type[serializers.Serializer],
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    defaults: Mapping[str, Any] | None = None,
    choices: Mapping[str, list[tuple[str, str]]] | None = None,
) -> list[FieldView]:
    """The fields of an input as a template draws them; a field with `choices` of its own becomes a list to choose from."""
    views = fields_of(serializer, values=typed or {}, errors=errors or {}, defaults=defaults or {})
    for view in views:
        if choices and view.name in choices:
            view.kind, view.choices, view.value = "select", choices[view.name], str(view.value)
    return views


def tried(
    request: HttpRequest, serializer: type[serializers.Serializer], act: Callable[[dict[str, Any]], Any]
) -> tuple[Any, dict[str, Any], dict[str, list[str]], Refused | None]:
    """(done, typed, errors, refused): what an act left, or what was typed and why it was not done. A 404 goes on."""
    typed = given_of(serializer, request.POST)
    try:
        return act(typed), typed, {}, None
    except Invalid as wrong:
        return None, typed, wrong.errors, wrong
    except Refused as refused:
        if refused.status == 404:
            raise
        return None, typed, {}, refused
