"""Do we and a unit's system count the same pushes, day by day?"""

from __future__ import annotations

from django.db import models

from approvals.exchange.models import Endpoint, Message
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.words import Standing


class Reconciliation(models.Model):
    """对账: one unit, one day, by count and digest; asked of the unit's endpoint, and again after what lacked was sent."""

    unit = models.ForeignKey(SupervisionUnit, models.PROTECT, related_name="reconciliations", verbose_name="监管单位")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="+", verbose_name="接收端")
    day = models.DateField("日")
    first = models.PositiveIntegerField("首个序号")
    last = models.PositiveIntegerField("末个序号")
    count = models.PositiveIntegerField("条数")
    digest = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=12, choices=Standing, default=Standing.SENT)
    asked = models.PositiveSmallIntegerField("第几次询问", default=1)
    message = models.OneToOneField(
        Message, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="询问消息"
    )
    made_at = models.DateTimeField("生成时刻")
    their_count = models.PositiveIntegerField("对方条数", null=True, blank=True)
    their_digest = models.CharField("对方摘要", max_length=64, blank=True)
    missing = models.JSONField("对方缺的序号", default=list)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    repaired = models.PositiveIntegerField("已补投条数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "对账"
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="reconciliation_once_a_day")]
        indexes = [models.Index(fields=["state", "day"], name="reconciliation_open")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"
