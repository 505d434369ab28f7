"""How much of an identity number or a phone may an answer show? As little as is needed to recognise it.

GB/T 35273-2020 (个人信息安全规范) asks for masks wherever the whole is not needed. Whoever connects knows the numbers it sent;
to read whole ones is an act of its own, which this version does not have.
"""

from __future__ import annotations

import re
from typing import Any

RESIDENT = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")


def number(value: str) -> str:
    """An identity number by its first three and last four: 360***********1234."""
    if len(value) < 9:
        return "*" * len(value)
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"


def mobile(value: str) -> str:
    """138****4417."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else "*" * len(value)


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
