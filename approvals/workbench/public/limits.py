"""How often may one address ask, and one case number be tried? Counted in the cache, forgotten after a while.

A try is counted before it is answered and given back when it was right, so that many at once gain nothing.
"""

from __future__ import annotations

import hashlib
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from approvals.errors import Refused


class TooManyTries(Refused):
    code = "too-many-tries"
    status = 429
    title = "试得太多，暂停一会儿"


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: the last hop our own proxy wrote down, or (without one that is an address) the connection
    itself."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(forwarded.rsplit(",", 1)[-1].strip()))
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))


def spend(kind: str, whom: str, *, most: int, minutes: int, detail: str) -> None:
    """Count one try of `whom`. Raises TooManyTries beyond `most` within `minutes` of the first."""
    key = _key(kind, whom)
    cache.add(key, 0, minutes * 60)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, minutes * 60)
        tries = 1
    if tries > most:
        raise TooManyTries(detail)


def give_back(kind: str, whom: str) -> None:
    """A right answer is no try."""
    try:
        cache.decr(_key(kind, whom))
    except ValueError:
        return


def _key(kind: str, whom: str) -> str:
    return f"public:{kind}:{hashlib.sha256(whom.encode()).hexdigest()}"
