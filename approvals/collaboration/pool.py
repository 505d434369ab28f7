"""Who may be drawn to inspect for a unit, and who declared that they stand aside for a party?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.audit.fields import search_hash
from approvals.audit.tasks import nudge
from approvals.cases.inputs import clean
from approvals.cases.parties import one_way
from approvals.collaboration import inputs
from approvals.collaboration.access import must_plan
from approvals.collaboration.models import Officer, Recusal
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.words import JointAction
from approvals.errors import Invalid
from approvals.organisations import masks
from approvals.organisations.access import Actor


def officers(unit: int) -> list[Officer]:
    """The pool of a unit with its recusals, by card."""
    rows = Officer.objects.filter(unit=unit).select_related("organ", "unit__organ")
    return list(rows.prefetch_related("recusals").order_by("card"))


@transaction.atomic
def recuse(*, actor: Actor, at: datetime, given: Any) -> Recusal:
    """An officer does not inspect the party of this number; of the number only its hash and a mask are kept.

    Raises NotPlanner, Invalid.
    """
    told = clean(inputs.RecusalInput, given)
    must_plan(actor, actor.unit or 0)
    one = Officer.objects.filter(unit=actor.unit, card=told["card"]).first()
    if one is None:
        raise Invalid({"card": ["人员库里没有这个执法证号。"]})
    number = one_way(told["id_number"])
    if not number:
        raise Invalid({"id_number": ["填写当事人的证件号码。"]})
    ledger = locked_ledger(actor.organ or 0)
    row, _ = Recusal.objects.get_or_create(
        officer=one,
        id_hash=search_hash(number),
        defaults={"party": masks.number(number), "reason": told["reason"]},
    )
    data, texts = {"card": one.card}, {"party": row.party, "reason": row.reason}
    append(ledger, JointAction.RECUSED, f"officer:{one.pk}", actor=actor, at=at, data=data, texts=texts)
    transaction.on_commit(nudge, robust=True)
    return row
