"""Can this input be kept at all? One walk over what was given, before anybody looks at its shape.

PostgreSQL keeps no U+0000, UTF-8 no half of a surrogate pair, and a record holds no floats (`audit.chain`): the first two
are refused, a finite number with a fraction goes on as its decimal text. Pure.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from approvals.errors import Invalid

DEEPEST = 8  # levels of nesting; no input of ours has more than four
MOST_DIGITS = 40
NULL = "\x00"


def legible(given: Any) -> Any:
    """`given`, a value as JSON gives it, with numbers that have a fraction as text. Raises Invalid, naming the fields."""
    errors: dict[str, list[str]] = {}
    kept = _walk(given, "", 0, errors)
    if errors:
        raise Invalid(errors)
    return kept


def unkeepable(text: str) -> bool:
    """Whether a text holds what neither database keeps."""
    return NULL in text or any("\ud800" <= character <= "\udfff" for character in text)


def seen(text: str) -> str:
    """What a reader sees of a text: without spaces and characters that draw nothing."""
    return "".join(character for character in text if character.isprintable() and not character.isspace())


def _walk(value: Any, where: str, depth: int, errors: dict[str, list[str]]) -> Any:
    wrong = _wrong(value, depth)
    if wrong:
        errors[where or "non_field_errors"] = [wrong]
        return None
    if isinstance(value, dict):
        return {
            name: _walk(inner, f"{where}.{name}" if where else str(name), depth + 1, errors)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            _walk(inner, f"{where}.{index}" if where else str(index), depth + 1, errors)
            for index, inner in enumerate(value)
        ]
    if isinstance(value, float | Decimal):
        return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    return value


def _wrong(value: Any, depth: int) -> str:
    if isinstance(value, dict | list | tuple) and depth >= DEEPEST:
        return "层次太多，按接口说明的结构填写。"
    if isinstance(value, dict) and any(not isinstance(name, str) or unkeepable(name) for name in value):
        return "填写项的名称应为文字，不含不能保存的字符。"
    if isinstance(value, str) and unkeepable(value):
        return "含有不能保存的字符（空字符或不完整的字），删去后重填。"
    if isinstance(value, float | Decimal) and (not math.isfinite(value) or abs(value) >= 10**MOST_DIGITS):
        return "数字超出可以填写的范围。"
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return "数字超出可以填写的范围。"
    return ""
