"""To whom was a decision pushed, has it arrived, who took it on, and what did supervision find?

Every act on the pushes of one case is a chained, append-only record (`PushEvent`); the other rows say how things stand.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.audit.models import ActRow, Stream
from approvals.cases.models import Case
from approvals.cases.words import Purpose, Result
from approvals.exchange.models import Endpoint, Message
from approvals.organisations.models import Level, SupervisionUnit
from approvals.supervision.words import FeedbackKind, PushAction, PushState, Subject


class UnitEndpoint(models.Model):
    """单位接收端: where a unit's pushes go, and how many there were. Locked while a push is numbered."""

    unit = models.OneToOneField(
        SupervisionUnit, models.PROTECT, primary_key=True, related_name="receiving", verbose_name="监管单位"
    )
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="+", verbose_name="接收端")
    pushed = models.PositiveIntegerField("已推送条数", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位接收端"

    def __str__(self) -> str:
        return str(self.unit)


class PushThread(Stream):
    """推送线索: everything pushed about one case, in one order. The row that is locked while a record is chained."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="push_thread", verbose_name="办件")

    class Meta:
        verbose_name = verbose_name_plural = "推送线索"

    def __str__(self) -> str:
        return str(self.case)


class Push(models.Model):
    """推送: one decision for one unit. Its id is the message's, which the receiver sees on every delivery."""

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="pushes", verbose_name="办件")
    subject = models.CharField("推送内容", max_length=10, choices=Subject, default=Subject.DECISION)
    event_sequence = models.PositiveIntegerField("办理记录序号")
    unit = models.ForeignKey(SupervisionUnit, models.PROTECT, related_name="pushes", verbose_name="监管单位")
    round = models.PositiveSmallIntegerField("第几次推给该单位", default=0, help_text="首次为 0，改派或重推后加一")
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True, verbose_name="接替的推送"
    )
    forced = models.BooleanField("异议已驳回，须认领", default=False)
    unit_sequence = models.PositiveIntegerField("单位内序号")
    level = models.CharField("层级", max_length=8, choices=Level)
    copy = models.BooleanField("抄送", default=False)
    provisional = models.BooleanField("监管单位待确认", default=False)
    purpose = models.CharField("目的", max_length=8, choices=Purpose)
    result = models.CharField("结果", max_length=12, choices=Result)
    on_commitment = models.BooleanField("告知承诺办理", default=False)
    state = models.CharField("状态", max_length=16, choices=PushState)
    decided_on = models.DateField("决定之日")
    pushed_at = models.DateTimeField("推送时刻")
    confirm_by_on = models.DateField("最迟应确认之日")
    due_on = models.DateField("推送到期")
    delivered_at = models.DateTimeField("首次送达时刻", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时刻", null=True, blank=True)
    claim_due_on = models.DateField("认领到期", null=True, blank=True, help_text="自送达起算，送达之前为空")
    claimed_at = models.DateTimeField("认领时刻", null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="认领人"
    )
    reminded_on = models.DateField("最近催办之日", null=True, blank=True)
    feedback_due_on = models.DateField("首次反馈到期", null=True, blank=True)
    message = models.OneToOneField(Message, models.PROTECT, related_name="+", verbose_name="消息")

    class Meta:
        verbose_name = verbose_name_plural = "推送"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "subject", "event_sequence", "unit", "purpose", "round"], name="push_once_a_round"
            ),
            models.UniqueConstraint(fields=["unit", "unit_sequence"], name="push_numbered_in_unit"),
            models.CheckConstraint(
                name="push_claimed_by_a_person",
                condition=Q(
                    state__in=["CLAIMED", "FED_BACK", "CLOSED"], claimed_at__isnull=False, claimed_by__isnull=False
                )
                | Q(
                    state__in=["TO_CLAIM", "FOR_INFORMATION", "OBJECTED", "REPLACED", "CANCELLED"],
                    claimed_at__isnull=True,
                    claimed_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="push_to_claim_has_a_limit",
                condition=Q(purpose="CLAIM", claim_due_on__isnull=False)
                | Q(purpose="CLAIM", delivered_at__isnull=True)
                | Q(purpose="INFORM", state="FOR_INFORMATION", claim_due_on__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "claim_due_on", "id"], name="push_worklist"),
            models.Index(fields=["state", "case"], name="push_state"),
            models.Index(fields=["state", "claim_due_on"], name="push_to_claim_by"),
            models.Index(fields=["state", "feedback_due_on"], name="push_to_answer_by"),
            models.Index(fields=["unit", "pushed_at"], name="push_by_moment"),
            models.Index(fields=["confirm_by_on"], condition=Q(confirmed_at__isnull=True), name="push_unconfirmed"),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.unit}"


class Feedback(models.Model):
    """监管反馈: what a unit found or did. Words and names stand here; the chained record keeps their salted digest."""

    push = models.ForeignKey(Push, models.PROTECT, related_name="feedback", verbose_name="推送")
    sequence = models.PositiveIntegerField("推送记录序号")
    kind = models.CharField("种类", max_length=20, choices=FeedbackKind)
    done_on = models.DateField("日期")
    content = models.JSONField("内容")
    salt = models.CharField("盐", max_length=32)
    created_at = models.DateTimeField("反馈时刻")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="反馈人")

    class Meta:
        verbose_name = verbose_name_plural = "监管反馈"
        constraints = [models.UniqueConstraint(fields=["push", "sequence"], name="feedback_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.done_on}"


class Orphan(models.Model):
    """无主推送: a decision that no rule gives to a unit. It waits for a coordinator, and never for nobody."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="orphans", verbose_name="办件")
    event_sequence = models.PositiveIntegerField("办理记录序号")
    purpose = models.CharField("目的", max_length=8, choices=Purpose)
    decided_on = models.DateField("决定之日")
    due_on = models.DateField("推送到期")
    listed_at = models.DateTimeField("列入时刻")
    push = models.OneToOneField(
        Push, models.PROTECT, related_name="orphan", null=True, blank=True, verbose_name="指定后的推送"
    )
    assigned_at = models.DateTimeField("指定时刻", null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="指定人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "无主推送"
        constraints = [models.UniqueConstraint(fields=["case", "event_sequence"], name="orphan_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(push__isnull=True), name="orphan_open")]

    def __str__(self) -> str:
        return f"{self.case} 无主"


class PushEvent(ActRow):
    """推送记录: one act on a push thread. Codes, numbers and days only; `digest` covers every column through `body`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    push = models.ForeignKey(Push, models.PROTECT, related_name="+", null=True, verbose_name="推送")
    action = models.CharField("动作", max_length=12, choices=PushAction)
    unit = models.CharField("监管单位代码", max_length=24, blank=True)
    text_digest = models.CharField("文字摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="push_event_once")]

    def __str__(self) -> str:
        return f"{self.case} 第 {self.sequence} 条"

    def hashed(self) -> dict[str, Any]:
        return super().hashed() | {"push_id": str(self.push_id) if self.push_id else None}
