"""Which row does a text name? What came from an address or a form is asked here before a database sees it. Pure."""

from __future__ import annotations

from typing import Any

MOST = 2**63 - 1  # what a key of a table holds
LONGEST_SEARCH = 60  # characters of a search that are read, on every list


def key_of(said: Any) -> int | None:
    """The key a text (or a number) stands for; None for what can be no key: no digits, other scripts' digits, too many."""
    text = str(said)
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))):
        return None
    key = int(text)
    return key if key <= MOST else None
