"""How are identity numbers and phones kept? Encrypted in the row, found again through a keyed hash.

`FIELD_KEY` may hold several keys separated by commas: the first encrypts, all decrypt, so a key can be rotated.
The search hash uses the last key, which therefore must stay.
"""

import base64
import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _fernet(keys: str) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys.split(",")]
    )


def search_hash(value: str) -> str:
    """The keyed hash under which an encrypted value is found: upper case, no spaces; empty for an empty value."""
    plain = "".join(value.split()).upper()
    if not plain:
        return ""
    key = settings.FIELD_KEY.split(",")[-1].encode()
    return hmac.new(key, b"search:" + plain.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is readable in Python and ciphertext in the database; never searchable itself."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return _fernet(settings.FIELD_KEY).encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return _fernet(settings.FIELD_KEY).decrypt(value.encode()).decode() if value else value
