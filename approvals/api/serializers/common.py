"""Shapes that several answers share."""

from typing import Any

from rest_framework import serializers


class OrganRef(serializers.Serializer):
    code = serializers.CharField(label="机构代码")
    name = serializers.CharField(label="机构名称")


class ProblemShape(serializers.Serializer):
    """RFC 9457. `code` is stable; further members depend on it."""

    type = serializers.CharField(label="/problems/ 加代码")
    title = serializers.CharField(label="发生了什么")
    status = serializers.IntegerField(label="HTTP 状态")
    detail = serializers.CharField(label="怎么办")
    instance = serializers.CharField(label="请求的地址")
    code = serializers.CharField(label="代码")
    request_id = serializers.CharField(label="请求号")
    errors = serializers.DictField(
        label="逐个字段的错误", child=serializers.ListField(child=serializers.CharField()), required=False
    )

    class Meta:
        ref_name = "Problem"


class Blocker(serializers.Serializer):
    """One thing still missing for an act; `field` is the input field that would cure it, empty if none would."""

    code = serializers.CharField(label="代码")
    field = serializers.CharField(label="填写项", allow_blank=True)
    detail = serializers.CharField(label="怎么办")


def codes_of(organ: Any) -> dict[str, str]:
    return {"code": organ.code, "name": organ.name}
