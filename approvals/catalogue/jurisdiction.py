"""Who accepts, reviews, decides, seals and supervises this item in this region on this day, and why?

Pure: the answer follows from the rows alone. A narrower place wins over the whole region; where no delegation applies
the city organ keeps every phase. Sources: 赣市府办发〔2022〕7号 三、四（五） and annexes 1-3; 行政许可法第二十四条.
"""

from dataclasses import replace
from datetime import date

from approvals.catalogue import why
from approvals.catalogue.answer import Holder, Jurisdiction, Supervisor
from approvals.catalogue.modes import CITY, COUNTY, HOLDS, Holds, Mode, Phase, SealPath
from approvals.catalogue.rows import DelegationRow, ItemRow, OrganRow, Rows
from approvals.errors import Refused

__all__ = [
    "Holder",
    "Jurisdiction",
    "Mode",
    "NoCounterpart",
    "OverlappingDelegations",
    "Phase",
    "SealPath",
    "Supervisor",
    "UnknownItem",
    "UnknownRegion",
    "judge",
    "jurisdiction",
]


class UnknownItem(Refused):
    code = "unknown-item"
    status = 404
    title = "清单里没有这个事项"


class UnknownRegion(Refused):
    code = "unknown-region"
    status = 404
    title = "没有这个承接地区"


class OverlappingDelegations(Refused):
    code = "overlapping-delegations"
    title = "同一事项在同一地区的放权日期重叠"


class NoCounterpart(Refused):
    code = "no-counterpart"
    title = "承接地区没有可以承接的机构"


def jurisdiction(rows: Rows, *, item: str, region: str, on: date, place: str = "") -> Jurisdiction:
    """The holders of every phase of `item` in `region` (at `place`) on a day.

    Raises UnknownItem, UnknownRegion; OverlappingDelegations and NoCounterpart where the rows themselves are wrong.
    """
    row = rows.item_on(item, on)
    if row is None:
        raise UnknownItem(f"清单里没有代码为「{item}」的事项；代码由附件号和序号组成，如 3-38。", item=item)
    return judge(rows, row, region=region, on=on, place=place)


def judge(rows: Rows, row: ItemRow, *, region: str, on: date, place: str = "") -> Jurisdiction:
    """The same for a row of any edition, also of a draft. Raises UnknownRegion, OverlappingDelegations, NoCounterpart."""
    if region not in rows.region:
        raise UnknownRegion(f"没有区划代码为「{region}」的地区；请用六位区划代码，如 360703。", region=region)
    applied = _applying(rows, row, region, on, place)
    miss = None if applied else why.nearest_miss(rows, row, region, on, place)
    mode = applied.mode if applied else None
    holds = HOLDS[mode]
    city = rows.organ[row.city_organ]
    accept = _holder(rows, row, region, holds, Phase.ACCEPT, holds.accept)
    review = _holder(rows, row, region, holds, Phase.REVIEW, holds.review)
    decide = _holder(rows, row, region, holds, Phase.DECIDE, holds.decide)
    seal = decide
    if applied and applied.seal_path == SealPath.NO2:
        seal = _holder(rows, row, region, holds, Phase.REVIEW, COUNTY, name_of=city)
    supervise = _supervisors(rows, row, region, holds)
    answer = Jurisdiction(
        item=row.code,
        region=region,
        on=on,
        place=place,
        delegated=applied is not None,
        mode=mode,
        accept=accept,
        review=review,
        decide=decide,
        seal=seal,
        supervise=supervise,
        reasons=(),
        nearest_miss=miss,
        delegation=applied.pk if applied else None,
        edition=row.edition,
        lacks_agreement=applied is None and why.lacks_agreement(rows, row, region, on, place),
    )
    return replace(answer, reasons=why.reasons(rows, row, applied, answer))


def _applying(rows: Rows, item: ItemRow, region: str, on: date, place: str) -> DelegationRow | None:
    """The one delegation that applies: those of the place first, then those of the whole region."""
    live = [
        row
        for row in rows.delegations_in.get((item.pk, region), ())
        if row.place in ("", place) and why.obstacle(rows, row, on) is None
    ]
    narrow = [row for row in live if row.place]
    found = narrow or live
    if len(found) > 1:
        raise OverlappingDelegations(
            f"{rows.region[region].name}的事项 {item.code} 在 {on} 有 {len(found)} 条放权同时有效，须先订正。",
            delegations=[row.pk for row in found],
        )
    return found[0] if found else None


def _holder(
    rows: Rows, item: ItemRow, region: str, holds: Holds, phase: Phase, level: str, name_of: OrganRow | None = None
) -> Holder:
    city = rows.organ[item.city_organ]
    if level == CITY:
        return Holder(CITY, city.region, city.pk, city.code, city.name)
    if phase == Phase.ACCEPT and holds.window:
        organ, name_of = rows.organ_of_kind.get((region, "WINDOW")), city
    else:
        pk = rows.counterpart.get((city.pk, region, phase)) or rows.counterpart.get((city.pk, region, ""))
        organ = rows.organ[pk] if pk else None
    organ = organ or rows.organ_of_kind.get((region, "APPROVAL_BUREAU"))
    if organ is None:
        raise NoCounterpart(f"{rows.region[region].name}没有与{city.name}对口的机构，也没有行政审批局。")
    if name_of is None:
        return Holder(COUNTY, region, organ.pk, organ.code, organ.name)
    return Holder(COUNTY, region, organ.pk, organ.code, organ.name, name_of.pk, name_of.name)


def supervised_under(rows: Rows, *, item: str, region: str, mode: Mode | None, on: date) -> tuple[Supervisor, ...]:
    """Who would supervise an item in a region if it were delegated like this (None: held by the city). Raises UnknownItem."""
    row = rows.item_on(item, on)
    if row is None:
        raise UnknownItem(f"清单里没有代码为「{item}」的事项。", item=item)
    return _supervisors(rows, row, region, HOLDS[mode])


def _supervisors(rows: Rows, item: ItemRow, region: str, holds: Holds) -> tuple[Supervisor, ...]:
    """The responsible unit first. Without any rule nobody is named: the push then goes to the list of orphans."""
    rule = rows.supervision_rule.get((item.pk, ""))
    own = rows.supervision_rule.get((item.pk, region))
    city = rows.unit[rule.unit] if rule else None
    trade = rows.supervision_counterpart.get((rule.unit, region)) if rule else None
    pk = own.unit if own else trade
    county = rows.unit[pk] if pk else None
    provisional = own.provisional if own else bool(rule and rule.provisional)
    found = []
    if holds.supervise == COUNTY and county:
        found.append(Supervisor(COUNTY, county.pk, county.code, county.name, provisional=provisional))
    elif city:  # also where a region has no unit of the trade: somebody must watch, to be confirmed
        stands_in = holds.supervise == COUNTY
        unsure = stands_in or bool(rule and rule.provisional)
        found.append(Supervisor(CITY, city.pk, city.code, city.name, provisional=unsure))
    if holds.county_copy and county:
        found.append(Supervisor(COUNTY, county.pk, county.code, county.name, copy=True, provisional=provisional))
    return tuple(found)
