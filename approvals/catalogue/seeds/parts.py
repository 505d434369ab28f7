"""How does one row of a guide file become one part of a guide? One function a file; each refuses a bad cell."""

from __future__ import annotations

from typing import Any

from approvals.catalogue.models import (
    Check,
    Confidence,
    FieldKind,
    FormField,
    Guide,
    IntermediaryService,
    Material,
    MaterialForm,
    Necessity,
    Origin,
    PhraseUse,
    SpecialProcedure,
    StandardPhrase,
)
from approvals.organisations.seedfile import Row


def basis(row: Row) -> dict[str, Any]:
    start, end = row.day_or_none("valid_from"), row.day_or_none("valid_to")
    if start and end and end < start:
        row.refuse("valid_to", "不能早于 valid_from")
    return {
        "law": row.text("law"),
        "article": row.optional("article"),
        "valid_from": start.isoformat() if start else None,
        "valid_to": end.isoformat() if end else None,
        "confidence": row.choice("confidence", Confidence.values),
    }


def procedure(row: Row) -> dict[str, Any]:
    return {
        "kind": row.choice("kind", SpecialProcedure.values),
        "label": row.text("label"),
        "pauses_statutory": row.flag("pauses_statutory"),
        "pauses_promised": row.flag("pauses_promised"),
        "max_days": row.integer("max_days", least=1, most=999),
        "basis": row.text("basis"),
    }


def fee(row: Row) -> dict[str, Any]:
    return {
        "field": row.text("field"),
        "choice": row.text("choice"),
        "amount_cents": row.integer("amount_cents", least=1),
    }


def material(guide: Guide, position: int, row: Row) -> Material:
    necessity = row.choice("necessity", Necessity.values)
    if necessity == Necessity.CONDITIONAL and not row.values["scenario"]:
        row.refuse("scenario", "视情形提交的材料须说明何种情形")
    if necessity == Necessity.TOLERABLE and not guide.tolerance:
        row.refuse("necessity", "办事指南没有开通容缺受理")
    return Material(
        guide=guide,
        position=position,
        name=row.text("name", most=160),
        form=row.choice("form", MaterialForm.values),
        copies=row.integer("copies", least=1, most=99),
        necessity=necessity,
        origin=row.choice("origin", Origin.values),
        reuse=row.optional("reuse", most=120),
        scenario=row.optional("scenario", most=160),
        when=row.optional("when", most=200),
        note=row.optional("note", most=300),
        confidence=row.choice("confidence", Confidence.values),
    )


def form_field(guide: Guide, position: int, row: Row) -> FormField:
    kind = row.choice("kind", FieldKind.values)
    choices = [part.strip() for part in row.optional("choices").split("|") if part.strip()]
    if (kind == FieldKind.CHOICE) != bool(choices):
        row.refuse("choices", "单选字段须列出选项，其他字段不填")
    rule = row.optional("rule")
    if rule not in Check.values:
        row.refuse("rule", f"不认识的校验「{rule}」")
    if not row.text("key", most=40).isidentifier():
        row.refuse("key", "只能用小写字母、数字和下划线")
    return FormField(
        guide=guide,
        position=position,
        key=row.text("key", most=40),
        label=row.text("label", most=60),
        kind=kind,
        unit=row.optional("unit", most=12),
        required=row.flag("required"),
        choices=choices,
        rule=rule,
        hint=row.optional("hint", most=160),
    )


def intermediary(guide: Guide, position: int, row: Row) -> IntermediaryService:
    return IntermediaryService(
        guide=guide,
        position=position,
        name=row.text("name", most=120),
        basis=row.text("basis", most=300),
        provider=row.text("provider", most=200),
        counted=row.flag("counted"),
        days=row.integer("days", most=999) if row.values["days"] else None,
        note=row.optional("note", most=300),
    )


def phrase(guide: Guide, position: int, row: Row, materials: int) -> StandardPhrase:
    number = row.integer("material", least=1, most=999) if row.values["material"] else None
    if number is not None and number > materials:
        row.refuse("material", f"这份指南只有 {materials} 份材料")
    return StandardPhrase(
        guide=guide,
        position=position,
        use=row.choice("use", PhraseUse.values),
        material=number,
        text=row.text("text", most=300),
    )
