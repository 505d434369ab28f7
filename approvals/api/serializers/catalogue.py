"""Items, their guides, and who holds each phase."""

from typing import Any

from rest_framework import serializers

from approvals.api.serializers.common import OrganRef
from approvals.cases.inputs import Input, Text
from approvals.catalogue.models import PowerType


class ItemQuery(Input):
    search = Text(label="代码、名称、常用说法或拼音首字母，空格隔开", required=False, allow_blank=True, max_length=60)
    on = serializers.DateField(label="哪一天的清单（默认今天）", required=False)
    limit = serializers.IntegerField(label="最多几条", required=False, min_value=1, max_value=200, default=200)


class DayQuery(Input):
    on = serializers.DateField(label="哪一天（默认今天）", required=False)


class JurisdictionQuery(Input):
    item = Text(label="事项代码，如 3-38", max_length=20)
    region = Text(label="区划代码，如 360703", max_length=6)
    on = serializers.DateField(label="哪一天（默认今天）", required=False)
    place = Text(label="限定范围的代码", required=False, allow_blank=True, max_length=40)


class ItemRow(serializers.Serializer):
    code = serializers.CharField(label="事项代码")
    annex = serializers.IntegerField(label="附件号")
    seq = serializers.IntegerField(label="序号")
    name = serializers.CharField(label="名称")
    main_name = serializers.CharField(label="主项")
    sub_name = serializers.CharField(allow_blank=True, label="子项")
    unit = OrganRef(source="city_unit", label="市级单位")
    power_type = serializers.ChoiceField(choices=PowerType.choices, label="权力类型")
    power_type_label = serializers.CharField(source="get_power_type_display", label="权力类型名称")
    remark = serializers.CharField(allow_blank=True, label="备注")
    keywords = serializers.CharField(allow_blank=True, label="常用说法")


class Items(serializers.Serializer):
    on = serializers.DateField(label="哪一天的清单")
    items = ItemRow(many=True)


class GuideMaterial(serializers.Serializer):
    position = serializers.IntegerField(label="序号")
    name = serializers.CharField(label="名称")
    form = serializers.CharField(label="形式")
    copies = serializers.IntegerField(label="份数")
    necessity = serializers.CharField(label="必要性")
    origin = serializers.CharField(label="来源")
    reuse = serializers.CharField(allow_blank=True, label="可由证照或共享数据代替")
    scenario = serializers.CharField(allow_blank=True, label="何种情形须交")
    note = serializers.CharField(allow_blank=True, label="说明")


class GuideField(serializers.Serializer):
    key = serializers.CharField(label="字段")
    label = serializers.CharField(label="名称")
    kind = serializers.CharField(label="类型")
    unit = serializers.CharField(allow_blank=True, label="单位")
    required = serializers.BooleanField(label="必填")
    choices = serializers.JSONField(label="选项")
    rule = serializers.CharField(allow_blank=True, label="校验")
    hint = serializers.CharField(allow_blank=True, label="填写说明")


class GuidePoint(serializers.Serializer):
    position = serializers.IntegerField(label="序号")
    text = serializers.CharField(label="内容")
    key = serializers.BooleanField(label="关键要点")


class GuideShape(serializers.Serializer):
    """办事指南. All limits in 工作日 (working days); null where no text sets one."""

    version = serializers.IntegerField(label="版本号")
    provisional = serializers.BooleanField(label="待完善")
    effective_from = serializers.DateField(label="施行日期")
    acceptance_days = serializers.IntegerField(label="受理审查期限（0 为当场）")
    recheck_days = serializers.IntegerField(label="补正件复查期限")
    correction_days = serializers.IntegerField(label="申请人补正期限")
    statutory_days = serializers.IntegerField(allow_null=True, label="法定办结时限")
    promised_days = serializers.IntegerField(allow_null=True, label="承诺办结时限")
    clock_start = serializers.CharField(label="法定时限起算")
    delivery_days = serializers.IntegerField(label="颁证送达期限")
    stage_days = serializers.JSONField(label="承诺时限的分段")
    claim_days = serializers.IntegerField(label="监管认领期限")
    feedback_days = serializers.IntegerField(label="首次监管反馈期限")
    special_procedures = serializers.JSONField(label="特别程序")
    on_the_spot = serializers.BooleanField(label="即办件")
    tolerance = serializers.BooleanField(label="可容缺受理")
    commitment = serializers.BooleanField(label="可告知承诺")
    commitment_text = serializers.CharField(allow_blank=True, label="告知承诺的内容")
    on_site = serializers.BooleanField(label="须现场核查")
    free_return = serializers.BooleanField(label="原件免费寄还")
    fee = serializers.JSONField(label="收费（分）")
    result_name = serializers.CharField(label="结果名称")
    result_type = serializers.CharField(label="结果类型")
    result_validity = serializers.CharField(allow_blank=True, label="有效期")
    licence_effect = serializers.CharField(label="对证照的效果")
    service_objects = serializers.JSONField(label="服务对象")
    legal_basis = serializers.JSONField(label="设定依据")
    conditions = serializers.JSONField(label="受理条件")
    note = serializers.CharField(allow_blank=True, label="说明")
    materials = GuideMaterial(many=True, label="申请材料")
    form = GuideField(many=True, source="form_fields", label="申请表")
    review_points = GuidePoint(many=True, label="审查要点")


class ItemDetail(ItemRow):
    scope_note = serializers.CharField(allow_blank=True, label="范围说明")
    edition = serializers.CharField(source="edition.code", label="清单版本")
    guide: Any = serializers.SerializerMethodField(label="办事指南；还没有发布的为 null")

    def get_guide(self, item: Any) -> Any:
        guide = self.context["guide"]
        return GuideShape(guide).data if guide else None


class HolderShape(serializers.Serializer):
    level = serializers.ChoiceField(choices=["county", "city"])
    region = serializers.CharField(label="区划代码")
    organ = serializers.CharField(label="机构")
    in_the_name_of = serializers.CharField(allow_null=True, label="以谁的名义")


class SupervisorShape(serializers.Serializer):
    level = serializers.ChoiceField(choices=["county", "city"])
    unit = serializers.CharField(label="监管单位")
    copy = serializers.BooleanField(label="只知悉，不认领")


class JurisdictionShape(serializers.Serializer):
    """谁受理、谁审核、谁决定、谁监管: the same object as `manage.py jurisdiction --json`; the responsible unit first."""

    item = serializers.CharField(label="事项代码")
    region = serializers.CharField(label="区划代码")
    delegated = serializers.BooleanField(label="本地区承接")
    mode = serializers.ChoiceField(choices=["direct", "substantive", "window"], allow_null=True, label="放权方式")
    accept = HolderShape(label="受理")
    review = HolderShape(label="审核")
    decide = HolderShape(label="决定")
    supervise = SupervisorShape(many=True, label="监管")
    reasons = serializers.ListField(child=serializers.CharField(), label="理由")
    nearest_miss = serializers.CharField(allow_null=True, label="差在哪里")
