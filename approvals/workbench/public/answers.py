"""Where do I hand this in, who decides, by when? The answer of one item in one region, for someone who asks at home.

Nothing here asks for the mode: who does what is read off the holders that jurisdiction names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import due, next_workday
from approvals.catalogue.jurisdiction import Jurisdiction, UnknownRegion
from approvals.catalogue.models import Guide, PowerType
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import current_rows, jurisdiction_of
from approvals.catalogue.rows import ItemRow, RegionRow
from approvals.organisations.models import Organ

DECIDING = {PowerType.PERMIT: "决定", PowerType.CONFIRMATION: "确认", PowerType.FILING: "备案", PowerType.OTHER: "决定"}


@dataclass(frozen=True)
class Answer:
    """The answer for one region. `here`: it is handed in there; `days` working days, None where no limit is set."""

    jurisdiction: Jurisdiction
    region: RegionRow
    here: bool
    head: str
    mode: str
    who: str
    days: int | None
    accepted_on: date
    due_on: date | None
    estimated: bool


@dataclass(frozen=True)
class Spot:
    """One line of the list of regions: is it handed in there?"""

    region: RegionRow
    here: bool
    why_not: str


def regions() -> tuple[RegionRow, ...]:
    """The regions one can ask for: the counties, districts and zones, and the city itself at the end."""
    rows = current_rows()
    return (*(row for row in rows.regions if row.kind != "CITY"), rows.city)


def region_named(code: str) -> RegionRow | None:
    """The region of an address; None where none is asked for. Raises UnknownRegion."""
    if not code:
        return None
    found = current_rows().region.get(code)
    if found is None:
        raise UnknownRegion("没有这个地区，从列表里重新选。", region=code[:20])
    return found


def places_in(item: ItemRow | None, region: str) -> list[tuple[str, str]]:
    """The narrower places (code, name) of a region for which a delegation of this item was printed."""
    if item is None:
        return []
    rows = current_rows()
    here = rows.delegations_in.get((item.pk, region), ())
    return sorted({(row.place, rows.place_name(row.place)) for row in here if row.place})


def answer(*, item: str, guide: Guide, region: RegionRow, on: date, place: str = "") -> Answer:
    """Whether and how this item is handed in in this region, counted from the first day on which a window is open.

    Raises UnknownItem, BeforeFirstYear.
    """
    found = jurisdiction_of(item=item, region=region.code, on=on, place=place)
    calendar = current_calendar()
    accepted_on = on if calendar.is_workday(on) else next_workday(calendar, on)
    days = guide.promised_days if guide.promised_days is not None else guide.statutory_days
    counted = due(calendar, start=accepted_on, days=days) if days is not None else None
    here = found.accept.region == region.code
    window = f"，{days} 个工作日办结" if days is not None else ""
    return Answer(
        jurisdiction=found,
        region=region,
        here=here,
        head=f"{region.name}可以办{window}" if here else f"{region.name}不办这一项，到赣州市政务服务中心办",
        mode=Mode(found.mode).label if found.mode else "",
        who=who_does_what(found, guide.item.power_type),
        days=days,
        accepted_on=accepted_on,
        due_on=counted.due_on if counted else None,
        estimated=bool(counted and counted.estimated),
    )


def who_does_what(found: Jurisdiction, power_type: str) -> str:
    """于都县行政审批局受理、审查，赣州市行政审批局决定: neighbouring phases of one organ in one breath."""
    told: list[list[str]] = []
    for holder, words in (
        (found.accept, "受理"),
        (found.review, "审查"),
        (found.decide, DECIDING[PowerType(power_type)]),
    ):
        named = f"（以{holder.in_the_name_of_name}名义）" if holder.in_the_name_of and words == "受理" else ""
        if told and told[-1][0] == holder.organ_name:
            told[-1].append(words)
        else:
            told.append([holder.organ_name, words + named])
    return "，".join(f"{organ}{'、'.join(words)}" for organ, *words in told) + "。"


def spots(*, item: str, on: date) -> list[Spot]:
    """Every county, district and zone: is the item handed in there, and if not, what is in the way?"""
    listed = []
    for region in regions()[:-1]:
        found = jurisdiction_of(item=item, region=region.code, on=on)
        listed.append(Spot(region, found.accept.region == region.code, found.nearest_miss or ""))
    return listed


def window_of(region: str) -> Organ | None:
    """The counter at which the applications of a region are handed in, with address and telephone; what the region keeps
    of its window itself goes before the directory."""
    window = Organ.objects.filter(region=region, kind=Organ.Kind.WINDOW).select_related("contact").first()
    contact = getattr(window, "contact", None)
    if window is not None and contact is not None:
        window.address, window.phone = contact.address, contact.phones
        window.hours = contact.hours
    return window
