"""What did the counties decide by themselves, what of it has the city read, and what was drawn to be checked?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models import Case
from approvals.cases.words import Result
from approvals.organisations.models import Organ, Region
from approvals.oversight.words import FilingState, Population, SampleState


class Filing(models.Model):
    """报备: a decision of a county, told to the city unit of the item by itself, to be read by a day."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="filing", verbose_name="办件")
    event_sequence = models.PositiveIntegerField("办理记录序号")
    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="决定单位")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    result = models.CharField("结果", max_length=12)
    decided_on = models.DateField("决定之日")
    filed_at = models.DateTimeField("报备时刻")
    due_on = models.DateField("审阅到期")
    state = models.CharField("状态", max_length=12, choices=FilingState, default=FilingState.FILED)
    seen_at = models.DateTimeField("审阅时刻", null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审阅人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "县级报备"
        indexes = [models.Index(fields=["unit", "state", "due_on", "id"], name="filing_worklist")]
        constraints = [
            models.CheckConstraint(
                name="filing_seen_by_a_person",
                condition=Q(state="FILED", seen_at__isnull=True) | (~Q(state="FILED") & Q(seen_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} 报备"

    @property
    def result_words(self) -> str:
        return str(Result(self.result).label)


class SampleRate(models.Model):
    """抽查比例: another share than the usual one, for one kind of act, perhaps only for one city unit."""

    population = models.CharField("抽查对象", max_length=12, choices=Population)
    unit = models.ForeignKey(
        Organ, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="市级单位", help_text="空为全市"
    )
    percent = models.PositiveSmallIntegerField("比例（%）")

    class Meta:
        verbose_name = verbose_name_plural = "抽查比例"
        constraints = [
            models.UniqueConstraint(fields=["population", "unit"], name="sample_rate_once"),
            models.UniqueConstraint(
                fields=["population"], condition=Q(unit__isnull=True), name="sample_rate_of_the_city_once"
            ),
            models.CheckConstraint(name="sample_rate_a_share", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.get_population_display()} {self.percent}%"


class Draw(models.Model):
    """抽取: one month of one kind of act under one city unit. Everything another needs to draw again stands here."""

    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    population = models.CharField("抽查对象", max_length=12, choices=Population)
    month = models.DateField("月份", help_text="该月第一天")
    percent = models.PositiveSmallIntegerField("比例（%）")
    root = models.CharField("总册摘要", max_length=64)
    root_position = models.BigIntegerField("总册册位")
    seed = models.CharField("种子", max_length=64)
    numbers = models.JSONField("全部办件编号", default=list)
    digest = models.CharField("编号清单摘要", max_length=64)
    drawn_at = models.DateTimeField("抽取时刻")

    class Meta:
        verbose_name = verbose_name_plural = "抽取"
        constraints = [models.UniqueConstraint(fields=["unit", "population", "month"], name="draw_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m} {self.get_population_display()}"


class Sample(models.Model):
    """抽中办件: a drawn case, to be checked by the city unit by a day."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="samples", verbose_name="抽取")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    position = models.PositiveSmallIntegerField("序号")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="被抽查单位")
    state = models.CharField("状态", max_length=10, choices=SampleState, default=SampleState.TO_CHECK)
    due_on = models.DateField("检查到期")
    checked_at = models.DateTimeField("检查时刻", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="检查人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "抽中办件"
        constraints = [models.UniqueConstraint(fields=["draw", "case"], name="sample_once")]

    def __str__(self) -> str:
        return f"{self.draw} {self.case}"
