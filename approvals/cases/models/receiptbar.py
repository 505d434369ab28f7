"""From whom may no new application be received for now, on whose word, and who let one through all the same?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.audit.models import ActRow, Stream
from approvals.cases.models.case import Case
from approvals.cases.words import BarAct, PassState
from approvals.organisations.models import Organ, Region, SupervisionUnit


class ReceiptBar(Stream):
    """收件限制: a party under enforcement, or kept out by law, from a day to a day.

    Known by the hash of its number and never by its name. `item` is empty for every item. The row is locked while a
    record is chained.
    """

    id_hash = models.CharField("证件检索值", max_length=64)
    name = models.CharField("当事人", max_length=120)
    id_last = models.CharField("证件末四位", max_length=4, blank=True)
    item = models.CharField("事项代码", max_length=20, blank=True, help_text="空为全部事项")
    unit = models.ForeignKey(
        SupervisionUnit, models.PROTECT, related_name="receipt_bars", verbose_name="监管单位", null=True, blank=True
    )
    organ = models.ForeignKey(
        Organ,
        models.PROTECT,
        related_name="+",
        verbose_name="审批单位",
        null=True,
        blank=True,
        help_text="依行政许可法第七十八条、第七十九条限制再次申请的",
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="receipt_bars", verbose_name="由哪件引起")
    source = models.CharField("由哪次反馈引起", max_length=64, help_text="推送编号和反馈序号")
    cause = models.CharField("事由", max_length=120)
    basis = models.CharField("限制依据", max_length=200)
    from_on = models.DateField("自")
    until_on = models.DateField("至")
    lifted_at = models.DateTimeField("解除时刻", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="解除人"
    )
    lifting = models.TextField("解除理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收件限制"
        constraints = [
            models.CheckConstraint(name="receipt_bar_dates", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="receipt_bar_imposed_by_one",
                condition=Q(unit__isnull=False, organ__isnull=True) | Q(unit__isnull=True, organ__isnull=False),
            ),
            models.UniqueConstraint(fields=["source", "id_hash"], name="receipt_bar_once_a_feedback"),
        ]
        indexes = [models.Index(fields=["id_hash", "until_on"], name="receipt_bar_of_party")]

    def __str__(self) -> str:
        return f"第 {self.pk} 号限制，至 {self.until_on}"

    @property
    def key(self) -> str:
        """How a page names it."""
        return f"bar-{self.pk}"

    @property
    def imposer(self) -> SupervisionUnit | Organ:
        """Who imposed it: a supervising unit, or the approving organ where the law itself keeps a party out."""
        found = self.unit or self.organ
        if found is None:
            raise LookupError(f"{self} was imposed by nobody")
        return found


class BarPass(models.Model):
    """放行: a clerk asks, a head of the receiving organ answers; what is allowed opens the bar for one receipt."""

    bar = models.ForeignKey(ReceiptBar, models.PROTECT, related_name="passes", verbose_name="收件限制")
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项", max_length=300)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="受理机关")
    state = models.CharField("状态", max_length=8, choices=PassState, default=PassState.ASKED)
    asked_at = models.DateTimeField("请求时刻")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="请求人")
    words = models.TextField("请求理由")
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人"
    )
    answer = models.TextField("答复理由", blank=True)
    used_by = models.ForeignKey(
        Case, models.PROTECT, related_name="bar_passes", null=True, blank=True, verbose_name="收的哪一件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "收件放行"
        constraints = [
            models.UniqueConstraint(
                fields=["bar", "item", "region"], condition=Q(state__in=["ASKED", "ALLOWED"]), name="bar_pass_one_open"
            ),
            models.CheckConstraint(
                name="bar_pass_used_by_a_case",
                condition=Q(state="USED", used_by__isnull=False) | (~Q(state="USED") & Q(used_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="bar_pass_answered_by_a_person",
                condition=Q(state="ASKED", answered_by__isnull=True)
                | (~Q(state="ASKED") & Q(answered_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["organ", "state"], name="bar_pass_worklist")]

    def __str__(self) -> str:
        return f"{self.bar} {self.item} {self.get_state_display()}"

    @property
    def key(self) -> str:
        """How a page names it."""
        return f"pass-{self.pk}"


class BarRecord(ActRow):
    """收件限制记录: one act on a bar; codes, numbers and days only, words by their salted digest."""

    bar = models.ForeignKey(ReceiptBar, models.PROTECT, related_name="records", verbose_name="收件限制")
    act = models.CharField("动作", max_length=8, choices=BarAct)
    text_digest = models.CharField("文字摘要", max_length=64, blank=True)
    salt = models.CharField("盐", max_length=32, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收件限制记录"
        constraints = [models.UniqueConstraint(fields=["bar", "sequence"], name="bar_record_once")]

    def __str__(self) -> str:
        return f"{self.bar} 第 {self.sequence} 条"
