"""Where and when is a window open, and under which number does it answer? Kept by the county itself, no publishing."""

from django.db import models

from approvals.organisations.models import Organ, User


class WindowContact(models.Model):
    """窗口信息: address, hours and phones of one window; without a row the directory of organs speaks."""

    organ = models.OneToOneField(Organ, on_delete=models.PROTECT, related_name="contact", verbose_name="窗口")
    address = models.CharField("地址", max_length=160)
    hours = models.CharField("办公时间", max_length=160)
    phones = models.CharField("电话", max_length=120)
    note = models.CharField("说明", max_length=200, blank=True, help_text="如停车、乘车、延时服务")
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="更新人", null=True)
    updated_at = models.DateTimeField("更新时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "窗口信息"

    def __str__(self) -> str:
        return f"{self.organ} {self.address}"
