"""Which figures are kept? Sums by who held what, by measure and month; and what each case last added to them."""

from __future__ import annotations

from django.db import models

from approvals.cases.models import Case
from approvals.organisations.models import Organ, Region

ORGANS = ("city_organ", "accept_organ", "name_organ", "review_organ", "decide_organ", "seal_organ")
KEY = ("region", "accept_region", "item", "item_name", "mode", *ORGANS)


class Slice(models.Model):
    """统计口: cases alike in region, item, mode and who holds each phase; whoever sees one of them sees all."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    accept_region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="受理地区")
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项", max_length=300)
    mode = models.CharField("放权方式", max_length=12, blank=True)
    city_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    accept_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="受理单位")
    name_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="以谁的名义")
    review_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="审查单位")
    decide_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="决定单位")
    seal_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="用印单位")

    class Meta:
        verbose_name = verbose_name_plural = "统计口"
        constraints = [models.UniqueConstraint(fields=KEY, name="slice_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.item} {self.mode}"


class Tally(models.Model):
    """统计数: one measure of a slice in a month, and how many of it are open, over and returned."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="tallies", verbose_name="统计口")
    measure = models.CharField("指标", max_length=16)
    month = models.DateField("月", help_text="该月第一天")
    n = models.IntegerField("数")
    n_open = models.IntegerField("其中在办")
    n_overdue = models.IntegerField("其中超期")
    n_returned = models.IntegerField("其中市退县")

    class Meta:
        verbose_name = verbose_name_plural = "统计数"
        constraints = [models.UniqueConstraint(fields=["measure", "month", "slice"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m} {self.n}"


class Counted(models.Model):
    """计入: what a case last added, so that it can be taken back before the case is counted anew."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="+", verbose_name="办件")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="+", verbose_name="统计口")
    cells = models.TextField("计入", help_text="如 received:2026-03:1 accepted:2026-03:1")
    is_open = models.BooleanField("在办")
    is_over = models.BooleanField("超期")
    is_returned = models.BooleanField("市退县")
    holds_to = models.DateField("到哪天为止不变", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "计入"
        indexes = [models.Index(fields=["holds_to"], condition=models.Q(holds_to__isnull=False), name="counted_again")]


class Reckoning(models.Model):
    """统计时点: the one row that says for which day the figures hold, and whether they are being built anew."""

    on = models.DateField("统计日")
    at = models.DateTimeField("最后计入时刻")
    rebuilt_upto = models.BigIntegerField("重算到哪个办件", null=True, help_text="空：没有在重算")

    class Meta:
        verbose_name = verbose_name_plural = "统计时点"
