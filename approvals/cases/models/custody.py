"""Who handed which paper originals of a case to whom, when, and did they arrive?"""

from django.db import models

from approvals.cases.models.case import Case
from approvals.cases.models.dossier import Material
from approvals.organisations.models import Organ


class Handover(models.Model):
    """纸质交接: originals on their way from one organ to another, or into the archive; signed for by the taker."""

    class Way(models.TextChoices):
        HAND = "HAND", "当面交接"
        MAIL = "MAIL", "邮寄"

    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers", verbose_name="办件")
    giver = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="移交单位")
    taker = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="接收单位")
    archive = models.BooleanField("归入档案", default=False)
    way = models.CharField("交接方式", max_length=8, choices=Way)
    tracking = models.CharField("运单号", max_length=60, blank=True)
    handed_by = models.BigIntegerField("移交人", null=True)
    handed_name = models.CharField("移交人姓名", max_length=40)
    handed_at = models.DateTimeField("移交时刻")
    signed_by = models.BigIntegerField("签收人", null=True)
    signed_name = models.CharField("签收人姓名", max_length=40, blank=True)
    signed_at = models.DateTimeField("签收时刻", null=True)
    note = models.CharField("签收备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "纸质交接"
        indexes = [
            models.Index(fields=["taker"], name="handover_under_way", condition=models.Q(signed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.giver_id}→{self.taker_id}"


class HandoverLine(models.Model):
    """交接材料: one kind of original in a handover; `arrived` is open until the taker has signed."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="lines", verbose_name="交接")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+", verbose_name="材料")
    copies = models.PositiveSmallIntegerField("份数")
    arrived = models.BooleanField("收到", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "交接材料"
        constraints = [models.UniqueConstraint(fields=["handover", "material"], name="handover_line_once")]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.material_id}"
