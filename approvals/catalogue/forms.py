"""Is what was filled into an application form possible? Each field's type, unit, choices and check, in sentences.

Pure. Values arrive as text or numbers as a page, an import or the API sends them; empty ones are left to whoever asks
what is missing. `on` is the day of receipt.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from stdnum.cn import uscc

LONGEST_TEXT = 200
LONGEST_LONGTEXT = 4000
MOST_DIGITS = 15


class AskedField(Protocol):
    """One typed field; the model `FormField` is one, and so is a copy of its columns."""

    key: str
    label: str
    kind: str
    choices: Any
    rule: str


def mistakes(fields: Iterable[AskedField], data: Mapping[str, Any], *, on: date) -> dict[str, list[str]]:
    """What is wrong, by field key; empty when nothing is. A key that the form does not have is wrong too."""
    known = {field.key: field for field in fields}
    found = {key: ["申请表没有这个填写项。"] for key in data if key not in known}
    for key, field in known.items():
        if data.get(key) in (None, ""):
            continue
        sentence = _mistake(field, data[key], on)
        if sentence:
            found[key] = [f"{field.label}{sentence}"]
    return found


def _mistake(field: AskedField, value: Any, on: date) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return "应填文字或者数字。"
    text = str(value).strip()
    if field.kind == "NUMBER":
        return _number(text, field.rule)
    if field.kind == "DATE":
        return _day(text, field.rule, on)
    if field.kind == "CHOICE":
        return None if text in field.choices else f"应为{'、'.join(field.choices)}之一。"
    longest = LONGEST_LONGTEXT if field.kind == "LONGTEXT" else LONGEST_TEXT
    if len(text) > longest:
        return f"最多 {longest} 个字，现有 {len(text)} 个。"
    return _text(text, field.rule)


def _number(text: str, rule: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "应填数字，不带单位。"
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or abs(number) >= 10**MOST_DIGITS:
        return "超出可以填写的范围。"
    if rule == "POSITIVE" and number <= 0:
        return "应大于零。"
    if rule == "NOT_NEGATIVE" and number < 0:
        return "不能小于零。"
    if rule == "WHOLE" and (number <= 0 or number != number.to_integral_value()):
        return "应为正整数。"
    if rule == "PERCENT" and not 0 <= number <= 100:
        return "应在 0 到 100 之间。"
    return None


def _day(text: str, rule: str, on: date) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "应为日期，如 2022-08-01。"
    if rule == "NOT_FUTURE" and day > on:
        return f"不能晚于收件当日（{on}）。"
    if rule == "NOT_PAST" and day < on:
        return f"不能早于收件当日（{on}）。"
    return None


def _text(text: str, rule: str) -> str | None:
    if rule == "USCC" and not uscc.is_valid(text):
        return "不是有效的统一社会信用代码（18位，校验不通过）。"
    if rule == "MOBILE" and not (len(text) == 11 and text.isascii() and text.isdigit() and "13" <= text[:2] <= "19"):
        return "应为 11 位手机号码。"
    return None
