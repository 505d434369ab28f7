"""How much of a number, a phone or a name may be shown? As little as it needs to be recognised, everywhere the same.

GB/T 35273-2020 (个人信息安全规范) asks for masks wherever the whole is not needed. Pure; whoever shows something, on a
page, in an export, to a connected system or to a supervision unit, asks here.
"""

from __future__ import annotations

import re
from typing import Any

RESIDENT = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
LAST = 4


def number(value: str) -> str:
    """The number of a document by its first three and last four: 360***********1234."""
    if len(value) < 9:
        return "*" * len(value)
    return f"{value[:3]}{'*' * (len(value) - 3 - LAST)}{value[-LAST:]}"


def document(value: str) -> str:
    """The same for people; an organisation's code (统一社会信用代码) is public and stays whole."""
    is_code = len(value) == 18 and value[:2].isdigit() and not value[:17].isdigit()
    return value if is_code else number(value)


def last_four(value: str) -> str:
    """The last four, by which two sides compare a number; nothing of one too short to hide the rest."""
    return value[-LAST:] if len(value) > 2 * LAST else ""


def mobile(value: str) -> str:
    """138****4417."""
    return f"{value[:3]}****{value[-LAST:]}" if len(value) >= 9 else "*" * len(value)


def name(value: str, kind: str | None = "") -> str:
    """A person's name by its first character, however long; that of an organisation stays whole.

    `kind` is that of the party; where nobody knows it, it may be a person.
    """
    return value[:1] + "*" * (len(value) - 1) if kind in (None, "", "PERSON") else value


def party(value: str, kind: str) -> str:
    """An applicant on a page for everybody: a person by the first character, an organisation by both ends.

    于都县康****有限公司; a short name may be a person's own and is masked like one.
    """
    if kind == "PERSON" or len(value) <= 6:
        return f"{value[:1]}**"
    ends = 4 if len(value) > 9 else 2
    return f"{value[:ends]}****{value[-ends:]}"


def free(value: Any) -> Any:
    """The same value with every resident number and mobile inside its texts masked: what people typed anywhere."""
    if isinstance(value, str):
        value = RESIDENT.sub(lambda found: number(found[0]), value)
        return MOBILE.sub(lambda found: mobile(found[0]), value)
    if isinstance(value, dict):
        return {key: free(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [free(part) for part in value]
    return value
