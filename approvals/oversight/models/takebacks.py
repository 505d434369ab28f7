"""Which power goes back to the city (or again to the county), why, from when, and what becomes of the open cases?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models import Case
from approvals.catalogue.models import Delegation
from approvals.organisations.models import Organ, Region
from approvals.oversight.words import Direction, OpenCases, TakeBackState


class TakeBack(models.Model):
    """收回与交还: proposed by the city unit with evidence, confirmed by a second organ, in force from a day."""

    direction = models.CharField("方向", max_length=4, choices=Direction)
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="take_backs", verbose_name="放权行")
    new_delegation = models.ForeignKey(
        Delegation, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="交还后的放权行"
    )
    unit = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="提出单位")
    second = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="确认单位")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项", max_length=300)
    place = models.CharField("限定范围", max_length=40, blank=True)
    from_on = models.DateField("自哪天起")
    open_cases = models.CharField("在办件", max_length=8, choices=OpenCases, default=OpenCases.FINISH)
    exceptions = models.JSONField("例外办件编号", default=list, blank=True)
    reasons = models.TextField("理由")
    evidence = models.JSONField("证据", default=list)
    state = models.CharField("状态", max_length=10, choices=TakeBackState, default=TakeBackState.PROPOSED)
    proposed_at = models.DateTimeField("提出时刻")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人"
    )
    answer = models.TextField("答复意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收回与交还"
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "direction"], condition=Q(state="PROPOSED"), name="one_open_proposal"
            ),
            models.CheckConstraint(
                name="take_back_answered_once",
                condition=Q(state="PROPOSED", answered_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.item} {self.region}"

    def moves(self, number: str, *, accepted: bool) -> bool:
        """Whether this open case is to be transferred; the others are finished where they are.

        What is not accepted yet when a power is taken goes to the city's window in any case, its day of receipt kept.
        """
        if self.direction == Direction.TAKE and not accepted:
            return True
        return (self.open_cases == OpenCases.TRANSFER) != (number in self.exceptions)

    def may_move(self) -> Q:
        """Its twin on Case, as far as the rows say it: what the law has accepted meanwhile may not be written yet."""
        excepted = Q(number__in=self.exceptions)
        meant = ~excepted if self.open_cases == OpenCases.TRANSFER else excepted
        return meant | Q(accepted_on=None) if self.direction == Direction.TAKE else meant


class MovedCase(models.Model):
    """移转的办件: read off the register, so that it is exactly what the cases' own records say."""

    take_back = models.ForeignKey(TakeBack, models.PROTECT, related_name="moved", verbose_name="收回或交还")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    moved_at = models.DateTimeField("移转时刻")

    class Meta:
        verbose_name = verbose_name_plural = "移转的办件"
        constraints = [models.UniqueConstraint(fields=["take_back", "case"], name="moved_once")]
