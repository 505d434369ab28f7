"""Which request bodies are read at all? Small, flat JSON objects that every engine can store; multipart for files only.

Numbers with a fraction stay as they were written ("62.40"), because a float would not (records hold no floats).
"""

from __future__ import annotations

import json
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import JSONParser

from approvals.api.problems import BodyMalformed, BodyTooLarge

DEEPEST = 16
LARGEST_INTEGER = 2**53 - 1  # RFC 7493: what every JSON reader keeps exactly


class StrictJSONParser(JSONParser):
    """JSON in UTF-8; refuses what is too deep, too large, ambiguous or not storable, before anybody works on it."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge(
                f"JSON 请求体最多 {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024} MB；文件另行上传。"
            )
        try:
            text = raw.decode()
            data = json.loads(text, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_once)
        except RecursionError:
            raise BodyMalformed(f"嵌套太深，最多 {DEEPEST} 层。") from None
        except ValueError as error:
            raise BodyMalformed(f"请求体应是 UTF-8 编码的 JSON：{_place(error)}") from None
        if not isinstance(data, dict):
            raise BodyMalformed("请求体应是一个 JSON 对象，即 {…}。")
        check(data)
        return data


def check(data: Any) -> None:
    """Raise BodyMalformed for depth, integers and characters that cannot be kept everywhere."""
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise BodyMalformed(f"嵌套太深，最多 {DEEPEST} 层。")
        if isinstance(value, dict):
            waiting.extend((part, depth + 1) for pair in value.items() for part in pair)
        elif isinstance(value, list):
            waiting.extend((part, depth + 1) for part in value)
        elif isinstance(value, str):
            _storable(value)
        elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise BodyMalformed(f"整数应在正负 {LARGEST_INTEGER} 之间。")


def _storable(text: str) -> None:
    if "\x00" in text:
        raise BodyMalformed("文字里有空字符（U+0000），删去后重发。")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BodyMalformed("文字里有不成对的代理字符，检查编码后重发。")


def _no_constant(name: str) -> Any:
    raise ValueError(f"没有 {name} 这个值")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("同一个名称写了两次")
    return found


def _place(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.lineno} 行第 {error.colno} 列读不下去。"
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码。"
    return f"{error}。" if not str(error).isascii() else "有一个数字太长。"
