"""Which editions of the list exist, and which items do they print? The mode is not here: it belongs to a delegation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from approvals.documents.models import StoredFile
from approvals.organisations.models import Organ, Region, User


class PowerType(models.TextChoices):
    PERMIT = "PERMIT", "行政许可"
    CONFIRMATION = "CONFIRMATION", "行政确认"
    FILING = "FILING", "其他行政权力-备案"
    OTHER = "OTHER", "其他行政权力-其他"


class LegalDocument(models.Model):
    """文件: a published document by its 文号, with its days of force."""

    number = models.CharField("文号", max_length=60, unique=True)
    title = models.CharField("标题", max_length=200)
    issuer = models.CharField("发文机关", max_length=60)
    issued_on = models.DateField("成文日期")
    effective_from = models.DateField("施行日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    address = models.URLField("公开网址", max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="原文附件", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        constraints = [
            models.CheckConstraint(
                name="legal_document_dates",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Place(models.Model):
    """限定范围: a zone inside one region in which a narrower grant is good, under the name people know it by."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="places", verbose_name="所在地区")
    bounds = models.CharField("四至说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "限定范围"

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_force(self, day: date) -> EditionQuerySet:
        return self.filter(
            Q(effective_to__isnull=True) | Q(effective_to__gte=day),
            effective_from__lte=day,
            status__in=(Edition.Status.PUBLISHED, Edition.Status.SUPERSEDED),
        )


class Edition(models.Model):
    """清单版本: one edition of the list, from draft to superseded; what is published only ever gets an end date."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "草拟"
        CHECKED = "CHECKED", "已核"
        PUBLISHED = "PUBLISHED", "已发布"
        SUPERSEDED = "SUPERSEDED", "已被取代"

    code = models.CharField("版本", max_length=20, unique=True)
    title = models.CharField("名称", max_length=120)
    document = models.ForeignKey(
        LegalDocument, on_delete=models.PROTECT, related_name="editions", verbose_name="依据文件"
    )
    effective_from = models.DateField("施行日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    note = models.TextField("说明", blank=True)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="editions",
        verbose_name="限定范围",
        null=True,
        blank=True,
        help_text="只在这个范围内有效、与全市清单并行的清单；全市清单留空",
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="copies", verbose_name="复制自", null=True, blank=True
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="起草人", null=True, blank=True
    )
    checked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="核对人", null=True, blank=True
    )
    checked_at = models.DateTimeField("核对时刻", null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="发布人", null=True, blank=True
    )
    published_at = models.DateTimeField("发布时刻", null=True, blank=True)
    digest = models.CharField("发布时的摘要", max_length=64, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单版本"
        constraints = [
            models.CheckConstraint(
                name="edition_dates", condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from"))
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_fixed(self) -> bool:
        """Whether its rows are in force or were: from then on they are read, not edited."""
        return self.status in (self.Status.PUBLISHED, self.Status.SUPERSEDED)


class Annex(models.Model):
    """附件: one printed table of an edition, with its title and its footnote."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="annexes", verbose_name="清单版本")
    number = models.PositiveSmallIntegerField("附件号")
    title = models.CharField("标题", max_length=120)
    key = models.CharField("导出列 mode", max_length=20)
    footnote = models.CharField("注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="annex_once")]

    def __str__(self) -> str:
        return f"附件{self.number} {self.title}"


class Item(models.Model):
    """事项: one row of an annex: main item and sub-item, the city unit whose power it is, and the kind of power."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="items", verbose_name="清单版本")
    annex = models.PositiveSmallIntegerField("附件号")
    seq = models.PositiveSmallIntegerField("序号")
    code = models.CharField("事项代码", max_length=20, help_text="附件号-序号，如 3-38")
    city_unit = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="items", verbose_name="市级单位")
    printed_unit = models.CharField("清单所列单位", max_length=40)
    main_name = models.CharField("主项", max_length=200)
    sub_name = models.CharField("子项", max_length=300, blank=True)
    power_type = models.CharField("权力类型", max_length=14, choices=PowerType)
    remark = models.CharField("备注", max_length=100, blank=True)
    scope_note = models.TextField("范围说明", blank=True)
    keywords = models.CharField("常用说法", max_length=200, blank=True, help_text="群众的叫法，以空格分开")
    initials = models.CharField("拼音首字母", max_length=600, blank=True, editable=False)
    identity = models.CharField(
        "跨版标识",
        max_length=60,
        blank=True,
        db_index=True,
        help_text="同一事项在各版清单里相同；新事项留空，自动取“版本/代码”",
    )

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        constraints = [
            models.UniqueConstraint(fields=["edition", "annex", "seq"], name="item_row_once"),
            models.UniqueConstraint(fields=["edition", "code"], name="item_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.identity = self.identity or f"{self.edition.code}/{self.code}"
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name people know it by: the sub-item where it says enough alone, otherwise main item and sub-item."""
        if not self.sub_name:
            return self.main_name
        stem = self.main_name.removesuffix("核发").removesuffix("审批").removesuffix("登记")
        return self.sub_name if self.sub_name.startswith(stem) else f"{self.main_name}（{self.sub_name}）"


class SafetyItem(models.Model):
    """关系安全的事项: one that directly concerns public safety, health, or the safety of life and property (第七十八条)."""

    edition = models.CharField("清单版本", max_length=20)
    item = models.CharField("事项代码", max_length=20)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "关系安全的事项"
        constraints = [models.UniqueConstraint(fields=["edition", "item"], name="safety_item_once")]

    def __str__(self) -> str:
        return f"{self.edition} {self.item}"


class Stamp(models.Model):
    """清单戳: changes with every write to the catalogue, so that a process knows when its copy is old."""

    value = models.CharField("戳", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "清单戳"

    def __str__(self) -> str:
        return self.value
