"""Which seals exist, who keeps them, and what were they put on?"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from approvals.organisations.models import Organ


class SealQuerySet(models.QuerySet["Seal"]):
    def in_force(self, day: date) -> SealQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Seal(models.Model):
    """印章: whose seal it is, and who keeps it. A 2号章 is a city organ's seal in a county organ's hands.

    What the platform prints is a simulated seal and says so on its face; this register says which one, and whether.
    """

    class Kind(models.TextChoices):
        APPROVAL = "APPROVAL", "审批专用章"
        ACCEPTANCE = "ACCEPTANCE", "受理专用章"
        NUMBER_TWO = "NUMBER_TWO", "2号章"
        PLATFORM = "PLATFORM", "平台电子签名"

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("印文", max_length=80)
    kind = models.CharField("种类", max_length=20, choices=Kind)
    owner = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="seals", verbose_name="印章所属机构")
    holder = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="seals_held", verbose_name="保管机构")
    item_scope = models.JSONField("事项范围", default=list, blank=True, help_text="事项代码，如 2-30；空为全部")
    valid_from = models.DateField("启用日")
    valid_to = models.DateField("停用日", null=True, blank=True)
    is_simulated = models.BooleanField("模拟印章", default=True)
    two_persons = models.BooleanField("用印须两人", default=False, help_text="一人用印，另一人确认后才盖")
    certificate = models.TextField("证书", blank=True, editable=False)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印章"
        constraints = [
            models.CheckConstraint(
                name="seal_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from"))
            ),
            models.CheckConstraint(
                name="seal_held_elsewhere_is_number_two",
                condition=Q(kind="NUMBER_TWO") | Q(owner=models.F("holder")) | Q(kind="ACCEPTANCE"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def in_force(self, day: date) -> bool:
        """Whether the seal may be used on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def covers(self, item: str) -> bool:
        """Whether the seal may be used for an item, by its code; an empty scope is all items."""
        return not self.item_scope or item in self.item_scope
