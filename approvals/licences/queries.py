"""What may be read of the register: one licence, whose they are, what may stand in for a paper, which run out soon."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from approvals.catalogue.models import Edition
from approvals.errors import Refused
from approvals.licences.access import visible
from approvals.licences.changes import RUNNING, Standing
from approvals.licences.models import Holder, Licence, LicenceEvent, LicenceType, ReuseRule, TypeItem
from approvals.licences.words import Status
from approvals.organisations.access import Actor

ANY = "*"


class LicenceNotFound(Refused):
    code = "licence-not-found"
    status = 404
    title = "没有这本证照"


def find(*, number: str, actor: Actor) -> Licence:
    """The licence, with type, organ and region. Raises LicenceNotFound where it does not exist for this actor."""
    rows = Licence.objects.select_related("type", "organ", "region", "city_organ").filter(visible(actor))
    found = rows.filter(number=number[:120]).first() if "\x00" not in number else None
    if found is None:
        raise LicenceNotFound("核对证照编号；别的单位颁发的证照请到公开核验页查。")
    return found


def with_holder_kind(rows: QuerySet[Licence]) -> QuerySet[Licence]:
    """The same licences, each with the kind of the party whose name it bears as `holder_kind`."""
    first = Holder.objects.filter(licence=OuterRef("pk")).order_by("position").values("kind")[:1]
    return rows.annotate(holder_kind=Subquery(first))


def records(licence: Licence) -> list[LicenceEvent]:
    """Everything that happened to a licence, oldest first."""
    return list(LicenceEvent.objects.filter(licence=licence).order_by("sequence"))


def type_for(*, edition: str, item: str, name: str) -> LicenceType | None:
    """Which licence an item makes: as the edition says, or the one it was copied from; else the type of the result's name."""
    said = {row.edition: row.type for row in TypeItem.objects.select_related("type").filter(item=item)}
    if nearest := _nearest(edition, said):
        return said[nearest]
    return LicenceType.objects.filter(name=name).order_by("pk").first()


def _nearest(edition: str, said: Collection[str]) -> str:
    """The edition among these that speaks for `edition`: itself, or the nearest it was copied from; empty for none."""
    if edition in said or not said:
        return edition if said else ""
    origins = dict(Edition.objects.values_list("code", "copied_from__code"))
    seen: set[str] = set()
    while edition and edition not in seen:
        seen.add(edition)
        edition = origins.get(edition) or ""
        if edition in said:
            return edition
    return ""


def is_held_by(licence: Licence, hashes: Collection[str]) -> bool:
    """Whether one of these people (by the search hash of their number) holds the licence."""
    wanted = [one for one in hashes if one]
    return bool(wanted) and Holder.objects.filter(licence=licence, id_hash__in=wanted).exists()


def held_by(hashes: Collection[str]) -> QuerySet[Licence]:
    """The licences of these people, by the search hashes of their numbers."""
    wanted = [one for one in hashes if one]
    return Licence.objects.select_related("type", "organ").filter(
        pk__in=Holder.objects.filter(id_hash__in=wanted).values("licence")
    )


def in_force(on: date) -> Q:
    """Licences that are good on a day; twin of `Standing.in_force`."""
    return _good(on) & (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))


def _good(on: date) -> Q:
    """Licences that are not taken away, and not suspended any more, on a day; validity apart."""
    running = Q(status__in=RUNNING)  # as the index of those that run out has it
    return running & (Q(status=Status.VALID) | Q(status=Status.SUSPENDED, suspended_until__lt=on))


def standing_is(status: str, *, on: date) -> Q:
    """Licences that stand so on a day; twin of `Standing.on`."""
    over = Q(status__in=RUNNING, valid_to__lt=on)
    if status == Status.EXPIRED:
        return over
    lasts = Q(valid_to=None) | Q(valid_to__gte=on)
    if status == Status.VALID:
        return _good(on) & lasts
    if status == Status.SUSPENDED:
        return Q(status=status) & (Q(suspended_until=None) | Q(suspended_until__gte=on)) & lasts
    return Q(status=status)


def stands_in(
    *, edition: str, item: str, material: str, holders: Collection[str], on: date, about: Licence | None = None
) -> list[Licence]:
    """The licences that together stand in for a material, one a type; empty where the applicant lacks one of them.

    `holders`: search hashes of the applicants' numbers. `about`: the licence the application is about, for the rule `*`;
    it may have lost its paper, so it only has to be in force.
    """
    rules = list(ReuseRule.objects.filter(material=material, item__in=(item, ANY)))
    nearest = _nearest(edition, {one.edition for one in rules})
    mine = [one for one in rules if one.edition == nearest]
    rule = next(iter(sorted(mine, key=lambda one: one.item == ANY)), None)
    if rule is None:
        return []
    chosen = []
    for code in rule.types:
        if code == ANY:
            found = about if about is not None and about.standing.in_force(on) and is_held_by(about, holders) else None
        else:
            found = held_by(holders).filter(in_force(on), type__code=code).order_by("-issued_on", "-pk").first()
        if found is None:
            return []
        chosen.append(found)
    return chosen


def offered(
    *,
    edition: str,
    item: str,
    materials: Iterable[tuple[int, str]],
    holders: Collection[str],
    on: date,
    about: Licence | None = None,
) -> dict[int, list[Licence]]:
    """For the window: by which licences each material (position, name) is waived (免提交); only those that are."""
    found = {}
    for position, name in materials:
        licences = stands_in(edition=edition, item=item, material=name, holders=holders, on=on, about=about)
        if licences:
            found[position] = licences
    return found


def expiring(*, on: date, days: int | None = None) -> QuerySet[Licence]:
    """Licences in force that run out within `days` (each type's own notice where not said), the soonest first."""
    rows = Licence.objects.select_related("type", "organ").filter(_good(on), valid_to__gte=on)
    if days is not None:
        return rows.filter(valid_to__lte=on + timedelta(days=days)).order_by("valid_to", "pk")
    soon = Q(pk__in=[])
    for pk, warn in LicenceType.objects.filter(warn_days__gt=0).values_list("pk", "warn_days"):
        soon |= Q(type=pk, valid_to__lte=on + timedelta(days=warn))
    return rows.filter(soon).order_by("valid_to", "pk")


def unwarned(*, on: date) -> QuerySet[Licence]:
    """Those that run out soon and of which nobody was told yet (for this end of validity)."""
    return expiring(on=on).filter(Q(warned_for=None) | ~Q(warned_for=F("valid_to")))


__all__ = ["LicenceNotFound", "Standing"]
