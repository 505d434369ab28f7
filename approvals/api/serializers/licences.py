"""A licence in answers: as it stands, what is on it, what happened to it. Persons' numbers masked."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.licences.content import read
from approvals.licences.models import Licence, LicenceVersion
from approvals.licences.words import LicenceRecord, Status
from approvals.organisations import masks


class LicenceQuery(Input):
    number = Text(label="证照编号", required=False, max_length=120)
    holder = Text(label="持证主体证件号码", required=False, max_length=30)
    type = Text(label="证照类型代码", required=False, max_length=40)
    status = serializers.ChoiceField(label="今天的状态", choices=Status.choices, required=False)
    expires_within = serializers.IntegerField(label="多少天内到期", required=False, min_value=1, max_value=3660)
    before = serializers.IntegerField(label="上次应答的 next", required=False, min_value=1, max_value=2**63 - 1)
    limit = serializers.IntegerField(label="最多几条", required=False, default=50, min_value=1, max_value=200)


class LicenceRow(serializers.Serializer):
    """证照: one licence as it stands today."""

    id = serializers.IntegerField(source="pk", label="主键")
    number = serializers.CharField(label="证照编号")
    identifier = serializers.CharField(label="电子证照标识")
    type = serializers.CharField(source="type.code", label="证照类型代码")
    name = serializers.CharField(label="证照名称")
    holder = serializers.CharField(source="holder_name", label="持证主体")
    organ = serializers.CharField(source="organ.code", label="颁发机关代码")
    organ_name = serializers.CharField(source="organ.name", label="颁发机关")
    region = serializers.CharField(source="region_id", label="区划代码")
    item = serializers.CharField(label="事项代码")
    status = serializers.SerializerMethodField(label="今天的状态")
    issued_on = serializers.DateField(label="颁发之日")
    valid_from = serializers.DateField(label="有效期起", allow_null=True)
    valid_to = serializers.DateField(label="有效期止", allow_null=True)
    suspended_until = serializers.DateField(label="暂停至", allow_null=True)
    version = serializers.IntegerField(label="版次")
    case_number = serializers.CharField(label="颁发办件")

    def get_status(self, licence: Licence) -> str:
        return licence.status_on(self.context["on"])


class LicencePage(serializers.Serializer):
    results = LicenceRow(many=True, label="证照")
    next = serializers.IntegerField(label="接着取用的 before；没有更多为空", allow_null=True)


class LicenceEventRow(serializers.Serializer):
    """证照记录: one change; `digest` links it to the one before."""

    sequence = serializers.IntegerField(label="序号")
    at = serializers.DateTimeField(label="记录时刻")
    effective_on = serializers.DateField(label="生效之日")
    record = serializers.ChoiceField(choices=LicenceRecord.choices, label="变动")
    status = serializers.ChoiceField(choices=Status.choices, label="变动后状态")
    valid_from = serializers.DateField(label="有效期起", allow_null=True)
    valid_to = serializers.DateField(label="有效期止", allow_null=True)
    version = serializers.IntegerField(label="版次")
    case_number = serializers.CharField(label="办件编号")
    data = serializers.JSONField(label="事实")
    content_digest = serializers.CharField(label="照面摘要")
    previous = serializers.CharField(label="前一摘要")
    digest = serializers.CharField(label="摘要")


class LicenceDetail(LicenceRow):
    paper = serializers.SerializerMethodField(label="照面内容")
    events = serializers.SerializerMethodField(label="证照记录")

    def get_paper(self, licence: Licence) -> dict[str, Any]:
        text = LicenceVersion.objects.values_list("content", flat=True).get(licence=licence, version=licence.version)
        paper = read(text or "")
        for holder in paper.get("holders", []):
            if holder["id_type"] != "USCC":
                holder["id_number"] = masks.number(holder["id_number"])
        shown: dict[str, Any] = masks.free(paper)
        return shown

    def get_events(self, licence: Licence) -> list[dict[str, Any]]:
        events = self.context["events"]
        return list(LicenceEventRow(events, many=True).data)


class Opened(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    state = serializers.CharField(label="环节")
