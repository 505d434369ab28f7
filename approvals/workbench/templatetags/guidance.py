"""What is known of an item, beside the work on it: the newest answers and typical cases, and the way to ask the city."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from approvals.guidance.access import may_ask
from approvals.guidance.knowledge import known
from approvals.workbench.chrome import actor_of

register = template.Library()
SHOWN = 3


@register.inclusion_tag("guidance/beside.html", takes_context=True)
def beside(context: RequestContext, item: str, case_number: str = "") -> dict[str, Any]:
    """The panel for an item code; with a case number, a question is asked about that case. One statement."""
    actor = actor_of(context["request"])
    found = list(known(actor, item=item)[: SHOWN + 1])
    return {
        "item": item,
        "case_number": case_number,
        "articles": found[:SHOWN],
        "more": len(found) > SHOWN,
        "may_ask": may_ask(actor),
    }
