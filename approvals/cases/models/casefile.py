"""Which closed cases have their case file, and how far is it?"""

from django.db import models
from django.db.models import Q

from approvals.cases.models.case import Case
from approvals.documents.models import StoredFile


class CaseFile(models.Model):
    """卷宗: one PDF of a closed case. Made outside every transaction; `contents` is its table of contents as printed."""

    class Standing(models.TextChoices):
        DUE = "DUE", "待装订"
        MADE = "MADE", "已装订"
        FAILED = "FAILED", "装订失败"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="case_file", verbose_name="办件")
    sequence = models.PositiveIntegerField("办结记录序号")
    listed_at = models.DateTimeField("列入时刻")
    standing = models.CharField("状态", max_length=8, choices=Standing, default=Standing.DUE)
    due_at = models.DateTimeField("何时装订")
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    claimed_until = models.DateTimeField("占用至", null=True)
    claim = models.CharField("占用号", max_length=32, blank=True)
    reason = models.CharField("失败原因", max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, verbose_name="文件")
    pages = models.PositiveIntegerField("页数", default=0)
    contents = models.JSONField("卷内目录", default=list)
    head = models.CharField("末条摘要", max_length=64, blank=True)
    signed = models.BooleanField("已签名", default=False)
    made_at = models.DateTimeField("装订时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "卷宗"
        constraints = [
            models.CheckConstraint(
                name="case_file_made_has_file", condition=~Q(standing="MADE") | Q(file__isnull=False)
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="case_file_due", condition=Q(standing="DUE"))]

    def __str__(self) -> str:
        return f"{self.case_id}"
