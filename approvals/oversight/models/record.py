"""What did oversight do, in which order? One append-only chain for each city unit; the words stand apart to be erasable."""

from __future__ import annotations

from django.db import models

from approvals.audit.models import ActRow, ErasableText, Stream
from approvals.cases.models import Case
from approvals.organisations.models import Organ
from approvals.oversight.words import OversightAction


class Ledger(Stream):
    """监督台账: the row of a city unit that is locked while a record is chained."""

    unit = models.OneToOneField(Organ, models.PROTECT, primary_key=True, related_name="+", verbose_name="市级单位")

    class Meta:
        verbose_name = verbose_name_plural = "监督台账"

    def __str__(self) -> str:
        return str(self.unit)


class Record(ActRow):
    """监督记录: one act. `subject` names the row it is about, such as finding:12; codes, numbers and days only."""

    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    action = models.CharField("动作", max_length=16, choices=OversightAction)
    subject = models.CharField("对象", max_length=40)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", null=True, verbose_name="办件")
    text_digest = models.CharField("文字摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "监督记录"
        constraints = [models.UniqueConstraint(fields=["unit", "sequence"], name="oversight_record_once")]
        indexes = [models.Index(fields=["subject", "id"], name="oversight_record_subject")]


class RecordText(ErasableText):
    """监督记录文字: names, reasons and answers of a record; erasing them leaves the salted digest in the chain."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="words")

    class Meta:
        verbose_name = verbose_name_plural = "监督记录文字"
