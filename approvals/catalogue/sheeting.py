"""How does an edition of the database become a plain sheet? A dozen queries, whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from approvals.catalogue.models import Delegation, Edition, Guide, Item, SupervisionRule
from approvals.catalogue.modes import Mode, SealPath
from approvals.catalogue.sheets import EditionSheet, GrantSheet, GuideSheet, ItemSheet

LIMITS = (
    "acceptance_days",
    "recheck_days",
    "correction_days",
    "statutory_days",
    "promised_days",
    "clock_start",
    "stage_days",
    "delivery_days",
    "claim_days",
    "feedback_days",
)
PARTS = (
    "on_the_spot",
    "tolerance",
    "commitment",
    "commitment_text",
    "on_site",
    "free_return",
    "result_name",
    "result_type",
    "result_validity",
    "validity_months",
    "licence_effect",
    "special_procedures",
    "service_objects",
    "legal_basis",
    "conditions",
    "flow",
    "note",
)
MATERIAL = ("name", "form", "copies", "necessity", "origin", "reuse", "scenario", "when", "note")
FIELD = ("key", "label", "kind", "unit", "required", "choices", "rule", "hint")
BESIDE = {
    "review_points": ("text", "key"),
    "intermediaries": ("name", "basis", "provider", "counted", "days", "note"),
    "phrases": ("use", "material", "text"),
}


def columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def guide_sheet(guide: Guide) -> GuideSheet:
    """One guide with its parts; read them beforehand (`with_parts`) where there are many."""
    beside = {
        relation: [columns(row, names) for row in sorted(getattr(guide, relation).all(), key=lambda row: row.position)]
        for relation, names in BESIDE.items()
    }
    return GuideSheet(
        version=guide.version,
        published=guide.status == Guide.Status.PUBLISHED,
        provisional=guide.provisional,
        limits=columns(guide, LIMITS),
        fee=guide.fee,
        materials=[columns(row, MATERIAL) for row in sorted(guide.materials.all(), key=lambda row: row.position)],
        fields=[columns(row, FIELD) for row in sorted(guide.form_fields.all(), key=lambda row: row.position)],
        parts=columns(guide, PARTS) | beside,
    )


def with_parts(guides: Any) -> Any:
    return guides.prefetch_related("materials", "form_fields", *BESIDE)


def newest_guides(edition: Edition) -> dict[int, Guide]:
    """By item: of a draft edition its newest guide, otherwise the newest published one."""
    guides = with_parts(Guide.objects.filter(item__edition=edition).select_related("item"))
    if edition.is_fixed:
        guides = guides.filter(status=Guide.Status.PUBLISHED)
    return {guide.item_id: guide for guide in guides.order_by("version")}


def sheet_of(edition: Edition) -> EditionSheet:
    """The whole edition."""
    grants: dict[int, list[GrantSheet]] = defaultdict(list)
    for row in (
        Delegation.objects.filter(edition=edition)
        .select_related("region", "document", "agreement")
        .order_by("region__position", "place", "effective_from")
    ):
        grants[row.item_id].append(grant_sheet(row))
    watching: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for item, region, unit in SupervisionRule.objects.filter(item__edition=edition).values_list(
        "item", "region__name", "unit__name"
    ):
        watching[item].append((region or "", unit))
    guides = newest_guides(edition)
    items = Item.objects.filter(edition=edition).select_related("city_unit").order_by("annex", "seq")
    return EditionSheet(
        code=edition.code,
        title=edition.title,
        document=edition.document.number,
        effective_from=edition.effective_from,
        items=tuple(
            ItemSheet(
                identity=item.identity,
                code=item.code,
                annex=item.annex,
                seq=item.seq,
                unit=item.city_unit.short_name,
                main_name=item.main_name,
                sub_name=item.sub_name,
                name=item.name,
                power_type=item.get_power_type_display(),
                remark=item.remark,
                scope_note=item.scope_note,
                grants=tuple(grants[item.pk]),
                supervisors=tuple(sorted(watching[item.pk])),
                guide=guide_sheet(guides[item.pk]) if item.pk in guides else None,
            )
            for item in items
        ),
    )


def grant_sheet(row: Delegation) -> GrantSheet:
    return GrantSheet(
        region=row.region_id,
        region_name=row.region.name,
        mode=Mode(row.mode).label,
        place=row.place,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        document=row.document.number,
        agreement=row.agreement.number if row.agreement else "",
        seal_path=SealPath(row.seal_path).label,
    )
