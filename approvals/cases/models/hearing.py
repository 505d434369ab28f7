"""How was somebody heard before a decision, and who besides the applicant was told of it?"""

from __future__ import annotations

from django.db import models

from approvals.cases.models.case import Case


class Heard(models.Model):
    """What was said, or that it was waived; a hearing from the day it was asked for to the day it was held."""

    heard_on = models.DateField("听取之日", null=True)
    statement = models.TextField("陈述申辩", blank=True)
    waived = models.BooleanField("书面放弃", default=False)
    hearing_asked = models.BooleanField("要求听证", default=False)
    hearing_asked_on = models.DateField("要求听证之日", null=True)
    hearing_told_on = models.DateField("听证时间、地点告知之日", null=True)
    hearing_on = models.DateField("听证之日", null=True)

    class Meta:
        abstract = True


class InterestedParty(Heard):
    """利害关系人: somebody else whom the decision would touch directly, when they were told and until when they may speak."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="interested")
    sequence = models.PositiveIntegerField("告知的记录序号")
    name = models.CharField("利害关系人", max_length=200)
    matter = models.TextField("直接关系其重大利益的事项")
    told_on = models.DateField("告知之日")
    due_on = models.DateField("陈述申辩到期")

    class Meta:
        verbose_name = verbose_name_plural = "利害关系人"
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="interested_party_told_once")]
