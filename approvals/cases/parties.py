"""Is this applicant who the papers say? Shape and check digits of identity numbers, agent's authority, mobile number.

GB 32100-2015 (统一社会信用代码) and GB 11643-1999 (公民身份号码) by python-stdnum; the place digits of either are never
held against anybody: codes change and people move. Other documents are checked by length only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from approvals.audit.fields import search_hash
from approvals.cases.inputs import Input, Text
from approvals.cases.models import Party

MOBILE = re.compile(r"1[3-9][0-9]{9}")
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
LENGTHS = {
    Party.IdType.PASSPORT: (5, 20),
    Party.IdType.HK_MACAO: (9, 11),
    Party.IdType.TAIWAN: (8, 10),
    Party.IdType.FOREIGN_RESIDENT: (15, 18),
}


class PartyInput(Input):
    role = serializers.ChoiceField(label="关系", choices=Party.Role.choices, default=Party.Role.APPLICANT)
    kind = serializers.ChoiceField(label="类别", choices=Party.Kind.choices, default=Party.Kind.COMPANY)
    name = Text(label="名称", max_length=120)
    id_type = serializers.ChoiceField(label="证件类型", choices=Party.IdType.choices, default=Party.IdType.NONE)
    id_number = Text(label="证件号码", required=False, allow_blank=True, max_length=30)
    mobile = Text(label="手机", required=False, allow_blank=True, max_length=20)
    address = Text(label="住所", required=False, allow_blank=True, max_length=200)
    legal_representative = Text(label="法定代表人", required=False, allow_blank=True, max_length=60)
    authority = Text(label="代理权限", required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        errors: dict[str, str] = {}
        attrs["id_number"] = one_way(attrs.get("id_number", ""))
        attrs["mobile"] = one_way(attrs.get("mobile", ""))
        number, id_type = attrs["id_number"], attrs["id_type"]
        if attrs["role"] == Party.Role.APPLICANT and (id_type == Party.IdType.NONE or not number):
            errors["id_number"] = "填写申请人的证件类型和号码。"
        elif number and (problem := id_problem(id_type, number)):
            errors["id_number"] = problem
        if attrs["mobile"] and not MOBILE.fullmatch(attrs["mobile"]):
            errors["mobile"] = mobile_problem(attrs["mobile"])
        if attrs["role"] == Party.Role.CONTACT and not attrs["mobile"]:
            errors["mobile"] = "填写联系人手机，进度靠它通知。"
        if attrs["role"] == Party.Role.AGENT and not attrs.get("authority", "").strip():
            errors["authority"] = "写明代理权限（委托书名称和范围）。"
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


def one_way(number: str) -> str:
    """A number as it is kept, however it was typed: no spaces or hyphens, no wide (全角) characters, upper case."""
    return "".join(number.translate(NARROW).split()).replace("-", "").upper()


def id_problem(id_type: str, number: str) -> str:
    """What is wrong with an identity number, in one sentence that says what to do; empty when nothing is."""
    if id_type in (Party.IdType.USCC, Party.IdType.RESIDENT):
        check = uscc.validate if id_type == Party.IdType.USCC else _resident
        try:
            check(number)
        except InvalidLength:
            return f"应为 18 位，现为 {len(number)} 位，对照证照重输。"
        except InvalidChecksum:
            return "校验位不对，对照证照重输。"
        except ValidationError:
            return "号码里有不该有的字符或日期，对照证照重输。"
        return ""
    low, high = LENGTHS.get(Party.IdType(id_type), (0, 30))
    if not low <= len(number) <= high:
        return f"应为 {low} 到 {high} 位，现为 {len(number)} 位，对照证件重输。"
    return ""


def _resident(number: str) -> None:
    """Length, check digit and birth date; the place digits are left alone: old and moved codes are real."""
    if len(number) != 18:
        raise InvalidLength
    if not (number.isascii() and number[:17].isdigit()):
        raise InvalidFormat
    if ric.calc_check_digit(number) != number[17]:
        raise InvalidChecksum
    ric.get_birth_date(number)


def mobile_problem(number: str) -> str:
    if number.isdigit() and len(number) < 11:
        return f"少 {11 - len(number)} 位，手机号应为 11 位。"
    if number.isdigit() and len(number) > 11:
        return f"多 {len(number) - 11} 位，手机号应为 11 位。"
    return "手机号应为 11 位数字，以 1 开头。"


def as_rows(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Checked parties as columns of Party, numbered, with their search hashes."""
    return [
        {
            "position": position,
            "id_hash": search_hash(one["id_number"]),
            "mobile_hash": search_hash(one["mobile"]),
            "address": "",
            "legal_representative": "",
            "authority": "",
        }
        | one
        for position, one in enumerate(parties, start=1)
    ]


def duplicate_key(item: str, parties: Iterable[tuple[str, str]], place: str) -> str:
    """What two applications have in common when one is probably the other again: item, applicants, object.

    `parties` as (role, number of the document).
    """
    numbers = sorted(number for role, number in parties if role == Party.Role.APPLICANT)
    return search_hash("|".join([item, *numbers, place]))
