"""How is a value of a guide said to people? Column names, enum values, lists and days in Chinese."""

from __future__ import annotations

from typing import Any

from approvals.catalogue.models import (
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
    ResultType,
    ReviewPoint,
    SpecialProcedure,
    StandardPhrase,
)

COLUMNS = {
    field.name: str(field.verbose_name)
    for model in (StandardPhrase, IntermediaryService, ReviewPoint, FormField, Material, Guide)
    for field in model._meta.concrete_fields
} | {
    "review_points": "审查要点",
    "intermediaries": "中介服务",
    "phrases": "常用语",
    "charged": "是否收费",
    "amount_cents": "金额（分）",
    "standard": "收费依据",
    "options": "分档",
}
VALUES = {
    value: str(label)
    for choices in (
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
