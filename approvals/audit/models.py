"""What is kept for ever, and in which order did it happen?

A room that keeps a record derives its table from `ChainedRow`, mostly as an `ActRow` (`audit.records` writes and proves
them), and what it hangs on from `Stream`; a database trigger (`audit.triggers`) refuses to change
it and puts each new row on the `Pending` list. Whoever comes first then takes committed rows from that list, in order,
into the one register. Consumers follow register positions, never ids: an id is given before the commit, a position after.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import models

from approvals.audit import chain

NOT_HASHED = ("format", "body", "previous", "digest", "salt")


class ChainedRow(models.Model):
    """留痕行: append-only, chained to its predecessor in the same stream (a case, an edition)."""

    sequence = models.PositiveIntegerField("序号")
    at = models.DateTimeField("记录时刻")
    format = models.PositiveSmallIntegerField("格式", default=1)
    body = models.TextField("规范文本")
    previous = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        abstract = True


class ColumnsRow(ChainedRow):
    """留痕行，文本即各列: its canonical text is made of its columns, so that it can be made again from the stored row."""

    class Meta:
        abstract = True

    def hashed(self) -> dict[str, Any]:
        """What the text holds; the moment in UTC, as the database gives it back."""
        columns = (field for field in self._meta.concrete_fields if not field.primary_key)
        values = {one.attname: getattr(self, one.attname) for one in columns if one.name not in NOT_HASHED}
        return values | {"at": self.at.astimezone(UTC)}

    def text(self) -> str:
        """The canonical text, from the columns as they stand now."""
        return chain.canonical(self.hashed())


class ActRow(ColumnsRow):
    """经手留痕行: who acted, as frozen codes without foreign keys, and the facts: codes, numbers and days only."""

    actor_kind = models.CharField("经手类型", max_length=10)
    user = models.BigIntegerField("经手人", null=True)
    post = models.BigIntegerField("岗位", null=True)
    role = models.CharField("角色", max_length=20, blank=True)
    organ = models.CharField("单位代码", max_length=20, blank=True)
    client = models.CharField("接入系统", max_length=255, blank=True)
    data = models.JSONField("事实", default=dict)

    class Meta:
        abstract = True


class Stream(models.Model):
    """留痕所系: the row a chain hangs on, locked while a record is added; it knows how many there are, and the last."""

    events = models.PositiveIntegerField("记录数", default=0)
    head = models.CharField("末条摘要", max_length=64)

    class Meta:
        abstract = True


class ErasableText(models.Model):
    """可删文字: names and texts of a record; erasing them leaves the salted digest in the chain."""

    text = models.TextField("文字")
    salt = models.CharField("盐", max_length=32)
    erased_at = models.DateTimeField("删除时刻", null=True)

    class Meta:
        abstract = True


class ManagementRecord(ChainedRow):
    """管理记录: what was brought in or taken out by workbook, by whom; a chain for each person. Codes and counts only."""

    class Act(models.TextChoices):
        IMPORT = "IMPORT", "导入"
        EXPORT = "EXPORT", "导出"
        CALENDAR = "CALENDAR", "放假安排"
        VOID = "VOID", "文书作废"

    user = models.BigIntegerField("经手人", default=0, help_text="0 为命令行")
    act = models.CharField("动作", max_length=10, choices=Act)
    subject = models.CharField("对象", max_length=60)
    data = models.JSONField("事实", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "管理记录"
        constraints = [models.UniqueConstraint(fields=["user", "sequence"], name="management_record_once")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.subject}"


class Pending(models.Model):
    """待入册: written by a trigger in the transaction of the row itself, removed when the row is in the register."""

    kind = models.CharField("种类", max_length=40)
    row = models.BigIntegerField("行号")

    class Meta:
        verbose_name = verbose_name_plural = "待入册"


class RegisterEntry(models.Model):
    """总册: every record of every room once, numbered without gaps, each linked to the one before."""

    position = models.BigIntegerField("册位", primary_key=True)
    kind = models.CharField("种类", max_length=40)
    row = models.BigIntegerField("行号")
    row_digest = models.CharField("行摘要", max_length=64)
    previous = models.CharField("前一册摘要", max_length=64)
    digest = models.CharField("册摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "总册"
        constraints = [models.UniqueConstraint(fields=["kind", "row"], name="register_row_once")]


class RegisterHead(models.Model):
    """册尾: the one row that is locked while the register grows."""

    position = models.BigIntegerField("册位", default=0)
    digest = models.CharField("册摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "册尾"


class Cursor(models.Model):
    """读者位置: how far a consumer has read; moved in the transaction of its own effect."""

    name = models.CharField("读者", max_length=60, primary_key=True)
    position = models.BigIntegerField("册位", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "读者位置"


class DailyRoot(models.Model):
    """日根: the register's head at the end of a day, exported so that a later rewrite of the whole register shows."""

    day = models.DateField("日", primary_key=True)
    position = models.BigIntegerField("册位")
    digest = models.CharField("册摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "日根"
