"""What was a person of the staff told, and have they seen it? What was sent to whom outside, over which channel?"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from approvals.exchange.models import Endpoint, Message
from approvals.notices.words import ALLOWED, ChannelKind, Occasion, placeholders


class Notice(models.Model):
    """站内消息: one thing one person is told once. `key` is the sender's word for what it is about."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name="接收人"
    )
    kind = models.CharField("类别", max_length=40)
    key = models.CharField("事由", max_length=120, help_text="同一人同一事由只通知一次")
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=500, blank=True)
    url = models.CharField("去处", max_length=300, blank=True, help_text="站内地址")
    at = models.DateTimeField("时刻")
    read_at = models.DateTimeField("已读时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "站内消息"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Channel(models.Model):
    """通知渠道: the gateway that sends short messages, e-mails or messages of 赣政通; one of each kind."""

    kind = models.CharField("渠道", max_length=10, choices=ChannelKind, unique=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+", verbose_name="接收端")
    enabled = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知渠道"

    def __str__(self) -> str:
        return self.get_kind_display()


class Wording(models.Model):
    """通知文字: what is said on an occasion over a channel. Its blanks can only be filled with what is not personal."""

    occasion = models.CharField("时机", max_length=12, choices=Occasion)
    kind = models.CharField("渠道", max_length=10, choices=ChannelKind)
    text = models.CharField("文字", max_length=300, help_text=f"可用：{'、'.join('{' + one + '}' for one in ALLOWED)}")

    class Meta:
        verbose_name = verbose_name_plural = "通知文字"
        constraints = [models.UniqueConstraint(fields=["occasion", "kind"], name="wording_once")]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} {self.get_kind_display()}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        """Refuses every blank that could carry personal data (个人信息保护法第六条)."""
        found = placeholders(self.text)
        if found is None:
            raise ValidationError({"text": "花括号没有成对；写成 {number} 的样子。"})
        if unknown := found - set(ALLOWED):
            raise ValidationError({"text": f"不能用 {'、'.join(sorted(unknown))}；通知里不写个人信息。"})


class Sent(models.Model):
    """外发通知: one message to one address on one occasion; the address itself is only in the message, encrypted."""

    key = models.CharField("事由", max_length=120)
    kind = models.CharField("渠道", max_length=10, choices=ChannelKind)
    occasion = models.CharField("时机", max_length=12, choices=Occasion)
    about = models.CharField("办件编号", max_length=24, blank=True, db_index=True)
    text = models.CharField("文字", max_length=500)
    at = models.DateTimeField("时刻")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+", verbose_name="消息")

    class Meta:
        verbose_name = verbose_name_plural = "外发通知"
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="sent_once")]


class Preference(models.Model):
    """接收方式: over which channels a person of the staff is told besides, at once or in one message a day."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference", verbose_name="人员"
    )
    channels = models.JSONField("渠道", default=list)
    daily = models.BooleanField("每日一条汇总", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "接收方式"
