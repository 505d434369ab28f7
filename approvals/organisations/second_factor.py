"""Who must show a second factor at login, and how does a person get one and use it?

GB/T 22239-2019 8.1.4.1 asks two factors of privileged accounts, one of them cryptographic. Which roles are privileged is
a setting (SECOND_FACTOR_ROLES); whoever may open the management pages always is. A demonstration asks nobody.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

import structlog
from django.conf import settings
from django.db import transaction
from django_otp.oath import TOTP

from approvals.errors import Refused
from approvals.organisations.models import Post, SecondFactor, User, recovery_digest

RECOVERY_CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another
log = structlog.get_logger(__name__)


class SecondFactorRequired(Refused):
    code = "second-factor-required"
    status = 403
    title = "还没有验证动态口令"


@dataclass(frozen=True)
class Checked:
    """What a code was good for: `verified`, or nothing, and until when no further one is looked at."""

    device: SecondFactor
    verified: bool
    locked_until: datetime | None = None


def outstanding(user: User, *, posts: Callable[[], Sequence[Post]]) -> bool:
    """Whether this session has still to be verified before the person may see or do anything.

    `user` is a request's, on which django-otp's middleware left `is_verified`; `posts` (of today) are asked for only when
    the answer depends on them.
    """
    if not settings.SECOND_FACTOR or settings.DEMO or user.is_verified():  # type: ignore[attr-defined]
        return False
    return user.is_staff or user.is_superuser or any(post.role in settings.SECOND_FACTOR_ROLES for post in posts())


def new_secret() -> str:
    """20 random bytes, hexadecimal."""
    return secrets.token_hex(20)


def typed_secret(secret: str) -> str:
    """The secret as a person types it into a phone: Base32 in groups of four."""
    plain = base64.b32encode(bytes.fromhex(secret)).decode()
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def address_of(user: User, secret: str) -> str:
    """The otpauth address a phone reads from the picture."""
    issuer = "市县联动审批"
    told = {"secret": typed_secret(secret).replace(" ", ""), "issuer": issuer, "digits": 6, "period": 30}
    return f"otpauth://totp/{quote(f'{issuer}:{user.username}')}?{urlencode(told)}"


def enrol(*, user: User, secret: str, code: str, at: datetime) -> tuple[SecondFactor, list[str]] | None:
    """Keep the secret once a code proves that the phone has it: the device and the recovery codes, told this once.

    None when the code is wrong, or when the person has a device already.
    """
    totp = TOTP(bytes.fromhex(secret), step=SecondFactor.STEP_SECONDS)
    totp.time = time.time()
    code = "".join(code.split())
    if not code.isdecimal() or not totp.verify(int(code), tolerance=1):
        return None
    codes = _recovery_codes()
    given = {
        "secret": secret,
        "last_step": totp.t(),
        "recovery": [recovery_digest(one) for one in codes],
        "enrolled_at": at,
        "last_used_at": at,
    }
    device, created = SecondFactor.objects.get_or_create(user=user, defaults=given)
    if not created:
        return None
    log.info("second_factor_enrolled", user=user.pk)
    return device, codes


def renew_recovery(*, device: int, code: str) -> tuple[Checked, list[str]]:
    """New recovery codes in place of all earlier ones, told this once, against a code that is good now."""
    checked = check(device=device, code=code)
    if not checked.verified:
        return checked, []
    codes = _recovery_codes()
    SecondFactor.objects.filter(pk=device).update(recovery=[recovery_digest(one) for one in codes])
    log.info("second_factor_recovery_renewed", user=checked.device.user_id)
    return checked, codes


def _recovery_codes() -> list[str]:
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    plain = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{plain[:5]}-{plain[5:]}"


def check(*, device: int, code: str) -> Checked:
    """Look at a code, one at a time for a device; a wrong one is remembered and makes the next wait longer."""
    with transaction.atomic():
        found = SecondFactor.objects.select_for_update().get(pk=device)
        allowed, why = found.verify_is_allowed()
        if not allowed:
            return Checked(found, verified=False, locked_until=why["locked_until"])
        verified = found.verify_token(code)
    if not verified:
        log.warning("second_factor_wrong", user=found.user_id, failures=found.throttling_failure_count)
    return Checked(found, verified=verified)
