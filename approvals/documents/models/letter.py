"""Which papers has an organ given, under which number, with what in them, and how far is the PDF?

The row and its number are written in the transaction of whoever owes the paper; the PDF follows by itself. `data` is the
frozen content as canonical JSON: the same data and template give the same bytes, whenever they are set.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from approvals.audit.models import ColumnsRow
from approvals.documents.models.seal import Seal
from approvals.documents.models.stored import StoredFile
from approvals.organisations.models import Organ


class LetterMark(models.Model):
    """机关代字: how an organ's letter numbers begin, as in 于都行审."""

    organ = models.OneToOneField(
        Organ, models.PROTECT, primary_key=True, related_name="letter_mark", verbose_name="机构"
    )
    mark = models.CharField("代字", max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "机关代字"

    def __str__(self) -> str:
        return self.mark


class LetterSeries(models.Model):
    """文号序列: the last serial of an organ, kind and year. Locked while a letter is numbered; without gaps."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="机构")
    kind = models.CharField("文种", max_length=24)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号")

    class Meta:
        verbose_name = verbose_name_plural = "文号序列"
        constraints = [models.UniqueConstraint(fields=["organ", "kind", "year"], name="letter_series_once")]


class LetterTemplate(models.Model):
    """文书模板: how one kind of letter is set, as typst source. Published versions never change."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "草拟"
        PUBLISHED = "PUBLISHED", "已发布"
        RETIRED = "RETIRED", "已停用"

    kind = models.CharField("文种", max_length=24)
    version = models.PositiveSmallIntegerField("版本")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    source = models.TextField("typst 源文")
    digest = models.CharField("源文摘要", max_length=64)
    basis = models.CharField("依据", max_length=300, blank=True)
    shipped = models.BooleanField("随版本发布", default=False, editable=False)
    published_at = models.DateTimeField("发布时刻", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="letter_template_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(status="PUBLISHED"), name="one_published_letter_template"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} 第{self.version}版"


class Letter(models.Model):
    """文书: one numbered paper of an organ. What it says is frozen; only the making of its PDF goes on."""

    class State(models.TextChoices):
        HELD = "HELD", "待用印"
        SECOND = "SECOND", "待第二人确认用印"
        DUE = "DUE", "待制作"
        MADE = "MADE", "已制成"
        FAILED = "FAILED", "制作失败"
        VOID = "VOID", "作废"

    kind = models.CharField("文种", max_length=24)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="letters", verbose_name="发文机关")
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    number = models.CharField("文号", max_length=60, unique=True)
    key = models.CharField("由来", max_length=80, unique=True, help_text="欠这份文书的记录，如 办件编号/记录序号")
    subject = models.CharField("所属", max_length=40, db_index=True, help_text="办件编号等")
    title = models.CharField("标题", max_length=80)
    item = models.CharField("事项代码", max_length=20, blank=True)
    issued_at = models.DateTimeField("发文时刻")
    issued_on = models.DateField("成文日期")
    data = models.TextField("内容")
    data_digest = models.CharField("内容摘要", max_length=64)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, related_name="+", null=True, verbose_name="模板")
    code = models.CharField("查验码", max_length=20, unique=True)
    seal_holder = models.ForeignKey(Organ, models.PROTECT, related_name="+", null=True, verbose_name="印章保管机构")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+", null=True, verbose_name="所盖印章")
    sealed_by = models.BigIntegerField("用印人", null=True)
    sealed_by_name = models.CharField("用印人姓名", max_length=40, blank=True)
    second_by = models.BigIntegerField("第二人", null=True)
    second_by_name = models.CharField("第二人姓名", max_length=40, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    due_at = models.DateTimeField("何时制作")
    claimed_until = models.DateTimeField("占用至", null=True)
    claim = models.CharField("占用号", max_length=32, blank=True)
    failure = models.CharField("失败原因代码", max_length=30, blank=True)
    reason = models.CharField("失败原因", max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, verbose_name="文件")
    pages = models.PositiveSmallIntegerField("页数", default=0)
    made_at = models.DateTimeField("制成时刻", null=True)
    ended_on = models.DateField("失效之日", null=True)
    ended_until = models.DateField("失效至", null=True, help_text="证照暂停的最后一天，次日起恢复有效")
    ended_by = models.CharField("失效原因代码", max_length=16, blank=True)
    ended_because = models.CharField("失效原因", max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, related_name="replaces", null=True, verbose_name="代替文书")

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.UniqueConstraint(fields=["organ", "kind", "year", "serial"], name="letter_number_once"),
            models.CheckConstraint(name="letter_made_has_file", condition=~Q(state="MADE") | Q(file__isnull=False)),
            models.CheckConstraint(
                name="letter_ended_says_why",
                condition=Q(ended_on__isnull=True, ended_by="", ended_because="")
                | Q(ended_on__isnull=False) & ~Q(ended_by="") & ~Q(ended_because=""),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="letter_due", condition=Q(state="DUE")),
            models.Index(fields=["organ", "state"], name="letter_trouble", condition=Q(state__in=["FAILED", "SECOND"])),
        ]

    def __str__(self) -> str:
        return self.number

    def ended(self, on: date) -> bool:
        """Whether it is no longer good on a day; what ended it for a time is over the day after."""
        over = self.ended_until is not None and on > self.ended_until
        return self.ended_on is not None and self.ended_on <= on and not over

    @property
    def ends(self) -> bool:
        """Whether an ending stands against it today, or is still to come."""
        today = timezone.localdate()
        return self.ended_on is not None and (self.ended_on > today or self.ended(today))

    @property
    def content(self) -> dict[str, Any]:
        """What the letter says, as it was frozen."""
        found: dict[str, Any] = json.loads(self.data)
        return found


class LetterOwed(models.Model):
    """欠发文书: a letter that could not be issued, because what must be in it is missing. Settled when it is."""

    key = models.CharField("由来", max_length=80, unique=True)
    kind = models.CharField("文种", max_length=24)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="发文机关")
    subject = models.CharField("所属", max_length=40)
    reason = models.CharField("原因", max_length=300)
    noticed_at = models.DateTimeField("发现时刻")
    settled_at = models.DateTimeField("补发时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "欠发文书"

    def __str__(self) -> str:
        return self.key


class SealUse(ColumnsRow):
    """用印记录: which seal was put on which paper, on which page, by whom; the digest of the finished file."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="seal_uses", verbose_name="文书")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses", verbose_name="印章")
    page = models.PositiveSmallIntegerField("页", help_text="0 为不可见签名")
    user = models.BigIntegerField("用印人", null=True)
    second = models.BigIntegerField("第二人", null=True)
    plain_digest = models.CharField("签章前摘要", max_length=64)
    file_digest = models.CharField("签章后摘要", max_length=64, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "用印记录"
        constraints = [models.UniqueConstraint(fields=["letter", "sequence"], name="seal_use_once")]

    def hashed(self) -> dict[str, Any]:
        """The use with what it was put on: the paper's number, kind and content."""
        return {
            "letter": self.letter_id,
            "number": self.letter.number,
            "kind": self.letter.kind,
            "data_digest": self.letter.data_digest,
            "seal": self.seal.code,
            "page": self.page,
            "user": self.user,
            "second": self.second,
            "sequence": self.sequence,
            "plain_digest": self.plain_digest,
            "file_digest": self.file_digest,
        }
