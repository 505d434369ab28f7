"""Which cases does a person mean by a text? Asked once for a page, whatever the number of its tabs.

A text is a number (whole, or its end), an applicant's name, an identity number or mobile (by keyed hash), or an item.
Each of these is looked up where it has an index. What is rare becomes a short list of cases; what is frequent stays a
condition, for then every page finds its rows after a few steps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.lookups import IContains

from approvals.audit.fields import search_hash
from approvals.cases.access import sights
from approvals.cases.models import Case, Party, Snapshot
from approvals.cases.models.case import Tail
from approvals.catalogue.queries import search_items
from approvals.organisations.access import Actor

Search = Callable[[str], Q]  # of the way to the case: "" on a Case, "case__" on a row that leads to one
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

    What is frequent is looked for among the cases the actor sees, if one is named; the filter shows no others then.
    """
    plain = "".join(text.split()).upper()
    named = Party.objects.filter(name__holds=text).values_list("case", flat=True)
    # Row by row a plain comparison is cheaper than taking each name apart.
    searches: list[tuple[Any, Search]] = [(named, _by_party(name__icontains=text)[1])]
    if len(plain) >= TAIL and plain.isalnum() and plain.isascii():
        hashed = search_hash(plain)
        searches += [_by_party(id_hash=hashed), _by_party(mobile_hash=hashed)]
        ending = Case.objects.annotate(tail=Tail("number")).filter(tail=plain[-TAIL:], number__endswith=plain)
        searches.append((ending.values_list("pk", flat=True), lambda case: Q(**{f"{case}number__endswith": plain})))
    if codes := [item.code for item in search_items(text, day=day, limit=30)]:
        items = Snapshot.objects.filter(item__in=codes).values_list("case", flat=True)
        searches.append((items, lambda case: Q(**{"item__in" if case else "snapshot__item__in": codes})))
    listed: set[int] = set()
    frequent: list[Search] = []
    for cases, condition in searches:
        found = list(cases[: RARE + 1])
        if len(found) > RARE:
            frequent.append(condition)
        else:
            listed.update(found)
    rows = sights(actor) if actor is not None and frequent else None
    case = "" if rows is None else "case__"
    wanted = Q(**{"pk__in" if rows is None else "case__in": listed})
    for condition in frequent:
        wanted = wanted | condition(case) if listed or condition is not frequent[0] else condition(case)
    return wanted if rows is None else Q(pk__in=rows.filter(wanted).values("case"))


def _by_party(**found: str) -> tuple[Any, Search]:
    """The cases with such a party, as a list and as a condition on a case or on a row that leads to one."""
    rows = Party.objects.filter(**found)
    return rows.values_list("case", flat=True), lambda case: Q(
        Exists(rows.filter(case=OuterRef(case.removesuffix("__") or "pk")))
    )
