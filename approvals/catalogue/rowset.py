"""How do the rows of the database become the plain rows that jurisdiction reads? Ten small queries, no joins."""

from __future__ import annotations

from approvals.catalogue.models import (
    Agreement,
    Annex,
    Counterpart,
    Delegation,
    Edition,
    Item,
    Place,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.rows import (
    AgreementRow,
    CounterpartRow,
    DelegationRow,
    EditionRow,
    ItemRow,
    OrganRow,
    PlaceRow,
    RegionRow,
    Rows,
    SupervisionCounterpartRow,
    SupervisionRuleRow,
    UnitRow,
)
from approvals.organisations.models import Organ, Region, SupervisionUnit

FIXED = (Edition.Status.PUBLISHED, Edition.Status.SUPERSEDED)


def published_items() -> list[Item]:
    return list(Item.objects.filter(edition__status__in=FIXED).select_related("city_unit", "edition__document"))


def published() -> Rows:
    """The rows of all editions that are or were in force."""
    return rows_of(Edition.objects.filter(status__in=FIXED).values_list("pk", flat=True))


def rows_of(editions: object) -> Rows:
    """The rows of these editions (primary keys, a list or a query)."""
    footnotes: dict[int, list[tuple[int, str]]] = {}
    for edition, number, text in Annex.objects.order_by("number").values_list("edition", "number", "footnote"):
        if text:
            footnotes.setdefault(edition, []).append((number, text))
    items = Item.objects.filter(edition__in=editions).select_related("edition")
    return Rows(
        regions=tuple(
            RegionRow(*row) for row in Region.objects.order_by("position").values_list("code", "name", "kind")
        ),
        organs=tuple(
            OrganRow(*row) for row in Organ.objects.order_by("pk").values_list("pk", "code", "name", "region", "kind")
        ),
        units=tuple(
            UnitRow(*row)
            for row in SupervisionUnit.objects.order_by("pk").values_list("pk", "code", "name", "organ__region")
        ),
        editions=tuple(
            EditionRow(code, title, document, start, end, tuple(footnotes.get(pk, ())), place or "")
            for pk, code, title, document, start, end, place in Edition.objects.filter(pk__in=editions).values_list(
                "pk", "code", "title", "document__number", "effective_from", "effective_to", "place"
            )
        ),
        items=tuple(
            ItemRow(
                item.pk,
                item.edition.code,
                item.code,
                item.annex,
                item.seq,
                item.name,
                item.city_unit_id,
                item.identity,
            )
            for item in items.order_by("edition", "annex", "seq")
        ),
        delegations=tuple(
            DelegationRow(*row)
            for row in Delegation.objects.filter(edition__in=editions)
            .order_by("pk")
            .values_list(
                "pk",
                "edition__code",
                "item",
                "region",
                "mode",
                "effective_from",
                "document__number",
                "seal_path",
                "effective_to",
                "place",
                "agreement",
                "note",
            )
        ),
        agreements=tuple(
            AgreementRow(pk, number, status != Agreement.Status.DRAFT, signed_on, start, end)
            for pk, number, status, signed_on, start, end in Agreement.objects.values_list(
                "pk", "number", "status", "signed_on", "effective_from", "effective_to"
            )
        ),
        counterparts=tuple(
            CounterpartRow(*row) for row in Counterpart.objects.values_list("city_organ", "region", "organ", "phase")
        ),
        supervision_rules=tuple(
            SupervisionRuleRow(item, unit, region or "", provisional)
            for item, unit, region, provisional in SupervisionRule.objects.filter(
                item__edition__in=editions
            ).values_list("item", "unit", "region", "provisional")
        ),
        supervision_counterparts=tuple(
            SupervisionCounterpartRow(*row)
            for row in SupervisionCounterpart.objects.values_list("city_unit", "region", "unit")
        ),
        places=tuple(PlaceRow(*row) for row in Place.objects.order_by("code").values_list("code", "name", "region")),
    )
