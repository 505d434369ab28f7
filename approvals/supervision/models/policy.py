"""Which policy document was made known, in time or late, who has read it, and which items does it change?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.audit.models import ActRow, Stream
from approvals.catalogue.models import Guide
from approvals.documents.models import StoredFile
from approvals.organisations.models import Organ, Region, SupervisionUnit
from approvals.supervision.words import PolicyAct, PolicyLevel, TaskState


class PolicyNotice(Stream):
    """政策文件告知: by a supervising or a city unit, within some working days of issue (of receipt, where that was later).

    The row is locked while a record is chained.
    """

    level = models.CharField("发文层级", max_length=10, choices=PolicyLevel)
    issuer = models.CharField("发文机关", max_length=100)
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=200)
    summary = models.TextField("要点")
    url = models.URLField("公布网址", max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="文件")
    file_name = models.CharField("文件名", max_length=160, blank=True)
    items = models.JSONField("涉及事项", default=list)
    issued_on = models.DateField("发文之日")
    received_on = models.DateField("收到之日", null=True, blank=True, help_text="晚于发文之日的才填")
    due_on = models.DateField("最迟告知")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="告知单位")
    unit = models.ForeignKey(
        SupervisionUnit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="监管单位"
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    notified_on = models.DateField("告知之日")
    notified_at = models.DateTimeField("告知时刻")
    notified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="告知人")

    class Meta:
        verbose_name = verbose_name_plural = "政策文件告知"
        constraints = [models.UniqueConstraint(fields=["organ", "number"], name="policy_once_an_organ")]
        indexes = [models.Index(fields=["notified_on"], name="policy_notified")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def late(self) -> bool:
        """Whether it was made known after its day."""
        return self.notified_on > self.due_on


class PolicyReading(models.Model):
    """政策文件签收: one organ that handles an item concerned; one of its people signs for it."""

    notice = models.ForeignKey(PolicyNotice, models.PROTECT, related_name="readings", verbose_name="政策文件")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="单位")
    due_on = models.DateField("最迟签收")
    read_at = models.DateTimeField("签收时刻", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="签收人"
    )
    reminded_on = models.DateField("最近催办之日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策文件签收"
        constraints = [models.UniqueConstraint(fields=["notice", "organ"], name="policy_read_once")]
        indexes = [models.Index(fields=["organ", "due_on"], condition=Q(read_at=None), name="policy_unread")]

    def __str__(self) -> str:
        return f"{self.notice} {self.organ}"


class PolicyTask(models.Model):
    """事项修改任务: whether and how an item changes with a document; closed with a note by the item's admin."""

    notice = models.ForeignKey(PolicyNotice, models.PROTECT, related_name="tasks", verbose_name="政策文件")
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项", max_length=300)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    due_on = models.DateField("最迟处理")
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.OPEN)
    guide = models.ForeignKey(
        Guide, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="修改后的指南"
    )
    note = models.TextField("处理说明", blank=True)
    closed_at = models.DateTimeField("处理时刻", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="处理人"
    )
    reminded_on = models.DateField("最近催办之日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项修改任务"
        constraints = [
            models.UniqueConstraint(fields=["notice", "item"], name="policy_task_once"),
            models.CheckConstraint(
                name="policy_task_closed_by_a_person",
                condition=Q(state="OPEN", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(state="OPEN") & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["organ", "due_on"], condition=Q(state="OPEN"), name="policy_task_open")]

    def __str__(self) -> str:
        return f"{self.notice} {self.item}"


class PolicyRecord(ActRow):
    """政策文件记录: one act on a notice; codes, numbers and days only, words by their salted digest."""

    notice = models.ForeignKey(PolicyNotice, models.PROTECT, related_name="records", verbose_name="政策文件")
    act = models.CharField("动作", max_length=10, choices=PolicyAct)
    text_digest = models.CharField("文字摘要", max_length=64, blank=True)
    salt = models.CharField("盐", max_length=32, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策文件记录"
        constraints = [models.UniqueConstraint(fields=["notice", "sequence"], name="policy_record_once")]

    def __str__(self) -> str:
        return f"{self.notice} 第 {self.sequence} 条"
