"""Which guide has each item? Its own where one was compiled, otherwise a provisional one put together from templates.

In the guide files the column `guide` holds an item code or the name of a template; `guides_provisional.csv` says which
templates an item without its own guide takes. The first template gives the limits; all give papers, fields, points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from approvals.catalogue import scenarios
from approvals.catalogue.models import (
    ClockStart,
    Confidence,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    LicenceEffect,
    Material,
    ResultType,
    ReviewPoint,
    StandardPhrase,
)
from approvals.catalogue.seeds import parts as rows_to
from approvals.catalogue.seeds.places import read
from approvals.catalogue.seeds.printed import Printed
from approvals.organisations.seedfile import Row, SeedMalformed

GUIDE_COLUMNS = (
    "guide acceptance_days acceptance_confidence recheck_days correction_days statutory_days statutory_confidence "
    "promised_days promised_confidence clock_start delivery_days review_stage_days decide_stage_days claim_days "
    "feedback_days on_the_spot tolerance commitment commitment_text on_site free_return fee_charged fee_standard "
    "fee_confidence result_name result_type result_validity validity_months result_confidence licence_effect service_objects "
    "note"
)
PROVISIONAL_COLUMNS = "item templates statutory_days clock_start promised_days result_name result_type licence_effect"
PARTS = {
    "guide_conditions.csv": "guide text",
    "guide_basis.csv": "guide law article valid_from valid_to confidence",
    "guide_procedures.csv": "guide kind label pauses_statutory pauses_promised max_days basis",
    "guide_fees.csv": "guide field choice amount_cents",
    "guide_materials.csv": "guide name form copies necessity origin reuse scenario when note confidence",
    "guide_fields.csv": "guide key label kind unit required choices rule hint",
    "guide_points.csv": "guide text key",
    "guide_intermediaries.csv": "guide name basis provider counted days note",
    "guide_phrases.csv": "guide use material text",
}


@dataclass
class Guided:
    """Guides with their parts, unsaved."""

    guides: list[Guide] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    form_fields: list[FormField] = field(default_factory=list)
    review_points: list[ReviewPoint] = field(default_factory=list)
    intermediaries: list[IntermediaryService] = field(default_factory=list)
    phrases: list[StandardPhrase] = field(default_factory=list)


def read_guided(folder: Path, printed: Printed) -> Guided:
    """One guide for every item. Raises SeedMalformed, also for an item without any."""
    heads = {row.text("guide"): row for row in read(folder, "guides.csv", GUIDE_COLUMNS, "guide")}
    provisional = {row.text("item"): row for row in read(folder, "guides_provisional.csv", PROVISIONAL_COLUMNS, "item")}
    parts = {name: _by_guide(read(folder, name, columns)) for name, columns in PARTS.items()}
    _known_names(heads, provisional, parts, printed.items)
    found = Guided()
    for code, item in printed.items.items():
        override = None if code in heads else provisional.get(code)
        if code not in heads and override is None:
            raise SeedMalformed("guides_provisional.csv", 0, "item", f"事项 {code} 没有办事指南")
        sources = [code] if override is None else override.codes("templates")
        _add(found, item, heads, sources, override, parts)
    return found


def _by_guide(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.text("guide"), []).append(row)
    return found


def _known_names(
    heads: Mapping[str, Row],
    provisional: Mapping[str, Row],
    parts: Mapping[str, Mapping[str, list[Row]]],
    items: Mapping[str, Item],
) -> None:
    """Refuse a misspelt item or template, which would otherwise be left out without a word."""
    for code, row in provisional.items():
        row.reference("item", items)
        if code in heads:
            row.refuse("item", "已有完整的办事指南")
        for number, template in enumerate(row.codes("templates") or [""]):
            if number == 0 and template not in heads:
                row.refuse("templates", f"guides.csv 里没有「{template}」")
            if number and not any(template in rows for rows in parts.values()):
                row.refuse("templates", f"没有「{template}」的材料、字段或者要点")
    used = {name for row in provisional.values() for name in row.codes("templates")}
    for name, head in heads.items():
        if name not in items and name not in used:
            head.refuse("guide", f"没有代码为「{name}」的事项，也没有事项用这个模板")
    for rows in parts.values():
        for name, group in rows.items():
            if name not in heads and name not in used:
                group[0].refuse("guide", f"没有「{name}」的办事指南或者模板")


def _add(
    found: Guided,
    item: Item,
    heads: Mapping[str, Row],
    sources: list[str],
    override: Row | None,
    parts: Mapping[str, Mapping[str, list[Row]]],
) -> None:
    def of(name: str) -> list[Row]:
        return [row for source in sources for row in parts[name].get(source, [])]

    guide = _guide(item, heads[sources[0]], override)
    guide.conditions = [row.text("text") for row in of("guide_conditions.csv")]
    guide.legal_basis = [rows_to.basis(row) for row in of("guide_basis.csv")]
    guide.special_procedures = [rows_to.procedure(row) for row in of("guide_procedures.csv")]
    if fees := of("guide_fees.csv"):
        options = [rows_to.fee(row) for row in fees]
        guide.fee = {**guide.fee, "amount_cents": options[0]["amount_cents"], "options": options}
    found.guides.append(guide)
    listed = of("guide_materials.csv")
    materials = [rows_to.material(guide, n, row) for n, row in enumerate(listed, start=1)]
    fields = [rows_to.form_field(guide, n, row) for n, row in enumerate(of("guide_fields.csv"), start=1)]
    for position, why in scenarios.mistakes(materials, {one.key: one.choices for one in fields if one.choices}):
        listed[position - 1].refuse("when", why)
    found.materials += materials
    found.form_fields += fields
    found.review_points += [
        ReviewPoint(guide=guide, position=n, text=row.text("text", most=300), key=row.flag("key"))
        for n, row in enumerate(of("guide_points.csv"), start=1)
    ]
    services, phrases = of("guide_intermediaries.csv"), of("guide_phrases.csv")
    found.intermediaries += [rows_to.intermediary(guide, n, row) for n, row in enumerate(services, start=1)]
    found.phrases += [rows_to.phrase(guide, n, row, len(materials)) for n, row in enumerate(phrases, start=1)]


def _guide(item: Item, head: Row, override: Row | None) -> Guide:
    """The head of a guide; the cells of `override` win where they are filled."""

    def source(column: str) -> Row:
        return override if override and override.values.get(column) else head

    def days(column: str) -> int | None:
        row = source(column)
        return row.integer(column, most=999) if row.values[column] else None

    statutory, promised = days("statutory_days"), days("promised_days")
    if statutory is not None and promised is not None and promised > statutory:
        source("promised_days").refuse("promised_days", f"承诺时限 {promised} 超过法定时限 {statutory}")
    stages = {"REVIEW": head.integer("review_stage_days"), "DECIDE": head.integer("decide_stage_days")}
    if override and promised is not None and override.values["promised_days"]:
        stages = split(promised)
    if promised is not None and sum(stages.values()) != promised:
        head.refuse("decide_stage_days", f"各环节时限之和应等于承诺时限 {promised}")
    if head.flag("commitment") != bool(head.optional("commitment_text")):
        head.refuse("commitment_text", "可告知承诺的事项须有告知承诺的内容，其他事项不填")
    return Guide(
        item=item,
        version=1,
        status=Guide.Status.PUBLISHED,
        effective_from=item.edition.effective_from,
        provisional=override is not None,
        confidence=_confidence(head, override),
        acceptance_days=head.integer("acceptance_days", most=99),
        recheck_days=head.integer("recheck_days", most=99),
        correction_days=head.integer("correction_days", least=1, most=999),
        statutory_days=statutory,
        promised_days=promised,
        clock_start=source("clock_start").choice("clock_start", ClockStart.values),
        delivery_days=head.integer("delivery_days", most=99),
        stage_days=stages,
        claim_days=head.integer("claim_days", least=1, most=99),
        feedback_days=head.integer("feedback_days", least=1, most=999),
        on_the_spot=head.flag("on_the_spot"),
        tolerance=head.flag("tolerance"),
        commitment=head.flag("commitment"),
        commitment_text=head.optional("commitment_text"),
        on_site=head.flag("on_site"),
        free_return=head.flag("free_return"),
        fee={"charged": head.flag("fee_charged"), "amount_cents": 0, "standard": head.optional("fee_standard")},
        result_name=source("result_name").text("result_name", most=120),
        result_type=source("result_type").choice("result_type", ResultType.values),
        result_validity=head.optional("result_validity", most=120),
        validity_months=head.integer("validity_months", least=1, most=1200) if head.values["validity_months"] else None,
        licence_effect=source("licence_effect").choice("licence_effect", LicenceEffect.values),
        service_objects=head.codes("service_objects"),
        note=head.optional("note"),
    )


def split(promised: int) -> dict[str, int]:
    """The stages of a promise: three fifths for the review, the rest, but at least a day, for the decision."""
    if promised <= 1:
        return {"REVIEW": 0, "DECIDE": promised}
    review = min(promised - 1, max(1, round(promised * 0.6)))
    return {"REVIEW": review, "DECIDE": promised - review}


def _confidence(head: Row, override: Row | None) -> dict[str, str]:
    """How well each value is founded; what a provisional guide fills in itself is at most common practice."""
    marks = {
        name: head.choice(f"{column}_confidence", Confidence.values)
        for name, column in (
            ("acceptance_days", "acceptance"),
            ("statutory_days", "statutory"),
            ("promised_days", "promised"),
            ("fee", "fee"),
            ("result_name", "result"),
        )
    }
    marks |= {"form_fields": Confidence.KNOWLEDGE, "review_points": Confidence.KNOWLEDGE}
    if override:
        marks |= {"result_name": Confidence.KNOWLEDGE, "promised_days": Confidence.DEMO}
    return {name: str(mark) for name, mark in marks.items()}
