"""How do tests call the API? As connected systems with tokens, each bound to the post of a named person."""

import uuid

import pytest


@pytest.fixture(autouse=True)
def own_counts(settings):
    """The counts of one test do not slow the next; the broker's Redis is left alone."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid.uuid4())}
    }
