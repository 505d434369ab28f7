"""Bring the words of notices up to the seeds of this release."""

from __future__ import annotations

from django.conf import settings

from approvals.notices.models import Wording
from approvals.notices.words import ChannelKind, Occasion
from approvals.organisations.seedfile import read_csv


def load() -> int:
    """Add what is missing of `seeds/notices/wordings.csv`; what an administrator changed stays. How many there are."""
    path = settings.BASE_DIR / "seeds" / "notices" / "wordings.csv"
    for row in read_csv(path, ["occasion", "kind", "text"]):
        Wording.objects.get_or_create(
            occasion=row.choice("occasion", Occasion.values),
            kind=row.choice("kind", ChannelKind.values),
            defaults={"text": row.text("text", most=300)},
        )
    return Wording.objects.count()
