"""Who may take what, where, from when, under which agreement, and who watches? Dated rows, no properties of an item."""

from django.db import models
from django.db.models import F, Q

from approvals.catalogue.models.edition import Edition, Item, LegalDocument
from approvals.catalogue.modes import Mode, SealPath
from approvals.documents.models import StoredFile
from approvals.organisations.models import Level, Organ, Region, SupervisionUnit, User


def dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from"))
    )


class Agreement(models.Model):
    """承接协议: between a city unit and a region; without it in force no substantive delegation applies."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "草拟"
        SIGNED = "SIGNED", "已签"
        TERMINATED = "TERMINATED", "已终止"

    number = models.CharField("协议编号", max_length=60, unique=True)
    city_unit = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="agreements", verbose_name="市级单位")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="agreements", verbose_name="承接地区")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    announced_on = models.DateField("公告日期", null=True, blank=True, help_text="行政许可法第二十四条：委托须公告")
    announcement_url = models.URLField("公告网址", max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="已签协议文本", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "承接协议"
        constraints = [
            dates_in_order("agreement_dates"),
            models.CheckConstraint(
                name="agreement_signed_has_day", condition=Q(status="DRAFT") | Q(signed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="agreement_terminated_has_day", condition=~Q(status="TERMINATED") | Q(effective_to__isnull=False)
            ),
            models.CheckConstraint(
                name="agreement_signed_before_force",
                condition=Q(signed_on__isnull=True) | Q(signed_on__lte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Delegation(models.Model):
    """放权: this item, in this region (and place), in this mode, from this day, by this document."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="delegations", verbose_name="清单版本")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="delegations", verbose_name="事项")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="delegations", verbose_name="承接地区")
    mode = models.CharField("放权方式", max_length=12, choices=Mode)
    place = models.CharField("限定范围", max_length=40, blank=True, default="", help_text="空为全域")
    effective_from = models.DateField("起始日期")
    effective_to = models.DateField("终止日期", null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument, on_delete=models.PROTECT, related_name="delegations", verbose_name="依据文件"
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="delegations", verbose_name="承接协议", null=True, blank=True
    )
    seal_path = models.CharField("用印方式", max_length=6, choices=SealPath)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "放权"
        constraints = [
            models.UniqueConstraint(fields=["item", "region", "place", "effective_from"], name="delegation_once"),
            dates_in_order("delegation_dates"),
            models.CheckConstraint(
                name="delegation_seal_follows_decision",
                condition=Q(mode="DIRECT", seal_path="OWN") | (~Q(mode="DIRECT") & ~Q(seal_path="OWN")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} · {self.region} · {self.get_mode_display()}"


class Counterpart(models.Model):
    """对口机构: which organ of a region stands for a city organ (in one phase, or in all). No row: its 行政审批局."""

    city_organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, related_name="counterparts", verbose_name="市级机构"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="counterparts", verbose_name="地区")
    phase = models.CharField(
        "环节",
        max_length=8,
        blank=True,
        default="",
        choices=[("ACCEPT", "受理"), ("REVIEW", "审核"), ("DECIDE", "决定")],
        help_text="空为各环节",
    )
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="counterpart_of", verbose_name="承接机构")

    class Meta:
        verbose_name = verbose_name_plural = "对口机构"
        constraints = [models.UniqueConstraint(fields=["city_organ", "region", "phase"], name="counterpart_once")]

    def __str__(self) -> str:
        return f"{self.city_organ} → {self.organ}"


class SupervisionRule(models.Model):
    """监管分工: who watches an item at the city, or, as an exception to the table of trades, in one region."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="supervision_rules", verbose_name="事项")
    level = models.CharField("层级", max_length=8, choices=Level)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="supervision_rules",
        verbose_name="地区",
        null=True,
        blank=True,
        help_text="只有县级规则填写",
    )
    unit = models.ForeignKey(SupervisionUnit, on_delete=models.PROTECT, related_name="rules", verbose_name="监管单位")
    provisional = models.BooleanField("待确认", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="确认人", null=True, blank=True
    )
    confirmed_at = models.DateTimeField("确认时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监管分工"
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(level="CITY"), name="supervision_rule_city_once"),
            models.UniqueConstraint(
                fields=["item", "region"], condition=Q(level="COUNTY"), name="supervision_rule_county_once"
            ),
            models.CheckConstraint(
                name="supervision_rule_region_of_level",
                condition=Q(level="CITY", region__isnull=True) | Q(level="COUNTY", region__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} → {self.unit}"


class SupervisionCounterpart(models.Model):
    """对口监管单位: the unit of a region that is of the same trade as a city supervision unit."""

    city_unit = models.ForeignKey(
        SupervisionUnit, on_delete=models.PROTECT, related_name="counterparts", verbose_name="市级监管单位"
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="supervision_counterparts", verbose_name="地区"
    )
    unit = models.ForeignKey(
        SupervisionUnit, on_delete=models.PROTECT, related_name="counterpart_of", verbose_name="县级监管单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "对口监管单位"
        constraints = [models.UniqueConstraint(fields=["city_unit", "region"], name="supervision_counterpart_once")]

    def __str__(self) -> str:
        return f"{self.city_unit} → {self.unit}"
