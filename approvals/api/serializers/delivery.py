"""How the result reaches the applicant and where the paper originals are, as the API says it; telephones stay masked."""

from __future__ import annotations

from rest_framework import serializers

from approvals.cases.models import DeliveryWish, Dispatch, PostalEvent
from approvals.organisations import masks


class PostalEventShape(serializers.Serializer):
    number = serializers.IntegerField(label="序号")
    code = serializers.ChoiceField(choices=PostalEvent.Code.choices, label="情况")
    at = serializers.DateTimeField(label="时刻")
    place = serializers.CharField(allow_blank=True, label="地点")
    note = serializers.CharField(allow_blank=True, label="说明")
    by_carrier = serializers.BooleanField(label="承运方回传")


class DispatchShape(serializers.Serializer):
    """寄送: the result, or originals going back, on their way."""

    content = serializers.ChoiceField(choices=Dispatch.Content.choices, label="内容")
    way = serializers.ChoiceField(choices=DeliveryWish.Way.choices, label="方式")
    standing = serializers.ChoiceField(choices=Dispatch.Standing.choices, label="状态")
    carrier = serializers.CharField(allow_blank=True, label="承运方")
    tracking = serializers.CharField(allow_blank=True, label="运单号")
    materials = serializers.ListField(child=serializers.IntegerField(), label="材料序号")
    sent_at = serializers.DateTimeField(label="送出时刻")
    closed_on = serializers.DateField(allow_null=True, label="签收或退回之日")
    events = PostalEventShape(source="postal_events", many=True, label="轨迹")


class WishShape(serializers.Serializer):
    way = serializers.ChoiceField(choices=DeliveryWish.Way.choices, label="方式")
    recipient = serializers.CharField(allow_blank=True, label="收件人")
    phone = serializers.SerializerMethodField(label="收件电话（脱敏）")
    address = serializers.CharField(allow_blank=True, label="收件地址")
    free_return = serializers.BooleanField(label="原件免费寄还")

    def get_phone(self, wish: DeliveryWish) -> str:
        return masks.mobile(wish.phone) if wish.phone else ""


class Delivery(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    due_on = serializers.DateField(allow_null=True, label="送达最迟")
    wish = WishShape(allow_null=True, label="申请人选的方式")
    dispatches = DispatchShape(many=True, label="寄送")


class OriginalShape(serializers.Serializer):
    position = serializers.IntegerField(source="material.position", label="材料序号")
    name = serializers.CharField(source="material.name", label="名称")
    copies = serializers.IntegerField(source="material.copies", label="份数")
    standing = serializers.CharField(
        label="现状", help_text="HELD、UNDER_WAY、NOT_ARRIVED、ARCHIVED、MAILED_BACK、GIVEN_BACK"
    )
    words = serializers.CharField(label="现状（文字）")
    organ = serializers.CharField(source="organ.code", label="单位代码")
    since = serializers.DateTimeField(allow_null=True, label="自")


class Originals(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    originals = OriginalShape(many=True, label="纸质原件")
