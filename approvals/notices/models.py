"""What was a person of the staff told, when, and have they seen it?"""

from __future__ import annotations

from django.conf import settings
from django.db import models


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
