"""Which overrun earns which card? The rules are rows; a card is shown once for one stay, push or acceptance."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from approvals.cases.models import Case
from approvals.organisations.models import Organ, Region
from approvals.oversight.words import Colour, Trigger


class CardRule(models.Model):
    """亮牌规则: from how many working days over, for what, which colour."""

    code = models.CharField("代码", max_length=20, unique=True)
    trigger = models.CharField("情形", max_length=20, choices=Trigger)
    colour = models.CharField("颜色", max_length=6, choices=Colour)
    workdays = models.PositiveSmallIntegerField("超过工作日", help_text="达到几个工作日亮牌；视为受理填 0")
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "亮牌规则"

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {self.workdays} 天 {self.get_colour_display()}"


class Card(models.Model):
    """红黄牌. `key` names what it was shown for: a stay of a case at a desk, a push, a deemed acceptance."""

    rule = models.ForeignKey(CardRule, models.PROTECT, related_name="cards", verbose_name="规则")
    key = models.CharField("情形标识", max_length=64)
    colour = models.CharField("颜色", max_length=6, choices=Colour)
    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="亮给哪个单位")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    case = models.ForeignKey(Case, models.PROTECT, related_name="cards", verbose_name="办件")
    due_on = models.DateField("到期之日")
    days_over = models.PositiveSmallIntegerField("超过工作日")
    shown_at = models.DateTimeField("亮牌时刻")
    withdrawn_at = models.DateTimeField("撤牌时刻", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="撤牌人"
    )
    withdrawal = models.CharField("撤牌理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "红黄牌"
        constraints = [models.UniqueConstraint(fields=["rule", "key"], name="card_once")]
        indexes = [models.Index(fields=["unit", "shown_at"], name="card_of_unit")]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} {self.organ} {self.case}"
