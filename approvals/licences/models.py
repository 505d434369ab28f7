"""What was granted to whom, how does it stand, and what happened to it? The register of licences.

Nothing here knows cases: what brought a change about is kept as a case number and the number of its record. Whoever
holds a licence stands in rows of their own, numbers encrypted; each printed version is kept as text under a salt, so that
it can be erased by law and the chain still verifies.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from approvals.audit.fields import EncryptedTextField
from approvals.audit.models import ColumnsRow, Stream
from approvals.exchange.models import Message
from approvals.licences.changes import RUNNING, Standing
from approvals.licences.words import LicenceRecord, Status
from approvals.organisations.models import Organ, Region


class LicenceType(models.Model):
    """证照类型: how it is numbered, how long it is good, which fields of the application stand on it. Data, not code."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    number_pattern = models.CharField(
        "编号格式", max_length=80, help_text="{region} 区划代码，{year} 年，{year2} 两位年，{serial} 流水号"
    )
    validity_months = models.PositiveSmallIntegerField("有效期（月）", null=True, blank=True, help_text="空为长期")
    valid_from_field = models.CharField("有效期起取自", max_length=40, blank=True)
    valid_to_field = models.CharField("有效期止取自", max_length=40, blank=True)
    renew_days = models.PositiveSmallIntegerField("延续申请提前（自然日）", default=30)
    warn_days = models.PositiveSmallIntegerField("到期提醒提前（自然日）", default=60)
    fields = models.JSONField("照面字段", default=list, help_text='[{"key", "label", "sources"}]')
    library_code = models.CharField("证照库类型代码", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照类型"

    def __str__(self) -> str:
        return self.name


class TypeItem(models.Model):
    """事项证照: which licence an item of an edition grants, changes or ends."""

    edition = models.CharField("清单版本", max_length=20)
    item = models.CharField("事项代码", max_length=20)
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="items", verbose_name="证照类型")

    class Meta:
        verbose_name = verbose_name_plural = "事项证照"
        constraints = [models.UniqueConstraint(fields=["edition", "item"], name="item_licence_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.type}"


class ReuseRule(models.Model):
    """免提交规则: which licences stand in for a material of an item (`*`: of any); all of `types` must be held.

    A type of `*` means the licence the application itself is about.
    """

    edition = models.CharField("清单版本", max_length=20)
    item = models.CharField("事项代码", max_length=20, help_text="* 为任何事项")
    material = models.CharField("材料名称", max_length=160)
    types = models.JSONField("证照类型代码", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "免提交规则"
        constraints = [models.UniqueConstraint(fields=["edition", "item", "material"], name="reuse_rule_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.material}"


class LicenceSeries(models.Model):
    """证照编号序列: the last serial of a type in a region and year; locked until the licence is committed."""

    type = models.ForeignKey(LicenceType, models.PROTECT, verbose_name="证照类型")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="区划")
    year = models.PositiveSmallIntegerField("年")
    last = models.PositiveIntegerField("末号")

    class Meta:
        verbose_name = verbose_name_plural = "证照编号序列"
        constraints = [models.UniqueConstraint(fields=["type", "region", "year"], name="licence_series_once")]


class Licence(Stream):
    """证照: the row that every change locks. `case_number` is the case that granted it (or took it up)."""

    number = models.CharField("证照编号", max_length=120, unique=True)
    identifier = models.CharField("电子证照标识", max_length=120, unique=True)
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="licences", verbose_name="证照类型")
    name = models.CharField("证照名称", max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="颁发机关")
    city_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    edition = models.CharField("清单版本", max_length=20)
    item = models.CharField("事项代码", max_length=20)
    case_number = models.CharField("颁发办件", max_length=24, db_index=True)
    taken_up = models.BooleanField("平台之前颁发", default=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.VALID)
    holder_name = models.CharField("持证主体", max_length=120)
    scope = models.TextField("许可范围", blank=True)
    place = models.CharField("地址", max_length=300, blank=True)
    issued_on = models.DateField("颁发之日")
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_to = models.DateField("有效期止", null=True, blank=True)
    suspended_until = models.DateField("暂停至", null=True, blank=True)
    warned_for = models.DateField("已提醒的到期日", null=True, blank=True)
    version = models.PositiveSmallIntegerField("版次", default=1)
    verify_code = models.CharField("核验码", max_length=12)

    class Meta:
        verbose_name = verbose_name_plural = "证照"
        constraints = [
            models.CheckConstraint(
                name="licence_status_stored", condition=Q(status__in=[s for s in Status.values if s != "EXPIRED"])
            ),
            models.CheckConstraint(
                name="licence_days_in_order",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "status", "valid_to", "id"], name="licence_of_organ"),
            models.Index(fields=["city_organ", "id"], name="licence_of_city_organ"),
            models.Index(fields=["valid_to", "id"], name="licence_expiring", condition=Q(status__in=RUNNING)),
            models.Index(fields=["holder_name"], name="licence_holder_name"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def standing(self) -> Standing:
        return Standing(Status(self.status), self.valid_from, self.valid_to, self.suspended_until)

    def status_on(self, day: date) -> Status:
        """有效、过期 and the rest, as it is on a day."""
        return self.standing.on(day)


class Holder(models.Model):
    """持证主体: one or several; numbers encrypted, found again through the keyed hash."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="holders")
    position = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=14)
    name = models.CharField("名称", max_length=120)
    id_type = models.CharField("证件类型", max_length=18)
    id_number = EncryptedTextField("证件号码", blank=True)
    id_hash = models.CharField("证件检索值", max_length=64, blank=True, db_index=True)
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "持证主体"
        constraints = [models.UniqueConstraint(fields=["licence", "position"], name="licence_holder_once")]

    def __str__(self) -> str:
        return self.name


class LicenceVersion(models.Model):
    """证照版次: what stood on the paper, as one canonical text; its salted digest is in the chain."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField("版次")
    identifier = models.CharField("电子证照标识", max_length=120, unique=True)
    content = EncryptedTextField("照面内容")
    salt = models.CharField("盐", max_length=32)
    issued_on = models.DateField("颁发之日")
    erased_at = models.DateTimeField("删除时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照版次"
        constraints = [models.UniqueConstraint(fields=["licence", "version"], name="licence_version_once")]


class LicenceEvent(ColumnsRow):
    """证照记录: one change, in the transaction of the decision that brought it about. Append-only, chained."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="+")
    record = models.CharField("变动", max_length=16, choices=LicenceRecord)
    status = models.CharField("变动后状态", max_length=10, choices=Status)
    effective_on = models.DateField("生效之日")
    valid_from = models.DateField("有效期起", null=True)
    valid_to = models.DateField("有效期止", null=True)
    version = models.PositiveSmallIntegerField("版次")
    case_number = models.CharField("办件编号", max_length=24, db_index=True)
    case_sequence = models.PositiveIntegerField("办理记录序号")
    organ = models.CharField("机关代码", max_length=20)
    actor_kind = models.CharField("经手类型", max_length=10)
    user = models.BigIntegerField("经手人", null=True)
    data = models.JSONField("事实", default=dict)
    content_digest = models.CharField("照面摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "证照记录"
        constraints = [
            models.UniqueConstraint(fields=["licence", "sequence"], name="licence_event_once"),
            models.UniqueConstraint(fields=["case_number", "case_sequence", "record"], name="licence_effect_once"),
        ]


class LibraryMessage(models.Model):
    """证照库消息: what the city's licence library was told of one record, once; `day` is the day it counts for."""

    event = models.OneToOneField(
        LicenceEvent, models.PROTECT, primary_key=True, related_name="+", verbose_name="证照记录"
    )
    message = models.OneToOneField(Message, models.PROTECT, related_name="+", verbose_name="消息")
    day = models.DateField("归日", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照库消息"


class LibraryReconciliation(models.Model):
    """证照库对账: of one day's messages, what we sent and what the library says it holds."""

    class Outcome(models.TextChoices):
        ASKED = "ASKED", "已发对账"
        MATCHES = "MATCHES", "相符"
        DIFFERS = "DIFFERS", "不符"

    day = models.DateField("日期", primary_key=True)
    count = models.PositiveIntegerField("我方条数")
    digest = models.CharField("我方摘要", max_length=64)
    message = models.OneToOneField(Message, models.PROTECT, related_name="+", verbose_name="消息")
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.ASKED)
    library_count = models.PositiveIntegerField("对方条数", null=True)
    library_digest = models.CharField("对方摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照库对账"
