"""Who may look at a case? One narrow row for each organ that has a part in it and for each region it belongs to."""

from __future__ import annotations

from enum import IntEnum

from django.db import models
from django.db.models import Q

from approvals.cases.models.case import Case
from approvals.organisations.models import Organ, Region

OF_ORGAN, OF_REGION = Q(organ__isnull=False), Q(region__isnull=False)


class Course(IntEnum):
    """Between whom a case goes: each is one bit of `Sight.course`."""

    HANDED_OVER = 1  # another organ reviews than receives
    FORWARDED = 2  # another organ decides than reviews
    OF_COUNTY = 4  # a county decides

    @property
    def among(self) -> tuple[int, ...]:
        """Every value this is a part of."""
        return tuple(value for value in range(8) if value & self)


class Sight(models.Model):
    """可见关系: derived by triggers from snapshot and case, never written by hand.

    An organ's share of a million cases is one stretch of one index here; asked of the snapshot it is a search through
    six columns (docs/decisions/0024).
    """

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="sights", db_constraint=False, verbose_name="办件"
    )  # what is derived needs no constraint to hold it
    organ = models.ForeignKey(
        Organ, models.CASCADE, related_name="+", null=True, db_index=False, db_constraint=False, verbose_name="单位"
    )
    region = models.ForeignKey(
        Region, models.CASCADE, related_name="+", null=True, db_index=False, db_constraint=False, verbose_name="区划"
    )
    item = models.CharField("事项代码", max_length=20)
    going_on = models.BooleanField("未办结")
    course = models.PositiveSmallIntegerField(
        "在谁之间走", default=0, help_text="1 受理和审查分开，2 审查和决定分开，4 县级决定"
    )

    class Meta:
        verbose_name = verbose_name_plural = "可见关系"
        constraints = [
            models.CheckConstraint(
                name="sight_of_one", condition=Q(organ=None, region__isnull=False) | Q(organ__isnull=False, region=None)
            )
        ]
        indexes = [
            models.Index(fields=["organ", "going_on", "case"], name="sight_organ", condition=OF_ORGAN),
            models.Index(fields=["organ", "item", "case"], name="sight_organ_item", condition=OF_ORGAN),
            models.Index(fields=["region", "going_on", "case"], name="sight_region", condition=OF_REGION),
            models.Index(fields=["region", "item", "case"], name="sight_region_item", condition=OF_REGION),
            models.Index(fields=["organ", "course", "going_on", "case"], name="sight_organ_course", condition=OF_ORGAN),
            models.Index(
                fields=["region", "course", "going_on", "case"], name="sight_region_course", condition=OF_REGION
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id or self.region_id} → {self.case_id}"
