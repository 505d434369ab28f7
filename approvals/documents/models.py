"""Which files are kept, and which seals exist? A file is its content: the same bytes are stored once."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from approvals.organisations.models import Organ


class StoredFile(models.Model):
    """电子文件: one content, found under its SHA-256. What it is called belongs to whoever attaches it."""

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.BigIntegerField("字节数")
    content_type = models.CharField("类型（按内容）", max_length=100)
    extension = models.CharField("扩展名", max_length=8)
    path = models.CharField("存储位置", max_length=120, unique=True)
    created_at = models.DateTimeField("存入时刻", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "电子文件"
        constraints = [models.CheckConstraint(name="stored_file_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return f"{self.digest[:12]}.{self.extension}"


class Upload(models.Model):
    """上传记录: who brought a content in. Knowing a digest gives nobody the right to attach the file."""

    stored = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="uploads", verbose_name="电子文件")
    who = models.CharField("上传人", max_length=160)
    at = models.DateTimeField("上传时刻", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传记录"
        constraints = [models.UniqueConstraint(fields=["stored", "who"], name="upload_once")]

    def __str__(self) -> str:
        return f"{self.who} {self.stored_id}"


class SealQuerySet(models.QuerySet["Seal"]):
    def in_force(self, day: date) -> SealQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Seal(models.Model):
    """印章: whose seal it is, and who keeps it. A 2号章 is a city organ's seal in a county organ's hands.

    What the platform prints is a simulated seal and says so on its face; this register says which one, and whether.
    """

    class Kind(models.TextChoices):
        APPROVAL = "APPROVAL", "审批专用章"
        ACCEPTANCE = "ACCEPTANCE", "受理专用章"
        NUMBER_TWO = "NUMBER_TWO", "2号章"

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("印文", max_length=80)
    kind = models.CharField("种类", max_length=20, choices=Kind)
    owner = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="seals", verbose_name="印章所属机构")
    holder = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="seals_held", verbose_name="保管机构")
    item_scope = models.JSONField("事项范围", default=list, blank=True, help_text="事项代码，如 2-30；空为全部")
    valid_from = models.DateField("启用日")
    valid_to = models.DateField("停用日", null=True, blank=True)
    is_simulated = models.BooleanField("模拟印章", default=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印章"
        constraints = [
            models.CheckConstraint(
                name="seal_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from"))
            ),
            models.CheckConstraint(
                name="seal_held_elsewhere_is_number_two",
                condition=Q(kind="NUMBER_TWO") | Q(owner=models.F("holder")) | Q(kind="ACCEPTANCE"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def in_force(self, day: date) -> bool:
        """Whether the seal may be used on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def covers(self, item: str) -> bool:
        """Whether the seal may be used for an item, by its code; an empty scope is all items."""
        return not self.item_scope or item in self.item_scope
