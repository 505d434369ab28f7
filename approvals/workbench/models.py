"""What does the workbench remember of a person? Saved filters, unfinished intakes, which screens became which cases, and
whose full numbers were looked at."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from approvals.audit.fields import EncryptedTextField
from approvals.cases.models import Case
from approvals.workbench.public.models import Complaint

__all__ = ["ActDraft", "Complaint", "Draft", "SavedFilter", "Submission", "Unmasking"]


class SavedFilter(models.Model):
    """常用筛选: a list as its address says it, under a name of one's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("筛选", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """收件草稿: what a clerk typed and did not submit yet, as the form sent it; encrypted, for it is all personal data."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    region = models.CharField("地区", max_length=6)
    item = models.CharField("事项代码", max_length=20)
    title = models.CharField("申请人", max_length=120, blank=True)
    content = EncryptedTextField("内容")
    saved_at = models.DateTimeField("保存时刻")

    class Meta:
        verbose_name = verbose_name_plural = "收件草稿"
        constraints = [models.UniqueConstraint(fields=["user", "region", "item"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.title}"


class Submission(models.Model):
    """已提交的收件屏: which case one screen became, written with the case, so that a second press finds it; kept for days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    once = models.CharField("屏的记号", max_length=40)
    case_number = models.CharField("办件编号", max_length=24)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "已提交的收件屏"
        constraints = [models.UniqueConstraint(fields=["user", "once"], name="submission_once")]

    def __str__(self) -> str:
        return self.case_number


class ActDraft(models.Model):
    """意见草稿: what somebody typed on the form of an act and did not submit yet; encrypted, theirs alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name="办件")
    action = models.CharField("动作", max_length=24)
    content = EncryptedTextField("内容")
    saved_at = models.DateTimeField("保存时刻")

    class Meta:
        verbose_name = verbose_name_plural = "意见草稿"
        constraints = [models.UniqueConstraint(fields=["user", "case", "action"], name="act_draft_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class Unmasking(models.Model):
    """看明文: who saw the full numbers of whom, in which case and what for. A database trigger keeps every row as it is.

    Names and posts as they were; the numbers themselves are not written down again.
    """

    class Ground(models.TextChoices):
        CONTACT = "CONTACT", "联系申请人"
        VERIFY = "VERIFY", "核对身份或证照"
        DELIVERY = "DELIVERY", "制证或送达"
        INQUIRY = "INQUIRY", "答复投诉、复议或诉讼"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="人员")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("岗位", max_length=80)
    case_number = models.CharField("办件编号", max_length=24)
    party_position = models.PositiveSmallIntegerField("关系人序号")
    ground = models.CharField("用途", max_length=10, choices=Ground)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "看明文记录"
        indexes = [
            models.Index(fields=["user", "at"], name="unmasking_of_user"),
            models.Index(fields=["case_number"], name="unmasking_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.case_number}"
