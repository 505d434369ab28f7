"""What must an applicant hand in, how long may it take, and what comes out? Guides are versions.

All limits are 工作日 (working days); `None` means that no text sets one.
"""

from django.db import models
from django.db.models import F, Q

from approvals.catalogue.models.edition import Item
from approvals.organisations.models import User


class ClockStart(models.TextChoices):
    ACCEPTED = "ACCEPTED", "自受理之日起"
    RECEIVED = "RECEIVED", "自收到申请之日起"


class ResultType(models.TextChoices):
    LICENCE = "LICENCE", "证照"
    APPROVAL = "APPROVAL", "批文"
    OTHER = "OTHER", "其他"


class LicenceEffect(models.TextChoices):
    CREATE = "CREATE", "新发"
    AMEND = "AMEND", "变更"
    RENEW = "RENEW", "延续"
    REPLACE = "REPLACE", "补发换发"
    CANCEL = "CANCEL", "注销"
    NONE = "NONE", "不涉及证照"


class Confidence(models.TextChoices):
    SOURCE = "SOURCE", "有公开依据"
    KNOWLEDGE = "KNOWLEDGE", "依通行做法，待核"
    DEMO = "DEMO", "演示值"


class SpecialProcedure(models.TextChoices):
    """特别程序: the first eight are those of 行政许可法第四十五条; the others need a basis of their own."""

    HEARING = "HEARING", "听证"
    TENDER = "TENDER", "招标"
    AUCTION = "AUCTION", "拍卖"
    INSPECTION = "INSPECTION", "检验"
    TESTING = "TESTING", "检测"
    QUARANTINE = "QUARANTINE", "检疫"
    APPRAISAL = "APPRAISAL", "鉴定"
    EXPERT_REVIEW = "EXPERT_REVIEW", "专家评审"
    RECTIFICATION = "RECTIFICATION", "整改"
    PUBLICITY = "PUBLICITY", "公示"
    SITE_VISIT = "SITE_VISIT", "现场踏勘"
    SUPPLEMENT = "SUPPLEMENT", "申请人补充说明"


class Guide(models.Model):
    """办事指南: one version of an item's guide, the same in the whole city."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "草拟"
        PUBLISHED = "PUBLISHED", "已发布"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="guides", verbose_name="事项")
    version = models.PositiveSmallIntegerField("版本号", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    effective_from = models.DateField("施行日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    provisional = models.BooleanField("待完善", default=False)
    confidence = models.JSONField("各项依据程度", default=dict, blank=True)

    acceptance_days = models.PositiveSmallIntegerField("受理审查期限", default=5, help_text="工作日；0 为当场")
    recheck_days = models.PositiveSmallIntegerField("补正件复查期限", default=5, help_text="工作日；0 为当场")
    correction_days = models.PositiveSmallIntegerField("申请人补正期限", default=15, help_text="工作日")
    statutory_days = models.PositiveSmallIntegerField("法定办结时限", null=True, blank=True, help_text="工作日")
    promised_days = models.PositiveSmallIntegerField("承诺办结时限", null=True, blank=True, help_text="工作日")
    clock_start = models.CharField("法定时限起算", max_length=10, choices=ClockStart, default=ClockStart.ACCEPTED)
    delivery_days = models.PositiveSmallIntegerField("颁证送达期限", default=10, help_text="工作日")
    stage_days = models.JSONField("承诺时限的分段", default=dict, help_text='工作日，如 {"REVIEW": 2, "DECIDE": 1}')
    claim_days = models.PositiveSmallIntegerField("监管认领期限", default=3, help_text="工作日")
    feedback_days = models.PositiveSmallIntegerField("首次监管反馈期限", default=30, help_text="工作日")
    special_procedures = models.JSONField("特别程序", default=list, blank=True)

    on_the_spot = models.BooleanField("即办件", default=False)
    tolerance = models.BooleanField("可容缺受理", default=False)
    commitment = models.BooleanField("可告知承诺", default=False)
    commitment_text = models.TextField("告知承诺的内容", blank=True)
    on_site = models.BooleanField("须现场核查（两人以上）", default=False)
    free_return = models.BooleanField("原件免费寄还", default=False, help_text="办结后由窗口免费邮寄退还申请人的原件")
    fee = models.JSONField("收费", default=dict, help_text="金额以分计")

    result_name = models.CharField("结果名称", max_length=120)
    result_type = models.CharField("结果类型", max_length=10, choices=ResultType)
    result_validity = models.CharField("有效期", max_length=120, blank=True)
    validity_months = models.PositiveSmallIntegerField("有效期（月）", null=True, blank=True)
    licence_effect = models.CharField("对证照的效果", max_length=8, choices=LicenceEffect)

    service_objects = models.JSONField("服务对象", default=list, blank=True)
    legal_basis = models.JSONField("设定依据", default=list, blank=True)
    conditions = models.JSONField("受理条件", default=list, blank=True)
    flow = models.JSONField(
        "办理流程", default=list, blank=True, help_text='按先后，如 [{"name": "受理", "by": "综合窗口", "days": 0}]'
    )
    note = models.TextField("说明", blank=True)

    raise_reason = models.TextField(
        "增加的理由", blank=True, help_text="材料、环节、时限或收费比上一版增加的，须说明理由和依据"
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="起草人", null=True, blank=True
    )
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="发布人", null=True, blank=True
    )
    published_at = models.DateTimeField("发布时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="guide_version_once"),
            models.CheckConstraint(
                name="guide_dates", condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from"))
            ),
            models.CheckConstraint(
                name="guide_promise_within_statute",
                condition=Q(statutory_days__isnull=True)
                | Q(promised_days__isnull=True)
                | Q(promised_days__lte=F("statutory_days")),
            ),
            models.CheckConstraint(
                name="guide_commitment_has_text", condition=Q(commitment=False) | ~Q(commitment_text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} 第{self.version}版"


class Necessity(models.TextChoices):
    REQUIRED = "REQUIRED", "必要"
    CONDITIONAL = "CONDITIONAL", "视情形"
    TOLERABLE = "TOLERABLE", "可容缺后补"


class MaterialForm(models.TextChoices):
    EITHER = "EITHER", "纸质或电子原件"
    COPY = "COPY", "复印件"


class Origin(models.TextChoices):
    SELF = "SELF", "申请人自备"
    GOV = "GOV", "政府部门核发"
    INTERMEDIARY = "INTERMEDIARY", "中介或检验机构"


class Material(models.Model):
    """申请材料: one paper of a guide."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="materials", verbose_name="办事指南")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=160)
    form = models.CharField("形式", max_length=8, choices=MaterialForm, default=MaterialForm.EITHER)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    necessity = models.CharField("必要性", max_length=12, choices=Necessity, default=Necessity.REQUIRED)
    origin = models.CharField("来源", max_length=14, choices=Origin, default=Origin.SELF)
    reuse = models.CharField("可由证照或共享数据代替", max_length=120, blank=True)
    scenario = models.CharField("何种情形须交", max_length=160, blank=True)
    when = models.CharField(
        "由申请表决定", max_length=200, blank=True, help_text="如 equipment_class=锅炉|气瓶；空则收件时问"
    )
    note = models.CharField("说明", max_length=300, blank=True)
    confidence = models.CharField("依据程度", max_length=10, choices=Confidence, default=Confidence.KNOWLEDGE)

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        constraints = [models.UniqueConstraint(fields=["guide", "position"], name="material_once")]

    def __str__(self) -> str:
        return self.name


