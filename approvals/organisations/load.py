"""Bring regions, organs and, in a demonstration, people up to the files of this release."""

import os

from django.conf import settings

from approvals.organisations import actions
from approvals.organisations.people import load_people

DEMO_PASSWORD = "Demo-2022-ganzhou"


def load() -> int:
    """Load `seeds/organisations`; how many rows stand as in the seed. Raises SeedMalformed."""
    return actions.load(settings.BASE_DIR / "seeds" / "organisations").total


def demo_password() -> str:
    """The one password of all demo accounts, to be printed where they are announced."""
    return os.environ.get("DEMO_PASSWORD") or DEMO_PASSWORD


def load_demo(*, demo: bool | None = None) -> int:
    """Load `fixtures/people.csv`; how many posts stand as in the file. Raises DemoOnly, SeedMalformed."""
    return load_people(settings.BASE_DIR / "fixtures" / "people.csv", password=demo_password(), demo=demo).posts
