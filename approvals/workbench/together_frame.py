"""What stands around every page of 检查与会商: tabs with what waits for this person."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from approvals.collaboration.queries import waiting
from approvals.organisations.access import Actor
from approvals.organisations.models import Role

PLANNERS = (Role.SUPERVISOR, Role.COORDINATOR)
TABS = (
    ("inspections", "检查计划", "inspection-plans", PLANNERS),
    ("officers", "检查人员", "inspection-officers", (Role.SUPERVISOR,)),
    ("gatherings", "会商踏勘", "gatherings", ()),
)


def frame(actor: Actor, tab: str) -> dict[str, Any]:
    """The context every page here shares."""
    counts = waiting(actor, on=timezone.localdate())
    tabs = [
        {"key": key, "label": label, "route": route, "count": counts.get(key, 0)}
        for key, label, route, roles in TABS
        if not roles or actor.role in roles
    ]
    return {"section": "together", "tab": tab, "together_tabs": tabs, "actor": actor, "on": timezone.localdate()}
