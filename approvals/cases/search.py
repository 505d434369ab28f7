"""Which cases does a person mean by a text? Asked once for a page, whatever the number of its tabs.

A text is a number (whole, or its end), an applicant's name, an identity number or mobile (by keyed hash), or an item.
Each of these is looked up where it has an index. What is rare becomes a short list of cases; what is frequent stays a
condition, for then every page finds its rows after a few steps.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IContains

from approvals.audit.fields import search_hash
from approvals.cases.access import sights
from approvals.cases.models import Case, Party, Snapshot
from approvals.cases.models.case import RowByRow, Tail
from approvals.catalogue.queries import search_items
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor

RARE = 1000  # cases a text may mean and still be listed one by one
TAIL = 6  # characters of a number one must know


class Holds(IContains):
    """`name__holds`: contains, whatever the case; on PostgreSQL by the index of single and paired characters.

    Trigrams do not help here: a Chinese name is searched by two characters.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(compiler, connection)
        name, more = compiler.compile(self.lhs)
        return f"(cases_grams({name}) @> cases_pairs(%s) AND {sql})", (*more, self.rhs, *params)


CharField.register_lookup(Holds, "holds")


def meant(text: str, *, day: date, actor: Actor | None = None) -> Q:
    """The cases a text means, as a filter on Case. At most five queries.

    How frequent an item is, is counted among the cases `actor` sees, if one is named; others are then not meant.
    """
    text = text[:LONGEST_SEARCH]
    plain = "".join(text.split()).upper()
    named = Party.objects.filter(name__holds=text).values_list("case", flat=True)
    # Row by row a plain comparison is cheaper than taking each name apart.
    searches: list[tuple[Any, Q]] = [(named, _by_party(name__icontains=text)[1])]
    if len(plain) >= TAIL and plain.isalnum() and plain.isascii():
        hashed = search_hash(plain)
        searches += [_by_party(id_hash=hashed), _by_party(mobile_hash=hashed)]
        ending = Case.objects.annotate(tail=Tail("number")).filter(tail=plain[-TAIL:], number__endswith=plain)
        searches.append((ending.values_list("pk", flat=True), Q(number__endswith=plain)))
    listed: set[int] = set()
    frequent = Q()
    for cases, condition in searches:
        found = list(cases[: RARE + 1])
        if len(found) > RARE:
            frequent |= condition
        else:
            listed.update(found)
    if codes := [item.code for item in search_items(text, day=day, limit=30)]:
        cases = _of_items(codes, actor)
        found = list(cases[: RARE + 1])
        if len(found) <= RARE:
            listed.update(found)
        elif not frequent:  # one stretch of an index, and how long it is is known
            return Q(pk__in=cases.union(Case.objects.filter(pk__in=listed).values_list("pk", flat=True)))
        else:
            frequent |= Q(snapshot__item__in=codes)
    return Q(RowByRow(Q(pk__in=listed) | frequent)) if frequent else Q(pk__in=listed)


def _by_party(**found: str) -> tuple[Any, Q]:
    """The cases with such a party, as a list and as a condition; asked of one case after the other, not of all at once."""
    rows = Party.objects.filter(**found)
    here = rows.filter(case=OuterRef("pk")).annotate(yes=Value(True)).values("yes")[:1]
    return rows.values_list("case", flat=True), Q(Subquery(here, output_field=BooleanField()))


def _of_items(codes: list[str], actor: Actor | None) -> QuerySet[Any, int]:
    """The cases of these items; of those the actor sees, if one is named."""
    rows = sights(actor) if actor is not None else None
    if rows is None:
        return Snapshot.objects.filter(item__in=codes).values_list("case", flat=True)
    return rows.filter(item__in=codes).values_list("case", flat=True)
