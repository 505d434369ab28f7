"""Which item, which guide, who holds what: asked a thousand times a day, so each process keeps a copy of the rows.

Freshness: every write goes through `actions.touch`, which changes one stamp in the same transaction. A process looks at
the stamp at most once a second; inside the transaction that wrote, at every call. Who writes catalogue rows past
`actions` (a test, a shell) calls `actions.touch()` too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Prefetch

from approvals.catalogue import rowset
from approvals.catalogue.jurisdiction import Jurisdiction, UnknownItem, jurisdiction
from approvals.catalogue.models import (
    FormField,
    Guide,
    IntermediaryService,
    Item,
    Material,
    ReviewPoint,
    Stamp,
    StandardPhrase,
)
from approvals.catalogue.rows import Rows, covers
from approvals.errors import Refused

LOOK_EVERY_SECONDS = 1.0


class BeforeFirstYear(Refused):
    code = "before-first-year"
    status = 422
    title = "不受理这么早的日期"


class UnknownPlace(Refused):
    code = "unknown-place"
    status = 404
    title = "没有这个限定范围"


class NoGuide(Refused):
    code = "no-guide"
    title = "事项还没有已发布的办事指南"


@dataclass
class Copy:
    """One process's copy of the published catalogue, as of one stamp."""

    stamp: str
    rows: Rows
    items: dict[int, Item]
    guides: dict[int, list[Guide]] = field(default_factory=dict)


_kept: dict[str, Copy] = {}  # by database name; inside a writing transaction under a key of its own
_looked_at: dict[str, float] = {}


def written() -> None:
    """The callback `actions.touch` leaves on the transaction; while it waits there, this transaction has written."""


def forget() -> None:
    """Drop this process's copy, so that the next question reads the database."""
    _kept.clear()
    _looked_at.clear()


def _writing(marker: Callable[[], None]) -> bool:
    return any(entry[1] is marker for entry in connection.run_on_commit)


def current() -> Copy:
    """The copy that is fresh enough: at most one statement, unless something changed."""
    name = str(connection.settings_dict["NAME"])
    writing = _writing(written)
    key = f"{name} writing" if writing else name
    now = time.monotonic()
    kept = _kept.get(key)
    if kept and not writing and now - _looked_at.get(key, 0.0) < LOOK_EVERY_SECONDS:
        return kept
    stamp = Stamp.objects.values_list("value", flat=True).first() or ""
    if kept is None or kept.stamp != stamp:
        kept = Copy(stamp, rowset.published(), {item.pk: item for item in rowset.published_items()})
    if stamp:  # without a stamp nothing was loaded yet, and there is nothing to compare with later
        _kept[key], _looked_at[key] = kept, now
    return kept


def current_rows() -> Rows:
    """The published rows, for whoever wants to evaluate them with changes (`dataclasses.replace`)."""
    return current().rows


def jurisdiction_of(*, item: str, region: str, on: date, place: str = "") -> Jurisdiction:
    """Who holds each phase, with reasons. Raises UnknownItem, UnknownRegion, UnknownPlace, BeforeFirstYear."""
    if on.year < settings.EARLIEST_YEAR:
        raise BeforeFirstYear(f"改革自 {settings.EARLIEST_YEAR} 年开始，没有 {on.year} 年的清单。")
    rows = current().rows
    if place and (place not in rows.place or (region in rows.region and rows.place[place].region != region)):
        known = "、".join(f"{row.code}（{rows.region[row.region].name}，{row.name}）" for row in rows.places) or "无"
        raise UnknownPlace(f"这个地区没有代码为「{place[:40]}」的限定范围；现有：{known}。", place=place[:40])
    return jurisdiction(rows, item=item, region=region, on=on, place=place)


def item_on(code: str, day: date) -> Item:
    """The item of this code in the edition of that day. Raises UnknownItem."""
    copy = current()
    row = copy.rows.item_on(code, day)
    if row is None:
        raise UnknownItem(f"清单里没有代码为「{code}」的事项；代码由附件号和序号组成，如 3-38。", item=code)
    return copy.items[row.pk]


