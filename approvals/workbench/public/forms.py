"""What may be typed at the public counter? Three small forms whose mistakes are told in one sentence each."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

from approvals.cases.numbers import is_number
from approvals.cases.parties import MOBILE, mobile_problem
from approvals.workbench.public.answers import regions
from approvals.workbench.public.models import Complaint

CASE_NUMBER_LENGTH = 20


def plain(text: str) -> str:
    """Typed by hand or pasted: full-width characters, spaces, hyphens and small letters do no harm."""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split()).upper()


def number_problem(number: str) -> str:
    """What is wrong with a case number, in one sentence; empty when its form and check digit are right."""
    if number.isascii() and is_number(number):
        return ""
    if not number.startswith("GZ"):
        return "编号以 GZ 开头，后面 18 位数字，对照收件凭证重输。"
    if len(number) != CASE_NUMBER_LENGTH:
        few = len(number) < CASE_NUMBER_LENGTH
        return f"{'少' if few else '多'} {abs(CASE_NUMBER_LENGTH - len(number))} 位，编号应为 GZ 和 18 位数字。"
    return "校验位不对，对照收件凭证重输。"


class ProgressForm(forms.Form):
    number = forms.CharField(label="办件编号", max_length=60, error_messages={"required": "填写办件编号。"})
    code = forms.CharField(label="查询码", max_length=40, error_messages={"required": "填写查询码。"})

    def clean_number(self) -> str:
        number = plain(self.cleaned_data["number"])
        if problem := number_problem(number):
            raise forms.ValidationError(problem)
        return number

    def clean_code(self) -> str:
        return plain(self.cleaned_data["code"])


class ComplaintForm(forms.Form):
    key = forms.UUIDField(
        error_messages={"required": "页面不完整，重新打开再填。", "invalid": "页面不完整，重新打开再填。"}
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=Complaint.Kind.choices,
        error_messages={"required": "选咨询、投诉或建议。", "invalid_choice": "选咨询、投诉或建议。"},
    )
    region = forms.ChoiceField(
        label="哪个地区", required=False, error_messages={"invalid_choice": "没有这个地区，从列表里重新选。"}
    )
    case_number = forms.CharField(label="办件编号", required=False, max_length=60)
    text = forms.CharField(
        label="内容",
        min_length=10,
        max_length=1000,
        error_messages={
            "required": "写明什么事、什么时候、在哪个窗口。",
            "min_length": "太短，至少写 10 个字，说清什么事。",
            "max_length": "最多 1000 个字，删去一些再交。",
        },
    )
    name = forms.CharField(label="称呼", required=False, max_length=40, error_messages={"max_length": "最多 40 个字。"})
    mobile = forms.CharField(label="手机", required=False, max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", "不限地区"), *((one.code, one.name) for one in regions())]

    def clean_case_number(self) -> str:
        number = plain(self.cleaned_data["case_number"])
        if number and (problem := number_problem(number)):
            raise forms.ValidationError(problem)
        return number

    def clean_mobile(self) -> str:
        number = plain(self.cleaned_data["mobile"])
        if number and not (number.isascii() and MOBILE.fullmatch(number)):
            raise forms.ValidationError(mobile_problem(number))
        return number


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复",
        max_length=1000,
        error_messages={"required": "写明答复，提出人会看到。", "max_length": "最多 1000 个字，删去一些再交。"},
    )
