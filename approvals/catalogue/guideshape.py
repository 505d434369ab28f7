"""Does a guide hold together? Its limits add up, its lists have the shape everybody reads, and its parts point at each other.

Pure over one guide and its parts; asked on every save, on import and before publishing. Days are working days.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from approvals.catalogue.models import FieldKind, FormField, Guide, Material, SpecialProcedure, StandardPhrase

STAGES = {"REVIEW", "DECIDE"}
LEAST_CHOICES = 2


def amiss(guide: Guide) -> dict[str, list[str]]:
    """What is wrong with the columns of a guide, by column; empty where nothing is."""
    found: dict[str, list[str]] = defaultdict(list)
    _limits(guide, found)
    if guide.commitment != bool(guide.commitment_text.strip()):
        found["commitment_text"].append("可告知承诺的须写明承诺内容，不可承诺的留空。")
    for name, label in (("conditions", "条件"), ("service_objects", "服务对象")):
        if not _texts(getattr(guide, name)):
            found[name].append(f"{label}应是一条一条的文字。")
    for number, one in enumerate(_rows(guide, "flow", found), start=1):
        if not one.get("name") or not one.get("by") or not _days(one.get("days")):
            found["flow"].append(f"办理流程第 {number} 步须写明环节和由谁办，工作日是整数。")
    for number, one in enumerate(_rows(guide, "special_procedures", found), start=1):
        if one.get("kind") not in SpecialProcedure.values:
            found["special_procedures"].append(f"可以停表的程序第 {number} 项没有写种类。")
        if not one.get("basis"):
            found["special_procedures"].append("可以停表的程序须写明依据。")
        if not _days(one.get("max_days")) or not one.get("max_days"):
            found["special_procedures"].append(f"可以停表的程序第 {number} 项须写最多停几个工作日。")
    for number, one in enumerate(_rows(guide, "legal_basis", found), start=1):
        _basis(number, one, found)
    _fee(guide, found)
    return dict(found)


def _limits(guide: Guide, found: dict[str, list[str]]) -> None:
    promised, statutory = guide.promised_days, guide.statutory_days
    if promised is not None and statutory is not None and promised > statutory:
        found["promised_days"].append(f"承诺时限不能超过法定时限 {statutory} 个工作日。")
    stages = guide.stage_days
    if not isinstance(stages, dict) or not set(stages) <= STAGES or not all(_days(one) for one in stages.values()):
        found["stage_days"].append("承诺时限的分段应写成审核几日、决定几日。")
    elif promised is not None and sum(one or 0 for one in stages.values()) != promised:
        total = sum(one or 0 for one in stages.values())
        found["stage_days"].append(f"各环节之和应等于承诺时限 {promised} 个工作日，现为 {total}。")


def _basis(number: int, one: dict[str, Any], found: dict[str, list[str]]) -> None:
    days = []
    for name in ("valid_from", "valid_to"):
        try:
            days.append(date.fromisoformat(one[name]) if one.get(name) else None)
        except (ValueError, TypeError):
            found["legal_basis"].append(f"设定依据第 {number} 条的日期应写成 2027-01-01。")
            return
    if not one.get("law"):
        found["legal_basis"].append(f"设定依据第 {number} 条没有写法律法规。")
    if days[0] and days[1] and days[1] < days[0]:
        found["legal_basis"].append("设定依据的失效日期早于施行日期。")


def _fee(guide: Guide, found: dict[str, list[str]]) -> None:
    fee = guide.fee
    options = fee.get("options") or [] if isinstance(fee, dict) else None
    if options is None or not isinstance(options, list) or not _days(fee.get("amount_cents") or 0):
        found["fee"].append("收费应写明是否收费和以分计的金额。")
        return
    for number, one in enumerate(options, start=1):
        if not _is_option(one) or not _days(one.get("amount_cents")):
            found["fee_options"].append(f"收费分档第 {number} 档须写明字段、选项和金额。")


def parts_amiss(
    guide: Guide, *, materials: list[Material], fields: list[FormField], phrases: list[StandardPhrase]
) -> dict[str, list[str]]:
    """Where a part names another part that is not there."""
    found: dict[str, list[str]] = defaultdict(list)
    by_key = {one.key: one for one in fields}
    if again := twice([one.key for one in fields]):
        found["form_fields"] += again
    for field in fields:
        if not _texts(field.choices):
            found["form_fields"].append(f"申请表“{field.label}”的选项应是一条一条的文字。")
        elif field.kind == FieldKind.CHOICE and len(field.choices) < LEAST_CHOICES:
            found["form_fields"].append(f"申请表“{field.label}”是单选，至少写两个选项。")
        if field.kind != FieldKind.CHOICE and field.choices:
            found["form_fields"].append(f"申请表“{field.label}”不是单选，不写选项。")
    for paper in materials:
        key, _, choice = paper.when.partition("=")
        if paper.when and not _offered(by_key, key, choice.split("|")):
            found["materials"].append(f"材料“{paper.name}”由申请表的“{paper.when}”决定，而申请表没有这个字段或者选项。")
    options = guide.fee.get("options") if isinstance(guide.fee, dict) else None
    for one in options if isinstance(options, list) else []:
        if _is_option(one) and not _offered(by_key, one["field"], [one["choice"]]):
            text = f"收费分档按“{one['field']}＝{one['choice']}”，而申请表没有这个字段或者选项。"
            found["fee_options"].append(text)
    positions = {paper.position for paper in materials}
    for phrase in phrases:
        if phrase.material is not None and phrase.material not in positions:
            found["phrases"].append(f"常用语“{phrase.text[:20]}”针对第 {phrase.material} 份材料，而材料没有这一份。")
    return dict(found)


def twice(keys: list[str]) -> list[str]:
    """The form fields whose key another one has already, each as a sentence."""
    return [f"申请表有两行字段“{key}”，改成不同的。" for key in dict.fromkeys(keys) if key and keys.count(key) > 1]


def _offered(fields: dict[str, FormField], key: str, choices: list[str]) -> bool:
    field = fields.get(key)
    if field is None or field.kind != FieldKind.CHOICE:
        return field is not None
    return _texts(field.choices) and set(choices) <= set(field.choices)


def _is_option(one: Any) -> bool:
    """Whether this is a row of a fee by choice: a field and a choice, both in words."""
    return isinstance(one, dict) and all(isinstance(one.get(name), str) and one[name] for name in ("field", "choice"))


def _rows(guide: Guide, name: str, found: dict[str, list[str]]) -> list[dict[str, Any]]:
    rows = getattr(guide, name)
    if isinstance(rows, list) and all(isinstance(one, dict) for one in rows):
        return rows
    found[name].append("应是一行一行的内容。")
    return []


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _days(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
