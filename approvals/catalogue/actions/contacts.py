"""How does a region keep what its window says of itself? At once, on record, without publishing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.catalogue.access import may_keep_contact
from approvals.catalogue.actions.records import CONTACTS, record
from approvals.catalogue.models import CatalogueAct, WindowContact
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ

KEPT = ("address", "hours", "phones", "note")


@transaction.atomic(durable=True)
def keep_contact(*, window: str, values: dict[str, str], actor: Actor, at: datetime) -> WindowContact:
    """Address, hours and phones of a window. Raises NotYourItem, Invalid."""
    organ = Organ.objects.select_for_update(of=("self",)).filter(code=window, kind=Organ.Kind.WINDOW).first()
    if organ is None:
        raise Invalid({"window": ["没有这个窗口。"]})
    may_keep_contact(actor, organ)
    row = WindowContact.objects.filter(organ=organ).first()
    before = _values(row) if row else None
    row = row or WindowContact(organ=organ)
    errors: dict[str, list[str]] = {}
    for name in KEPT:
        value = values.get(name, "").strip()
        most = WindowContact._meta.get_field(name).max_length or 0
        if not value and name != "note":
            errors[name] = [f"填写{WindowContact._meta.get_field(name).verbose_name}。"]
        elif len(value) > most:
            errors[name] = [f"最多 {most} 个字，现有 {len(value)} 个。"]
        setattr(row, name, value)
    if errors:
        raise Invalid(errors)
    row.updated_by_id, row.updated_at = actor.user, at
    row.save()
    record(
        stream=CONTACTS,
        act=CatalogueAct.CONTACTED,
        subject=organ.name,
        actor=actor,
        at=at,
        before=before,
        after=_values(row),
    )
    return row


def _values(row: WindowContact) -> dict[str, Any]:
    return {name: getattr(row, name) for name in KEPT}
