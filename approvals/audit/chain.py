"""How is a record made tamper-evident? One canonical text, one digest over it and its predecessor.

Format 1: JSON, keys sorted, no spaces, UTF-8, no floats; SHA-256 over "1\\n<previous>\\n<text>", in hex.
The standard library alone can check it, so an outside verifier needs nothing of ours.
"""

import hashlib
import json
import secrets
from datetime import date, datetime
from typing import Any

FORMAT = 1
GENESIS = "0" * 64


def canonical(data: Any) -> str:
    """The one text of `data` (dicts, lists, str, int, bool, None, date, aware datetime). Raises TypeError for a float."""
    return json.dumps(_plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("留痕的时刻必须带时区")
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"留痕文本不收 {type(value).__name__}")


def link(previous: str, text: str) -> str:
    """The digest of `text` standing after a record whose digest is `previous`."""
    return hashlib.sha256(f"{FORMAT}\n{previous}\n{text}".encode()).hexdigest()


def columns(previous: str, text: str) -> dict[str, Any]:
    """The chain's own columns of a record that says `text` after one whose digest is `previous`."""
    return {"format": FORMAT, "body": text, "previous": previous, "digest": link(previous, text)}


def new_salt() -> str:
    return secrets.token_hex(16)


def salted(salt: str, text: str) -> str:
    """The digest that stays in the chain when `text`, which may be personal, is erased."""
    return hashlib.sha256(f"{FORMAT}\n{salt}\n{text}".encode()).hexdigest()
