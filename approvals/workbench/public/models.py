"""What did somebody ask, complain about or suggest at the public counter, and what was answered?"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from approvals.audit.fields import EncryptedTextField
from approvals.organisations.models import Region


class Complaint(models.Model):
    """咨询投诉: from the public counter to the coordinator of a region. Words, name and telephone are encrypted."""

    class Kind(models.TextChoices):
        QUESTION = "QUESTION", "咨询"
        COMPLAINT = "COMPLAINT", "投诉"
        SUGGESTION = "SUGGESTION", "建议"

    key = models.UUIDField("提交标记", default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name="地区", null=True, help_text="空为市本级"
    )
    region_named = models.BooleanField("写明了地区", default=True, help_text="否则地区是按办件编号找的，只用来分派")
    case_number = models.CharField("办件编号", max_length=24, blank=True)
    text = EncryptedTextField("内容")
    name = EncryptedTextField("称呼", blank=True)
    mobile = EncryptedTextField("手机", blank=True)
    created_at = models.DateTimeField("提交时刻")
    answer = EncryptedTextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时刻", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="答复人", null=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "咨询投诉"
        indexes = [models.Index(fields=["region", "answered_at", "id"], name="complaint_open")]

    def __str__(self) -> str:
        return self.number
