"""What was planned, drawn and agreed, in which order? One append-only chain an organ; words stand apart to be erasable."""

from __future__ import annotations

from django.db import models

from approvals.audit.models import ActRow, ErasableText, Stream
from approvals.cases.models import Case
from approvals.collaboration.words import JointAction
from approvals.organisations.models import Organ


class JointLedger(Stream):
    """协同台账: the row of an organ that is locked while a record is chained."""

    organ = models.OneToOneField(Organ, models.PROTECT, primary_key=True, related_name="+", verbose_name="单位")

    class Meta:
        verbose_name = verbose_name_plural = "协同台账"

    def __str__(self) -> str:
        return str(self.organ)


class JointRecord(ActRow):
    """协同记录: one act. `subject` names the row it is about, such as plan:12; codes, numbers and days only."""

    ledger = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="单位")
    action = models.CharField("动作", max_length=16, choices=JointAction)
    subject = models.CharField("对象", max_length=40)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", null=True, verbose_name="办件")
    text_digest = models.CharField("文字摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "协同记录"
        constraints = [models.UniqueConstraint(fields=["ledger", "sequence"], name="joint_record_once")]
        indexes = [models.Index(fields=["subject", "id"], name="joint_record_subject")]


class JointRecordText(ErasableText):
    """协同记录文字: names and texts of a record; erasing them leaves the salted digest in the chain."""

    record = models.OneToOneField(JointRecord, models.PROTECT, primary_key=True, related_name="words")

    class Meta:
        verbose_name = verbose_name_plural = "协同记录文字"
