"""Which licence is a case about, which licences stood in for papers, and what does an organ owe before it takes one away?"""

from __future__ import annotations

from django.db import models

from approvals.cases.models.case import Case
from approvals.cases.models.dossier import Material
from approvals.cases.models.hearing import Heard
from approvals.documents.models import Letter
from approvals.licences.models import Licence
from approvals.licences.words import Ground, OfficialAct


class Concern(models.Model):
    """所涉证照: the licence a case grants, changes or ends; `linked_on` is when the two were brought together."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="concern")
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="+", verbose_name="证照")
    effect = models.CharField("对证照的效果", max_length=8)
    linked_on = models.DateField("关联之日")

    class Meta:
        verbose_name = verbose_name_plural = "所涉证照"


class LicencePaper(models.Model):
    """证照文书: which letter is the paper of which version of a licence; a version put right has a later one too."""

    letter = models.OneToOneField(
        Letter, models.PROTECT, primary_key=True, related_name="licence_paper", verbose_name="文书"
    )
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="papers", verbose_name="证照")
    version = models.PositiveSmallIntegerField("版次")

    class Meta:
        verbose_name = verbose_name_plural = "证照文书"


class ReusedLicence(models.Model):
    """免提交: a licence of the applicant that stood in for a material, as it was when the paper was waived."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="licences")
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="+", verbose_name="证照")
    version = models.PositiveSmallIntegerField("版次")
    digest = models.CharField("当时末条摘要", max_length=64)
    checked_at = models.DateTimeField("核对时刻")

    class Meta:
        verbose_name = verbose_name_plural = "免提交"
        constraints = [models.UniqueConstraint(fields=["material", "licence"], name="reused_licence_once")]


class Proceeding(Heard):
    """依职权处理: on which ground an organ acts on a licence, and how the holder was told and heard."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="proceeding")
    act = models.CharField("处理", max_length=8, choices=OfficialAct)
    ground = models.CharField("事由", max_length=20, choices=Ground)
    basis = models.CharField("依据", max_length=200)
    facts = models.TextField("查明的情况")
    evidence = models.CharField("证据或者处罚决定文号", max_length=200, blank=True)
    until = models.DateField("暂停至", null=True)
    notice_owed = models.BooleanField("须事先告知", default=False)
    hearing_right = models.BooleanField("可要求听证", default=False)
    notified_on = models.DateField("告知之日", null=True)
    statement_due_on = models.DateField("陈述申辩到期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "依职权处理"
