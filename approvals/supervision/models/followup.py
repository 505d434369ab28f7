"""What follows a feedback? The unit's next duty, the approver's answer, the party's rating; and what was refused."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models import Case
from approvals.licences.models import Licence
from approvals.licences.words import Ground, OfficialAct
from approvals.organisations.models import Organ, SupervisionUnit
from approvals.supervision.models.push import Feedback, Push
from approvals.supervision.words import CreditColour, ProposalState, Task


class FollowUp(models.Model):
    """后续事项: what a unit still has to do after a feedback, by a day; `about` is the order (or check) it goes back to."""

    feedback = models.OneToOneField(
        Feedback, models.PROTECT, primary_key=True, related_name="follow_up", verbose_name="反馈"
    )
    about = models.ForeignKey(Feedback, models.PROTECT, related_name="followed_up", verbose_name="针对的反馈")
    push = models.ForeignKey(Push, models.PROTECT, related_name="follow_ups", verbose_name="推送")
    task = models.CharField("要做的事", max_length=8, choices=Task)
    due_on = models.DateField("到期")
    ended_by = models.ForeignKey(
        Feedback, models.PROTECT, related_name="ended", null=True, blank=True, verbose_name="以哪次反馈办结"
    )
    ended_at = models.DateTimeField("办结时刻", null=True, blank=True)
    reminded_on = models.DateField("最近催办之日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "反馈后续事项"
        constraints = [
            models.CheckConstraint(
                name="follow_up_ended_by_feedback",
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(ended_by__isnull=True), name="follow_up_open")]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.due_on}"


class Proposal(models.Model):
    """撤销或者注销建议、线索: what a unit puts to the approving organ, which answers by a day. `asks` is empty for a lead."""

    feedback = models.OneToOneField(
        Feedback, models.PROTECT, primary_key=True, related_name="proposal", verbose_name="反馈"
    )
    push = models.ForeignKey(Push, models.PROTECT, related_name="proposals", verbose_name="推送")
    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals", verbose_name="办件")
    licence = models.ForeignKey(
        Licence, models.PROTECT, related_name="proposals", null=True, blank=True, verbose_name="证照"
    )
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="审批单位")
    asks = models.CharField("建议的处理", max_length=8, choices=OfficialAct, blank=True)
    ground = models.CharField("事由", max_length=20, choices=Ground, blank=True)
    state = models.CharField("状态", max_length=8, choices=ProposalState, default=ProposalState.WAITING)
    made_on = models.DateField("提出之日")
    due_on = models.DateField("答复到期")
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人"
    )
    words = models.TextField("答复说明", blank=True)
    salt = models.CharField("盐", max_length=32, blank=True)
    proceeding = models.OneToOneField(
        Case, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="依职权办件"
    )
    reminded_on = models.DateField("最近催办之日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "撤销或者注销建议与线索"
        constraints = [
            models.CheckConstraint(
                name="proposal_answered_by_a_person",
                condition=Q(state="WAITING", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state="WAITING") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="proposal_adopted_has_a_case",
                condition=Q(state="ADOPTED", proceeding__isnull=False)
                | (~Q(state="ADOPTED") & Q(proceeding__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["organ", "due_on"], condition=Q(state="WAITING"), name="proposal_open")]

    def __str__(self) -> str:
        return f"{self.case} {self.get_asks_display() or '线索'}"


class PartyCredit(models.Model):
    """信用评价: how one unit rates one party, until it rates it anew or the rating runs out. Never by name: by number."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="credits", verbose_name="反馈")
    unit = models.ForeignKey(SupervisionUnit, models.PROTECT, related_name="credits", verbose_name="评价单位")
    id_hash = models.CharField("证件号码检索", max_length=64)
    colour = models.CharField("等级", max_length=6, choices=CreditColour)
    rated_on = models.DateField("评价之日")
    valid_to = models.DateField("有效至", null=True, blank=True)
    replaced_at = models.DateTimeField("被新评价取代", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信用评价"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "id_hash"], condition=Q(replaced_at__isnull=True), name="credit_one_of_a_unit"
            )
        ]
        indexes = [models.Index(fields=["id_hash"], name="credit_of_party")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_colour_display()}"


class RefusedFeedback(models.Model):
    """被拒的反馈: repeated, forged or out of turn; who sent it under which right, and why it was refused. Never the text."""

    at = models.DateTimeField("时刻")
    push = models.CharField("推送编号", max_length=64)
    kind = models.CharField("种类", max_length=20)
    reason = models.CharField("拒绝代码", max_length=40)
    digest = models.CharField("内容摘要", max_length=64)
    unit = models.CharField("监管单位代码", max_length=24, blank=True)
    organ = models.CharField("单位代码", max_length=20, blank=True)
    user = models.BigIntegerField("经手人", null=True)
    client = models.CharField("接入系统", max_length=255, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "被拒的反馈"
        indexes = [models.Index(fields=["at"], name="refused_feedback_at")]

    def __str__(self) -> str:
        return f"{self.push} {self.reason}"
