"""What may a next edition look like? A draft, clearly marked 示例, made by the real acts from `seeds/example`.

It changes modes, drops the window mode in one county, drops, renames and adds items: something to compare and to try out.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from approvals.calendars.workdays import local_day
from approvals.catalogue import actions
from approvals.catalogue.models import Edition, Item, LegalDocument, SupervisionRule
from approvals.catalogue.modes import Mode
from approvals.catalogue.seeds.places import RECEIVERS
from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Post, Region, Role
from approvals.organisations.seedfile import Row, read_csv

FOLDER = settings.BASE_DIR / "seeds" / "example"
HEAD = ["code", "title", "source", "document", "document_title", "issuer", "issued_on", "effective_from", "note"]
CHANGES = ["act", "item", "regions", "mode", "text", "like"]
WHY = "示例：按示例文件调整"


def draft_example(*, author: Actor, editor: Actor, at: datetime, folder: Path = FOLDER) -> Edition:
    """Copy, change, leave as a draft that could be checked; begins on the next New Year's Day after `at`.

    `author` starts it, `editor` (the city's coordinator) changes it. Raises SeedMalformed and what the acts refuse.
    """
    (head,) = read_csv(folder / "edition.csv", HEAD)
    changes = read_csv(folder / "changes.csv", CHANGES)
    issued = head.day("issued_on")
    LegalDocument.objects.get_or_create(
        number=head.text("document"),
        defaults={
            "title": head.text("document_title"),
            "issuer": head.text("issuer"),
            "issued_on": issued,
            "effective_from": min(issued, local_day(at)),
        },
    )
    first_day = date(local_day(at).year + 1, 1, 1)
    edition = actions.copy_edition(
        source=head.text("source"),
        code=head.text("code"),
        title=head.text("title"),
        document=head.text("document"),
        effective_from=first_day,
        actor=author,
        at=at,
    )
    actions.save_edition(code=edition.code, changes={"note": head.text("note")}, actor=author, at=at)
    for row in changes:
        ACTS[row.choice("act", ACTS)](row, edition, head.text("document"), editor, at)
    edition.refresh_from_db()
    return edition


def _regions(row: Row) -> list[str]:
    word = row.text("regions")
    kinds = RECEIVERS.get(word)
    if kinds is None:
        return row.codes("regions")
    return list(Region.objects.filter(kind__in=kinds).order_by("position").values_list("code", flat=True))


def _items(row: Row, edition: Edition) -> list[str]:
    word = row.text("item")
    if not word.endswith("*"):
        return [word]
    found = Item.objects.filter(edition=edition, code__startswith=word[:-1])
    return list(found.order_by("annex", "seq").values_list("code", flat=True))


def _grant(row: Row, edition: Edition, document: str, editor: Actor, at: datetime) -> None:
    actions.grant_many(
        edition=edition.code,
        items=_items(row, edition),
        regions=_regions(row),
        grant=actions.Grant(
            mode=row.choice("mode", Mode.values),
            effective_from=edition.effective_from,
            document=document,
            note=row.optional("text", most=200),
        ),
        actor=editor,
        at=at,
    )


def _end(row: Row, edition: Edition, document: str, editor: Actor, at: datetime) -> None:
    actions.end_many(
        edition=edition.code,
        items=_items(row, edition),
        regions=_regions(row),
        on=edition.effective_from,
        reason=row.text("text"),
        actor=editor,
        at=at,
    )


def _drop(row: Row, edition: Edition, document: str, editor: Actor, at: datetime) -> None:
    actions.remove_item(edition=edition.code, code=row.text("item"), reason=row.text("text"), actor=editor, at=at)


def _rename(row: Row, edition: Edition, document: str, editor: Actor, at: datetime) -> None:
    changes = {"main_name": row.text("text"), "sub_name": ""}
    actions.save_item(edition=edition.code, code=row.text("item"), changes=changes, actor=editor, at=at)


def _add(row: Row, edition: Edition, document: str, editor: Actor, at: datetime) -> None:
    """A new item, its guide and supervising unit like those of another one."""
    twin = Item.objects.select_related("city_unit").get(edition=edition, code=row.text("like"))
    item = actions.add_item(
        edition=edition.code,
        unit=twin.city_unit.code,
        values={"annex": row.integer("item"), "main_name": row.text("text"), "power_type": twin.power_type},
        actor=editor,
        at=at,
    )
    actions.start_guide(item=item.pk, effective_from=edition.effective_from, actor=editor, at=at, like=twin.pk)
    rule = SupervisionRule.objects.select_related("unit").get(item=twin, region=None)
    actions.settle_supervision(item=item.pk, unit=rule.unit.code, actor=editor, at=at, note=WHY)
    mode = row.choice("mode", Mode.values)
    grant = actions.Grant(mode=mode, effective_from=edition.effective_from, document=document, note=WHY)
    regions = _regions(row)
    actions.grant_many(edition=edition.code, items=[item.code], regions=regions, grant=grant, actor=editor, at=at)


ACTS = {"GRANT": _grant, "END": _end, "DROP": _drop, "RENAME": _rename, "ADD": _add}


def show_example(*, at: datetime) -> Edition | None:
    """The draft to look at in a demonstration, the first time; made by 肖江南 and 杨善明 of the demo cast."""
    (head,) = read_csv(FOLDER / "edition.csv", HEAD)
    if Edition.objects.filter(code=head.text("code")).exists():
        return None
    cast = {
        role: Post.objects.select_related("organ__region", "user").filter(user__username=name, role=role).first()
        for name, role in (("xiaojiangnan", Role.ITEM_ADMIN), ("yangshanming", Role.COORDINATOR))
    }
    if None in cast.values():
        return None
    author, editor = (actor_in(post, user=post.user) for post in cast.values() if post)
    return draft_example(author=author, editor=editor, at=at)
