"""Which cases does a person mean by a text? Asked once for a page, whatever the number of its tabs.

A text is a number (whole, or its end), an applicant's name, an identity number or mobile (by keyed hash), or an item.
Each of these is looked up where it has an index. What is rare becomes a short list of cases; what is frequent stays a
condition, for then every page finds its rows after a few steps. Of a frequent item there is mostly little that is going
on: that becomes a list of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigAutoField, BooleanField, CharField, Lookup, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IContains

from approvals.audit.fields import search_hash
from approvals.cases.access import sights
from approvals.cases.models import Case, Party, Snapshot
from approvals.cases.models.case import GoingOn, RowByRow, Tail
from approvals.catalogue.queries import search_items
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor

RARE = 1000  # cases a text may mean and still be listed one by one
FEW = 5000  # of an item, going on, and still listed one by one
TAIL = 6  # characters of a number one must know


@dataclass(frozen=True)
class Meant:
    """The cases a text means, as filters on Case: of all, and, mostly quicker, of those that are going on."""

    of_all: Q
    going_on: Q


class Holds(IContains):
    """`name__holds`: contains, whatever the case; on PostgreSQL by the index of single and paired characters.

    Trigrams do not help here: a Chinese name is searched by two characters.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(compiler, connection)
        name, more = compiler.compile(self.lhs)
        return f"(cases_grams({name}) @> cases_pairs(%s) AND {sql})", (*more, self.rhs, *params)


class Among(Lookup):
    """`pk__among`: one of these keys; as one text, since a thousand parameters take longer than the answer."""

    def get_prep_lookup(self) -> str:
        return ", ".join(str(int(key)) for key in sorted(self.rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.rhs:
            raise EmptyResultSet
        key, params = self.process_lhs(compiler, connection)
        return f"{key} IN ({self.rhs})", params


CharField.register_lookup(Holds, "holds")
BigAutoField.register_lookup(Among, "among")


def meant(text: str, *, day: date, actor: Actor | None = None) -> Meant:
    """The cases a text means. At most six queries.

    How frequent an item is, is counted among the cases `actor` sees, if one is named; others are then not meant.
    """
    text = text[:LONGEST_SEARCH]
    plain = "".join(text.split()).upper()
    is_code = len(plain) >= TAIL and plain.isalnum() and plain.isascii()
    searches: list[tuple[QuerySet[Any, int], Q]] = []
    if not (is_code and any(char.isdigit() for char in plain)):  # names are written without figures
        named = Party.objects.filter(name__holds=text).values_list("case", flat=True)
        # Row by row a plain comparison is cheaper than taking each name apart.
        searches.append((named, _by_party(name__icontains=text)[1]))
    if is_code:
        hashed = search_hash(plain)
        searches += [_by_party(id_hash=hashed), _by_party(mobile_hash=hashed)]
        ending = Case.objects.annotate(tail=Tail("number")).filter(tail=plain[-TAIL:], number__endswith=plain)
        searches.append((ending.values_list("pk", flat=True), Q(number__endswith=plain)))
    of_items: QuerySet[Any, int] | None = None
    if codes := [item.code for item in search_items(text, day=day, limit=30)]:
        of_items = _of_items(codes, actor)
        searches.append((of_items, Q(snapshot__item__in=codes)))
    listed: set[int] = set()
    frequent: list[tuple[QuerySet[Any, int], Q]] = []
    for cases, condition in searches:
        found = list(cases[: RARE + 1])
        if len(found) > RARE:
            frequent.append((cases, condition))
        else:
            listed.update(found)
    if not frequent:
        return Meant(Q(pk__among=listed), Q(pk__among=listed))
    if [cases for cases, _ in frequent] != [of_items]:
        either = Q(pk__among=listed)
        for _, condition in frequent:
            either |= condition
        return Meant(Q(RowByRow(either)), Q(RowByRow(either)))
    few = Case.objects.filter(pk__among=listed).values_list("pk", flat=True)
    of_all = Q(pk__in=of_items.union(few))  # one stretch of an index, and how long it is is known
    going_on = set(_of_items(codes, actor, going_on=True)[: FEW + 1])
    return Meant(of_all, Q(pk__among=listed | going_on) if len(going_on) <= FEW else of_all)


def _by_party(**found: str) -> tuple[Any, Q]:
    """The cases with such a party, as a list and as a condition; asked of one case after the other, not of all at once."""
    rows = Party.objects.filter(**found)
    here = rows.filter(case=OuterRef("pk")).annotate(yes=Value(True)).values("yes")[:1]
    return rows.values_list("case", flat=True), Q(Subquery(here, output_field=BooleanField()))


def _of_items(codes: list[str], actor: Actor | None, *, going_on: bool = False) -> QuerySet[Any, int]:
    """The cases of these items, or of them those that are going on; of those the actor sees, if one is named."""
    rows = sights(actor) if actor is not None else None
    if rows is None:
        cases = Snapshot.objects.filter(item__in=codes)
        return (cases.filter(GoingOn("case__state")) if going_on else cases).values_list("case", flat=True)
    rows = rows.filter(item__in=codes)
    return (rows.filter(going_on=True) if going_on else rows).values_list("case", flat=True)
