"""How is a value of a guide said to people? Column names, enum values, lists and days in Chinese."""

from __future__ import annotations

from typing import Any

from approvals.catalogue.models import (
    Agreement,
    Check,
    ClockStart,
    FieldKind,
    FormField,
    Guide,
    IntermediaryService,
    LicenceEffect,
    Material,
    MaterialForm,
    Necessity,
    Origin,
    PhraseUse,
    PowerType,
    ResultType,
    ReviewPoint,
    SpecialProcedure,
    StandardPhrase,
)
from approvals.catalogue.modes import Mode, SealPath

COLUMNS = {
    field.name: str(field.verbose_name)
    for model in (StandardPhrase, IntermediaryService, ReviewPoint, FormField, Material, Guide)
    for field in model._meta.concrete_fields
} | {
    "review_points": "审查要点",
    "intermediaries": "中介服务",
    "phrases": "常用语",
    "materials": "申请材料",
    "fields": "申请表",
    "limits": "时限",
    "parts": "",
    "item": "事项",
    "items": "事项数",
    "region": "地区",
    "mode": "放权方式",
    "place": "限定范围",
    "document": "依据文件",
    "on": "最后一天",
    "reason": "理由",
    "unit": "单位",
    "number": "编号",
    "title": "标题",
    "issuer": "发文机关",
    "issued_on": "成文日期",
    "address": "网址或地址",
    "hours": "办公时间",
    "phones": "电话",
    "signed_on": "签订日期",
    "announced_on": "公告日期",
    "announcement_url": "公告网址",
    "file": "原文",
    "edition": "版本",
    "replaces": "取代",
    "carried": "接续的放权",
    "export": "全文摘要",
    "diff": "差异摘要",
    "changes": "差异",
    "checked_by": "核对人",
    "code": "代码",
    "main_name": "主项",
    "sub_name": "子项",
    "power_type": "权力类型",
    "remark": "备注",
    "scope_note": "范围说明",
    "keywords": "常用说法",
    "annex": "附件",
    "seq": "序号",
    "rows": "行数",
    "charged": "是否收费",
    "amount_cents": "金额（分）",
    "standard": "收费依据",
    "options": "分档",
}
VALUES = {
    value: str(label)
    for choices in (
        PowerType,
        Mode,
        SealPath,
        Agreement.Status,
        PhraseUse,
        SpecialProcedure,
        LicenceEffect,
        ResultType,
        ClockStart,
        Origin,
        MaterialForm,
        Necessity,
        FieldKind,
        Check,
    )
    for value, label in choices.choices
    if value
} | {"REVIEW": "审核", "DECIDE": "决定"}


def word_of(name: str) -> str:
    """The Chinese name of a column."""
    return COLUMNS.get(name, name)


def said(value: Any) -> str:
    """A value for people; 无 for nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{VALUES.get(key) or word_of(key)} {said(one)}" for key, one in value.items() if one)
    if isinstance(value, list | tuple):
        if all(isinstance(one, dict) for one in value):
            names = [one.get("name") or one.get("text") or one.get("label") or one.get("law") for one in value]
            return "、".join(str(name) for name in names if name) + f"（{len(value)} 条）"
        return "、".join(said(one) for one in value)
    return VALUES.get(str(value), str(value))