def guide_on(item: Item, day: date) -> Guide:
    """The guide in force that day (before the first version, the first) with its parts already read. Raises NoGuide."""
    guides = _guides(current(), item)
    in_force = [g for g in guides if g.effective_from <= day and (g.effective_to is None or day <= g.effective_to)]
    if in_force:
        return max(in_force, key=lambda guide: guide.version)
    if guides and day < guides[0].effective_from:
        return guides[0]
    raise NoGuide(f"事项 {item.code} 在 {day} 没有已发布的办事指南，请事项管理员先发布。", item=item.code)


def _guides(copy: Copy, item: Item) -> list[Guide]:
    """The published versions of an item, oldest first; read once per copy, with their parts."""
    if item.pk not in copy.guides:
        copy.guides[item.pk] = list(
            Guide.objects.filter(item_id=item.pk, status=Guide.Status.PUBLISHED)
            .select_related("item__city_unit", "item__edition")
            .prefetch_related(
                Prefetch("materials", Material.objects.order_by("position")),
                Prefetch("form_fields", FormField.objects.order_by("position")),
                Prefetch("review_points", ReviewPoint.objects.order_by("position")),
                Prefetch("intermediaries", IntermediaryService.objects.order_by("position")),
            )
            .order_by("effective_from", "version")
        )
    return copy.guides[item.pk]


def phrases_of(*, edition: str, item: str, version: int, use: str) -> list[StandardPhrase]:
    """The standard phrases of the guide an application was received under, for one use, in their order."""
    guides = Guide.objects.filter(item__edition__code=edition, item__code=item, version=version)
    return list(StandardPhrase.objects.filter(guide__in=guides, use=use).order_by("position"))


def edition_name(day: date) -> str:
    """What people call the city's list of that day: the last bracket of its title (2022版), or the title."""
    lists = [one for one in current().rows.editions if not one.place]
    standing = [one for one in lists if covers(one.effective_from, one.effective_to, day)]
    if not standing:
        return ""
    title = max(standing, key=lambda one: one.effective_from).title
    _, bracket, inner = title.removesuffix("）").rpartition("（")
    return inner if bracket else title


def items_in_force(day: date, *, place: str = "") -> list[Item]:
    """The items on the city's list that day (before the first edition, those of the first) in print order; for a place,
    the items of its own list."""
    copy = current()
    lists = [edition for edition in copy.rows.editions if edition.place == place]
    standing = {one.code for one in lists if covers(one.effective_from, one.effective_to, day)}
    coming = min((one for one in lists if one.effective_from > day), key=lambda one: one.effective_from, default=None)
    if not standing and coming and all(one.effective_from > day for one in lists):
        standing = {coming.code}
    rows = (copy.rows.item_on(code, day) for code in copy.rows.items_by_code)
    listed = (copy.items[row.pk] for row in rows if row and row.edition in standing)
    return sorted(listed, key=lambda item: (item.annex, item.seq))


def search_items(text: str, *, day: date, limit: int = 20, place: str = "") -> list[Item]:
    """Items (for a place, those of its own list) that match every word: code, printed name, everyday words or pinyin
    initials; the best first."""
    words = text.lower().split()
    if not words:
        return []
    ranked = [(rank, item) for item in items_in_force(day, place=place) if (rank := _rank(item, words)) is not None]
    return [item for _, item in sorted(ranked, key=lambda pair: (pair[0], pair[1].annex, pair[1].seq))][:limit]


def _rank(item: Item, words: list[str]) -> int | None:
    """0 for the code itself, then names, everyday words, initials; None where a word is found nowhere."""
    worst = 0
    for word in words:
        if word == item.code:
            continue
        places = (item.name.lower(), f"{item.main_name}{item.sub_name}".lower(), item.keywords.lower(), item.initials)
        found = next((rank for rank, place in enumerate(places, start=1) if word in place), None)
        if found is None:
            return None
        worst = max(worst, found)
    return worst
