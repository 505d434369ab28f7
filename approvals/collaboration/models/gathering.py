"""Which units look at something together, and what came of it? 会商 about a case or an item, 联合踏勘 of a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models import Case
from approvals.collaboration.words import GatheringKind, GatheringState, Reply
from approvals.documents.models import PutBeside
from approvals.organisations.models import Organ, Region, SupervisionUnit


class Gathering(models.Model):
    """会商或联合踏勘: who called whom, about what, when and where; minutes and conclusion once it was held."""

    kind = models.CharField("种类", max_length=12, choices=GatheringKind)
    topic = models.CharField("议题", max_length=80)
    agenda = models.TextField("议程")
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="gatherings", null=True, blank=True, verbose_name="办件"
    )
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项名称", max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="召集单位")
    unit = models.ForeignKey(
        SupervisionUnit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="召集监管单位"
    )
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="召集人")
    called_at = models.DateTimeField("召集时刻")
    starts_at = models.DateTimeField("时间")
    place = models.CharField("地点或会议链接", max_length=300)
    state = models.CharField("状态", max_length=10, choices=GatheringState, default=GatheringState.CALLED)
    held_on = models.DateField("召开之日", null=True, blank=True)
    minutes = models.TextField("纪要", blank=True)
    conclusion = models.TextField("结论", blank=True)
    follow_up_on = models.DateField("落实期限", null=True, blank=True)
    concluded_at = models.DateTimeField("登记时刻", null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="登记人"
    )
    called_off_why = models.CharField("取消原因", max_length=200, blank=True)
    entered_as = models.PositiveIntegerField("记入办件的记录序号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会商与联合踏勘"
        constraints = [
            models.CheckConstraint(
                name="gathering_held_with_a_conclusion",
                condition=(Q(state="HELD", held_on__isnull=False, concluded_by__isnull=False) & ~Q(conclusion=""))
                | (~Q(state="HELD") & Q(held_on__isnull=True, conclusion="")),
            ),
            models.CheckConstraint(
                name="joint_visit_of_a_case", condition=Q(kind="CONSULTATION") | Q(case__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="gathering_worklist")]

    def __str__(self) -> str:
        return self.topic


class Member(models.Model):
    """参加单位: an invited organ or supervision unit, whether it comes, who comes for it and what it thinks."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="members", verbose_name="会商或踏勘")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="单位")
    unit = models.ForeignKey(
        SupervisionUnit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="监管单位"
    )
    due_on = models.DateField("答复期限")
    reply = models.CharField("答复", max_length=10, choices=Reply, default=Reply.AWAITED)
    people = models.JSONField("参加人", default=list)
    opinion = models.TextField("意见", blank=True)
    replied_at = models.DateTimeField("答复时刻", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "参加单位"
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "organ"], condition=Q(unit__isnull=True), name="organ_invited_once"
            ),
            models.UniqueConstraint(fields=["gathering", "unit"], name="unit_invited_once"),
            models.CheckConstraint(
                name="reply_by_a_person",
                condition=Q(reply="AWAITED", replied_at__isnull=True)
                | (~Q(reply="AWAITED") & Q(replied_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.unit.name if self.unit else self.organ.name


class GatheringFile(PutBeside):
    """会商附件: papers of a gathering, by whichever unit brought them."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="files", verbose_name="会商或踏勘")

    class Meta:
        verbose_name = verbose_name_plural = "会商附件"
