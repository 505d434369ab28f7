"""How does the applicant wish to get the result, what was sent to them, and where is it now?"""

from __future__ import annotations

from django.db import models

from approvals.audit.fields import EncryptedTextField
from approvals.cases.models.case import Case
from approvals.exchange.models import Message


class DeliveryWish(models.Model):
    """送达约定: what the applicant chose at the window; the address is theirs alone and encrypted."""

    class Way(models.TextChoices):
        COUNTER = "COUNTER", "窗口领取"
        MAIL = "MAIL", "邮寄"
        ELECTRONIC = "ELECTRONIC", "电子送达"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="delivery_wish")
    way = models.CharField("方式", max_length=12, choices=Way, default=Way.COUNTER)
    recipient = models.CharField("收件人", max_length=60, blank=True)
    phone = EncryptedTextField("收件电话", blank=True)
    address = EncryptedTextField("收件地址", blank=True)
    free_return = models.BooleanField("原件免费寄还", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "送达约定"


class Dispatch(models.Model):
    """寄送: the result, or originals going back, on their way to the applicant: by mail, or offered online."""

    class Content(models.TextChoices):
        RESULT = "RESULT", "办理结果"
        ORIGINALS = "ORIGINALS", "材料原件"

    class Standing(models.TextChoices):
        ORDERED = "ORDERED", "已下单"
        SENT = "SENT", "在途"
        OFFERED = "OFFERED", "待申请人确认"
        SERVED = "SERVED", "已签收"
        FAILED = "FAILED", "退回"
        REPLACED = "REPLACED", "已改送"

    OPEN = (Standing.ORDERED, Standing.SENT, Standing.OFFERED)

    case = models.ForeignKey(Case, models.PROTECT, related_name="dispatches", verbose_name="办件")
    content = models.CharField("内容", max_length=10, choices=Content)
    way = models.CharField("方式", max_length=12, choices=DeliveryWish.Way)
    standing = models.CharField("状态", max_length=10, choices=Standing)
    recipient = models.CharField("收件人", max_length=60, blank=True)
    phone = EncryptedTextField("收件电话", blank=True)
    address = EncryptedTextField("收件地址", blank=True)
    carrier = models.CharField("承运方", max_length=40, blank=True)
    tracking = models.CharField("运单号", max_length=40, blank=True)
    materials = models.JSONField("材料序号", default=list)
    sent_by = models.BigIntegerField("经手人", null=True)
    sent_name = models.CharField("经手人姓名", max_length=40, blank=True)
    sent_at = models.DateTimeField("送出时刻")
    closed_on = models.DateField("签收或退回之日", null=True)
    order = models.OneToOneField(Message, models.PROTECT, null=True, related_name="+", verbose_name="下单消息")
    inquiry = models.OneToOneField(Message, models.PROTECT, null=True, related_name="+", verbose_name="查询消息")
    inquired_at = models.DateTimeField("查询时刻", null=True)
    heard = models.PositiveSmallIntegerField("承运方轨迹数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "寄送"
        indexes = [
            models.Index(
                fields=["standing", "sent_at"],
                name="dispatch_open",
                condition=models.Q(standing__in=("ORDERED", "SENT", "OFFERED", "FAILED")),
            ),
            models.Index(fields=["case", "id"], name="dispatch_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.carrier} {self.tracking}"


class PostalEvent(models.Model):
    """邮政轨迹: what the carrier said of a piece of mail, or a person wrote down; never changed."""

    class Code(models.TextChoices):
        COLLECTED = "COLLECTED", "已收寄"
        IN_TRANSIT = "IN_TRANSIT", "运输中"
        OUT = "OUT", "派送中"
        SIGNED = "SIGNED", "已签收"
        REFUSED = "REFUSED", "收件人拒收"
        UNDELIVERABLE = "UNDELIVERABLE", "无法投递"
        RETURNED = "RETURNED", "已退回寄件人"

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="postal_events", verbose_name="寄送")
    number = models.PositiveSmallIntegerField("序号")
    code = models.CharField("情况", max_length=14, choices=Code)
    at = models.DateTimeField("时刻")
    place = models.CharField("地点", max_length=60, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)
    by_carrier = models.BooleanField("承运方回传", default=False)
    noted_by = models.BigIntegerField("登记人", null=True)
    noted_name = models.CharField("登记人姓名", max_length=40, blank=True)
    noted_at = models.DateTimeField("登记时刻")

    class Meta:
        verbose_name = verbose_name_plural = "邮政轨迹"
        constraints = [models.UniqueConstraint(fields=["dispatch", "number"], name="postal_event_once")]

    def __str__(self) -> str:
        return self.get_code_display()
