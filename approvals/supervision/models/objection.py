"""Why did a unit not take a push on, and what was it answered?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models.push import Push
from approvals.supervision.words import Answer, Ground


class Objection(models.Model):
    """异议: once a push, within the claim limit; the coordinator answers by a day. Words stand here, their digest is chained."""

    push = models.OneToOneField(Push, models.PROTECT, primary_key=True, related_name="objection", verbose_name="推送")
    ground = models.CharField("异议种类", max_length=16, choices=Ground)
    words = models.TextField("理由")
    salt = models.CharField("盐", max_length=32)
    suggested = models.ForeignKey(
        SupervisionUnit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="建议改派"
    )
    raised_at = models.DateTimeField("提出时刻")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    due_on = models.DateField("答复到期")
    answer = models.CharField("答复", max_length=12, choices=Answer, blank=True)
    answer_words = models.TextField("答复说明", blank=True)
    answer_salt = models.CharField("答复盐", max_length=32, blank=True)
    ruling = models.CharField("编办意见文号", max_length=60, blank=True)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "推送异议"
        constraints = [
            models.CheckConstraint(
                name="objection_answered_by_a_person",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answer=""), name="objection_open")]

    def __str__(self) -> str:
        return f"{self.push} {self.get_ground_display()}"
