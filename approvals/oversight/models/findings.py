"""What was found wrong, what was ordered, how was it answered, and who is held to account?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models import Case
from approvals.documents.models import PutBeside
from approvals.organisations.models import Organ, Region
from approvals.oversight.models.samples import Filing, Sample
from approvals.oversight.words import Consequence, FindingKind, FindingSource, FindingState, ResponsibilityState


class Finding(models.Model):
    """监督发现的问题: with the correction order and its day; closed by the city unit when it is mended."""

    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="责任单位")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings", verbose_name="办件")
    source = models.CharField("来源", max_length=8, choices=FindingSource)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="findings", null=True, blank=True)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="findings", null=True, blank=True)
    kind = models.CharField("种类", max_length=16, choices=FindingKind)
    grave = models.BooleanField("情节严重", default=False)
    text = models.TextField("问题")
    order = models.TextField("整改要求")
    due_on = models.DateField("整改到期")
    days = models.PositiveSmallIntegerField("整改工作日", null=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=FindingState, default=FindingState.ORDERED)
    opened_at = models.DateTimeField("提出时刻")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    answered_at = models.DateTimeField("首次答复时刻", null=True, blank=True)
    closed_at = models.DateTimeField("销号时刻", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="销号人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "监督问题"
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="finding_worklist"),
            models.Index(fields=["organ", "state", "due_on"], name="finding_of_organ"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["filing"], condition=Q(filing__isnull=False), name="finding_of_filing"),
            models.UniqueConstraint(fields=["sample"], condition=Q(sample__isnull=False), name="finding_of_sample"),
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 号 {self.get_kind_display()}"


class Answer(models.Model):
    """整改答复: what the county did, and what the city unit said to it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers", verbose_name="问题")
    text = models.TextField("整改情况")
    at = models.DateTimeField("答复时刻")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="答复人")
    good = models.BooleanField("整改到位", null=True, blank=True)
    verdict = models.TextField("核查意见", blank=True)
    judged_at = models.DateTimeField("核查时刻", null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="核查人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改答复"
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(judged_at__isnull=True), name="one_answer_waits_for_a_verdict"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding} 答复"


class FindingFile(PutBeside):
    """问题附件: evidence of the city unit, or what the county adds to its answer."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files", verbose_name="问题")

    class Meta:
        verbose_name = verbose_name_plural = "问题附件"

    def __str__(self) -> str:
        return self.name


class Responsibility(models.Model):
    """责任追究: a person, for a finding, with what came of it. Opened by one, ended by another."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="responsibilities", verbose_name="问题")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    part = models.CharField("经手环节", max_length=60)
    ground = models.TextField("事由和依据")
    state = models.CharField("状态", max_length=8, choices=ResponsibilityState, default=ResponsibilityState.OPEN)
    due_on = models.DateField("处理到期")
    opened_at = models.DateTimeField("启动时刻")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="启动人")
    consequence = models.CharField("处理结果", max_length=10, choices=Consequence, blank=True)
    outcome = models.TextField("处理说明", blank=True)
    decided_at = models.DateTimeField("处理时刻", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="处理人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "责任追究"
        constraints = [
            models.UniqueConstraint(fields=["finding", "person"], name="responsibility_once"),
            models.CheckConstraint(
                name="responsibility_decided_with_a_consequence",
                condition=Q(state="OPEN", consequence="", decided_at__isnull=True)
                | (Q(state="DECIDED", decided_at__isnull=False) & ~Q(consequence="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.finding}"