class FieldKind(models.TextChoices):
    TEXT = "TEXT", "单行文字"
    LONGTEXT = "LONGTEXT", "多行文字"
    NUMBER = "NUMBER", "数字"
    DATE = "DATE", "日期"
    CHOICE = "CHOICE", "单选"


class Check(models.TextChoices):
    """填写校验: the closed list of checks; `catalogue.forms` is what they mean."""

    NONE = "", "不校验"
    POSITIVE = "POSITIVE", "大于零"
    NOT_NEGATIVE = "NOT_NEGATIVE", "不小于零"
    WHOLE = "WHOLE", "正整数"
    PERCENT = "PERCENT", "0 至 100"
    NOT_FUTURE = "NOT_FUTURE", "不晚于收件当日"
    NOT_PAST = "NOT_PAST", "不早于收件当日"
    USCC = "USCC", "统一社会信用代码"
    MOBILE = "MOBILE", "手机号码"


class FormField(models.Model):
    """申请表字段: one typed field of a guide's application form."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="form_fields", verbose_name="办事指南")
    position = models.PositiveSmallIntegerField("序号")
    key = models.SlugField("字段", max_length=40)
    label = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=10, choices=FieldKind, default=FieldKind.TEXT)
    unit = models.CharField("单位", max_length=12, blank=True)
    required = models.BooleanField("必填", default=True)
    choices = models.JSONField("选项", default=list, blank=True)
    rule = models.CharField("校验", max_length=12, choices=Check, blank=True, default=Check.NONE)
    hint = models.CharField("填写说明", max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请表字段"
        constraints = [
            models.UniqueConstraint(fields=["guide", "key"], name="form_field_once"),
            models.UniqueConstraint(fields=["guide", "position"], name="form_field_position_once"),
        ]

    def __str__(self) -> str:
        return self.label


class ReviewPoint(models.Model):
    """审查要点: what the reviewer answers with yes, no or not applicable; key points are what the city checks again."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="review_points", verbose_name="办事指南")
    position = models.PositiveSmallIntegerField("序号")
    text = models.CharField("内容", max_length=300)
    key = models.BooleanField("关键要点", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "审查要点"
        constraints = [models.UniqueConstraint(fields=["guide", "position"], name="review_point_once")]

    def __str__(self) -> str:
        return self.text


class IntermediaryService(models.Model):
    """中介服务: what an applicant must have done by a third party, on which ground, and whether its time counts."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="intermediaries", verbose_name="办事指南")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("服务名称", max_length=120)
    basis = models.CharField("设定依据", max_length=300)
    provider = models.CharField("可以提供的机构", max_length=200, help_text="资质要求，不指定具体机构")
    counted = models.BooleanField("时间计入办理时限", default=False)
    days = models.PositiveSmallIntegerField("一般需要", null=True, blank=True, help_text="工作日")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "中介服务"
        constraints = [models.UniqueConstraint(fields=["guide", "position"], name="intermediary_once")]

    def __str__(self) -> str:
        return self.name


class PhraseUse(models.TextChoices):
    CORRECTION = "CORRECTION", "补正告知用语"
    REFUSAL = "REFUSAL", "不予受理用语"
    OPINION = "OPINION", "审查意见用语"
    DENIAL = "DENIAL", "不予决定用语"


class StandardPhrase(models.Model):
    """常用语: a sentence this item's notices are put together from, the same in the whole city."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="phrases", verbose_name="办事指南")
    position = models.PositiveSmallIntegerField("序号")
    use = models.CharField("用途", max_length=12, choices=PhraseUse)
    material = models.PositiveSmallIntegerField("材料序号", null=True, blank=True, help_text="针对某一份材料的填写")
    text = models.CharField("内容", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        constraints = [models.UniqueConstraint(fields=["guide", "position"], name="phrase_once")]

    def __str__(self) -> str:
        return self.text
