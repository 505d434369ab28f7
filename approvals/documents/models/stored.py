"""Which files are kept? A file is its content: the same bytes are stored once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


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


class PutBeside(models.Model):
    """附件: a file that somebody put beside a row of another room, under the name it had."""

    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    name = models.CharField("文件名", max_length=200)
    organ_name = models.CharField("单位", max_length=60)
    added_at = models.DateTimeField("上传时刻")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


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
