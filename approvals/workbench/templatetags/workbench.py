"""How are lights, badges, days and numbers said on a page? Tags and filters of every template.

Dates in lists of the current year are short (03-18 周三); identity numbers and mobiles are masked.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from approvals.cases.queries import Light, estimated
from approvals.cases.words import Action, Step
from approvals.organisations import masks
from approvals.organisations.models import Region
from approvals.workbench.regions import chosen_region

register = template.Library()
WEEKDAYS = "一二三四五六日"
SPOKEN = {"GREEN": "在期限内", "YELLOW": "即将到期", "RED": "已超期", "PAUSED": "停表", "NONE": "不计时"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite; silent beside a word, named when it stands alone."""
    place = f"{static('workbench/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, place)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', place)


@register.simple_tag
def light(one: Light | None, size: str = "", words: str = "") -> SafeString:
    """A light: shape, colour and words; `size` "tiny" for the statutory one."""
    one = one or Light("NONE", None, "不计时")
    return format_html(
        '<span class="light {} {}"><svg role="img" aria-label="{}"><use href="{}#light-{}"/></svg>{}</span>',
        one.colour,
        size,
        SPOKEN[one.colour],
        static("workbench/icons.svg"),
        one.colour.lower(),
        words or one.words,
    )


@register.simple_tag
def workdays(setting: str) -> str:
    """A limit as it is set: {% workdays "PROPOSAL_ANSWER_WORKDAYS" %} is 5 个工作日."""
    return f"{getattr(settings, setting)} 个工作日"


@register.inclusion_tag("workbench/of_region.html", takes_context=True)
def of_region(context: Context) -> dict[str, str]:
    """The region a list is narrowed to, with the way back to all of them; nothing where it is not."""
    request, code = context["request"], chosen_region(context["request"])
    region = Region.objects.filter(code=code).first() if code else None
    query = request.GET.copy()
    for key in ("region", "page"):
        query.pop(key, None)
    return {"region": region.name if region else code, "here": f"?{query.urlencode()}"}


@register.filter
def short_day(value: date | None) -> str:
    """03-18 周三 in this year, 2025-12-31 周三 otherwise."""
    if value is None:
        return "—"
    written = f"{value:%m-%d}" if value.year == timezone.localdate().year else value.isoformat()
    return f"{written} 周{WEEKDAYS[value.weekday()]}"


@register.filter
def full_day(value: date | None) -> str:
    return f"{value.isoformat()} 周{WEEKDAYS[value.weekday()]}" if value else "—"


@register.filter
def estimate(value: date | None) -> SafeString | str:
    """The mark of a due day that lies beyond the published holidays, empty otherwise."""
    return mark_safe(' <span class="badge outline" title="放假安排还没有公布">预计</span>') if estimated(value) else ""


@register.filter
def letter_day(value: date | None) -> str:
    """2026 年 3 月 18 日, as letters write it."""
    return f"{value.year} 年 {value.month} 月 {value.day} 日" if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """03-09 15:20 in this year, with the year otherwise; Shanghai time."""
    if value is None:
        return "—"
    there = timezone.localtime(value)
    return f"{there:%m-%d %H:%M}" if there.year == timezone.localdate().year else f"{there:%Y-%m-%d %H:%M}"


@register.filter
def capped(value: int) -> str:
    """A count as a tab shows it: at most 99+."""
    return "99+" if value > 99 else str(value)


@register.filter
def thousands(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """The entry of a mapping under a key, empty when there is none."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def pairs(mapping: dict[str, Any]) -> list[tuple[str, Any]]:
    """What `.items` gives; with the dot a template takes the entry named items, where there is one."""
    return list(mapping.items())


register.filter("masked_id", masks.document)
register.filter("masked_mobile", masks.mobile)
register.filter("masked_name", masks.name)


@register.filter
def dotless(name: str) -> str:
    """A dotted field name as the id its widget carries."""
    return name.replace(".", "-")


@register.filter
def answered(points: list[Any]) -> int:
    return sum(bool(point.answer) for point in points)


@register.filter
def action_words(action: str) -> str:
    return Action(action).label if action in Action.values else action


BUTTONS = {
    Action.RECOMMEND: "提交审查意见",
    Action.FORWARD: "签发并转报市级",
    Action.CONFIRM_POINTS: "提交复核意见",
    Action.APPROVE: "决定准予许可",
    Action.DENY: "决定不予许可",
    Action.ACCEPT: "受理",
    Action.REQUEST_CORRECTION: "发出补正告知",
    Action.RESUBMIT: "收下补正材料",
    Action.AMEND: "保存更正",
    Action.RECORD_FEE: "登记缴费",
    Action.RECORD_VISIT: "登记踏勘",
    Action.INFORM_OTHERS: "发出告知书",
    Action.DELIVER: "登记送达",
    Action.ASSIGN: "指派",
}


@register.filter
def button_words(step: Any) -> str:
    """The verb on the button of a step, with its object when not obvious."""
    if step.name == Step.DECLINE:
        return "退回提出人"
    action = Action(step.offer.row.action)
    if step.offer.step == Step.PROPOSE:
        return f"提出{action.label}"
    return BUTTONS.get(action, action.label)


@register.filter
def needs(step: Any, points: list[Any]) -> dict[str, Any]:
    """What is still missing for a step: unanswered points, empty fields, and what no field of the form cures."""
    labels = {field.name: field.label for field in step.fields}
    filled = {field.name for field in step.fields if field.value not in ("", None, [], {}, False)}
    fields: dict[str, str] = {}
    outside = []
    for blocker in step.missing:
        base = blocker.field.split(".")[0]
        if base == "points":
            continue
        if base and base in labels:
            if base not in filled:
                fields[base] = labels[base]
        else:
            outside.append(blocker.text)
    unanswered = [point.position for point in points if not point.answer] if step.points else []
    return {
        "points": unanswered,
        "fields": list(fields.items()),
        "outside": outside,
        "count": len(unanswered) + len(fields) + len(outside),
    }
