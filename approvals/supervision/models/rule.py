"""Which rule says to whom a decision goes beyond the catalogue, and which parts of it a receiver may be given?"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from approvals.organisations.models import Level, Region, SupervisionUnit
from approvals.supervision.words import Audience, Part


class PushRuleQuerySet(models.QuerySet["PushRule"]):
    def in_force(self, day: date) -> PushRuleQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class PushRule(models.Model):
    """推送规则: for an item, a region, and who holds which phase, each empty for any; the most specific one applies.

    Without a unit the catalogue's (监管分工) stays responsible, and only people and copies are said here.
    """

    item = models.CharField("事项代码", max_length=20, blank=True, help_text="如 3-38；空为全部事项")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="地区", help_text="空为全部地区"
    )
    accept = models.CharField("受理环节", max_length=8, choices=Level, blank=True)
    review = models.CharField("审查环节", max_length=8, choices=Level, blank=True)
    decide = models.CharField("决定环节", max_length=8, choices=Level, blank=True)
    unit = models.ForeignKey(
        SupervisionUnit,
        models.PROTECT,
        related_name="push_rules",
        null=True,
        blank=True,
        verbose_name="牵头监管单位",
        help_text="空为按清单的监管分工",
    )
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name="通知到人")
    copies = models.ManyToManyField(
        SupervisionUnit, related_name="copied_by_rules", blank=True, verbose_name="抄送单位"
    )
    only_these_copies = models.BooleanField("只抄送所列单位", default=False, help_text="否则在清单的抄送之外加上所列")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    note = models.CharField("依据或说明", max_length=200, blank=True)

    objects = PushRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送规则"
        constraints = [
            models.CheckConstraint(
                name="push_rule_dates", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return f"推送规则 {self.pk}"

    def clean(self) -> None:
        """Two rules of the same reach on the same day would leave open which one applies."""
        reach = {name: getattr(self, name) for name in ("item", "region", "accept", "review", "decide")}
        if reach["region"] is None:
            reach = {name: value for name, value in reach.items() if name != "region"} | {"region__isnull": True}
        others = PushRule.objects.filter(**reach).exclude(pk=self.pk)
        if self.valid_to:
            others = others.filter(valid_from__lte=self.valid_to)
        if self.valid_from and others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from)).exists():
            raise ValidationError("同样范围的规则在这段日期里已有一条；先把那一条截止，再建新的。")


class ContentRight(models.Model):
    """推送内容权限: whether receivers of a kind are given a part of what is pushed (个人信息保护法第六条)."""

    audience = models.CharField("收到者", max_length=12, choices=Audience)
    part = models.CharField("内容", max_length=12, choices=Part)
    allowed = models.BooleanField("可见", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送内容权限"
        constraints = [models.UniqueConstraint(fields=["audience", "part"], name="content_right_once")]

    def __str__(self) -> str:
        return f"{self.get_audience_display()} {self.get_part_display()}"
