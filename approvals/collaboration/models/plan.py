"""Whom does a supervision unit inspect, how many, with which officers, and what came of it?

双随机、一公开: both the inspected and the inspectors are drawn by a published seed; results are published.
国发〔2019〕5号 全面推行“双随机、一公开”监管.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.cases.models import Case
from approvals.collaboration.words import Ground, InspectionState, PlanState, Target
from approvals.organisations.models import Organ, SupervisionUnit
from approvals.supervision.models import Feedback, Push
from approvals.supervision.words import InspectionResult, InspectionWay


class ShareRule(models.Model):
    """检查比例: the share of key items and of each credit colour, for the whole city or one unit. Data, not code."""

    ground = models.CharField("对象", max_length=8, choices=[one for one in Ground.choices if one[0] != "GENERAL"])
    unit = models.ForeignKey(
        SupervisionUnit,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="监管单位",
        help_text="空为全市",
    )
    percent = models.PositiveSmallIntegerField("比例（%）")

    class Meta:
        verbose_name = verbose_name_plural = "检查比例"
        constraints = [
            models.UniqueConstraint(fields=["ground", "unit"], name="share_rule_once"),
            models.UniqueConstraint(
                fields=["ground"], condition=Q(unit__isnull=True), name="share_rule_of_the_city_once"
            ),
            models.CheckConstraint(name="share_rule_a_share", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.percent}%"


class KeyItem(models.Model):
    """重点监管事项: drawn at the share of key items; for the whole city or one unit."""

    item = models.CharField("事项代码", max_length=20)
    unit = models.ForeignKey(
        SupervisionUnit,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="监管单位",
        help_text="空为全市",
    )

    class Meta:
        verbose_name = verbose_name_plural = "重点监管事项"
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="key_item_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(unit__isnull=True), name="key_item_of_the_city_once"),
        ]

    def __str__(self) -> str:
        return self.item


class OfficerQuerySet(models.QuerySet["Officer"]):
    def in_force(self, day: date) -> OfficerQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Officer(models.Model):
    """执法检查人员: who may be drawn to inspect for a unit. `organ` is where the person serves, which may be another's."""

    unit = models.ForeignKey(SupervisionUnit, models.PROTECT, related_name="officers", verbose_name="监管单位")
    card = models.CharField("执法证号", max_length=30)
    name = models.CharField("姓名", max_length=40)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="所在单位")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="平台账号"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "执法检查人员"
        constraints = [
            models.UniqueConstraint(fields=["unit", "card"], name="officer_card_once"),
            models.CheckConstraint(
                name="officer_dates", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.card}）"


class Recusal(models.Model):
    """回避: an officer does not inspect this party; only the keyed hash of its number is kept. 行政处罚法第四十三条."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="recusals", verbose_name="检查人员")
    party = models.CharField("当事人（脱敏）", max_length=60)
    id_hash = models.CharField("证件检索值", max_length=64, db_index=True)
    reason = models.CharField("事由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints = [models.UniqueConstraint(fields=["officer", "id_hash"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.officer} 回避 {self.party}"


class InspectionPlan(models.Model):
    """检查计划: fixed when published; the draw follows from the register's digest of that day, which nobody knows before."""

    unit = models.ForeignKey(SupervisionUnit, models.PROTECT, related_name="plans", verbose_name="监管单位")
    title = models.CharField("名称", max_length=80)
    target = models.CharField("抽查对象", max_length=8, choices=Target)
    items = models.JSONField("事项", default=list, help_text="空为本单位全部")
    regions = models.JSONField("地区", default=list, help_text="空为本单位全部")
    starts_on = models.DateField("检查期起")
    ends_on = models.DateField("检查期止")
    percent = models.PositiveSmallIntegerField("一般对象比例（%）", null=True, blank=True)
    count = models.PositiveIntegerField("一般对象件数", null=True, blank=True)
    shares = models.JSONField("重点与信用比例", default=dict)
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟订人")
    published_at = models.DateTimeField("公布时刻", null=True, blank=True)
    terms_digest = models.CharField("计划摘要", max_length=64, blank=True)
    root = models.CharField("总册摘要", max_length=64, blank=True)
    root_position = models.BigIntegerField("总册册位", null=True, blank=True)
    seed = models.CharField("种子", max_length=64, blank=True)
    population = models.JSONField("全部对象", default=dict, help_text="对象种类 → 编号")
    pool = models.JSONField("检查人员库", default=list, help_text="执法证号")
    barred = models.JSONField("须回避的", default=dict, help_text="编号 → 执法证号")
    drawn_at = models.DateTimeField("抽取时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查计划"
        constraints = [
            models.CheckConstraint(name="plan_days_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="plan_by_share_or_by_number",
                condition=Q(percent__isnull=False, percent__lte=100, count__isnull=True)
                | Q(percent__isnull=True, count__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "published_at"], name="plan_to_draw")]

    def __str__(self) -> str:
        return self.title


class Inspection(models.Model):
    """抽中对象: one case or licence to inspect, by two officers, with its result once it is in."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="inspections", verbose_name="检查计划")
    push = models.ForeignKey(Push, models.PROTECT, related_name="inspections", verbose_name="推送")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    number = models.CharField("编号", max_length=120, help_text="办件编号或证照编号")
    position = models.PositiveIntegerField("序号")
    ground = models.CharField("对象", max_length=8, choices=Ground)
    state = models.CharField("状态", max_length=8, choices=InspectionState)
    feedback = models.OneToOneField(
        Feedback, models.PROTECT, related_name="inspection", null=True, blank=True, verbose_name="监管反馈"
    )
    done_on = models.DateField("检查日期", null=True, blank=True)
    way = models.CharField("检查方式", max_length=10, choices=InspectionWay, blank=True)
    result = models.CharField("检查结果", max_length=16, choices=InspectionResult, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽中对象"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="inspection_once"),
            models.CheckConstraint(
                name="inspection_done_with_a_result",
                condition=(Q(state="DONE", feedback__isnull=False, done_on__isnull=False) & ~Q(result=""))
                | (~Q(state="DONE") & Q(feedback__isnull=True, done_on__isnull=True, result="")),
            ),
        ]
        indexes = [models.Index(fields=["plan", "state", "position"], name="inspection_worklist")]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"


class Assignment(models.Model):
    """检查人员: an officer drawn for an inspection, in the order of the draw; one who cannot go is replaced by the next."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="assignments", verbose_name="抽中对象")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="assignments", verbose_name="检查人员")
    place = models.PositiveSmallIntegerField("抽取次序")
    replaced_at = models.DateTimeField("更换时刻", null=True, blank=True)
    replaced_why = models.CharField("更换原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查人员安排"
        constraints = [models.UniqueConstraint(fields=["inspection", "officer"], name="assigned_once")]

    def __str__(self) -> str:
        return f"{self.inspection} {self.officer}"
