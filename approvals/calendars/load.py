"""Bring the published calendar up to the seeds of this release."""

from django.conf import settings

from approvals.calendars.actions import load_calendar


def load() -> int:
    """Load `seeds/calendar`; how many days stand as in the seed. Raises SeedMalformed."""
    return load_calendar(settings.BASE_DIR / "seeds" / "calendar").days
