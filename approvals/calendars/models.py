"""Which notice moved which day? The published calendar as rows that an administrator may edit."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models


class CalendarYear(models.Model):
    """日历年度: a year whose holiday notice is out, with its source. A year without one counts on weekends only."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True, validators=[MinValueValidator(2022)])
    document = models.CharField("文号", max_length=40)
    title = models.CharField("通知标题", max_length=120)
    url = models.URLField("网址", blank=True)
    published_on = models.DateField("发布日期")
    edited_by_hand = models.BooleanField(
        "手工维护", default=False, help_text="在后台改过的年度，重新载入种子数据时保持不变"
    )
    updated_at = models.DateTimeField("更新时刻", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历年度"

    def __str__(self) -> str:
        return f"{self.year} 年（{self.document}）"


class DayOverride(models.Model):
    """调整日: a day that a notice moved. A notice may move a day of the year before (2022-12-31, by that of 2023)."""

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", "放假"
        MAKE_UP = "MAKE_UP", "调休上班"

    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days", verbose_name="年度")
    day = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=10, choices=Kind)
    name = models.CharField("节日", max_length=20)
    updated_at = models.DateTimeField("更新时刻", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "调整日"

    def __str__(self) -> str:
        return f"{self.day} {self.name}{self.get_kind_display()}"

    def clean(self) -> None:
        if self.day is None or self.year_id is None:
            return
        if self.day.year not in (self.year_id - 1, self.year_id):
            raise ValidationError({"day": f"{self.year_id} 年的通知只能调整当年或上一年年末的日期。"})
        if self.kind == self.Kind.MAKE_UP and self.day.weekday() < 5:
            raise ValidationError({"day": "调休上班的日子应是周六或周日。"})
