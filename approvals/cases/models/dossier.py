"""Who applies, with what, and what did the people who handled it record? Everything beside the case row."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from approvals.audit.fields import EncryptedTextField
from approvals.cases.models.case import Case
from approvals.documents.models import StoredFile


class Form(models.Model):
    """申请: the application form as the guide defined it at receipt, and what the applicant declared."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="form")
    fields = models.JSONField("表单定义", default=list)
    data = models.JSONField("填写内容", default=dict)
    scenario = models.JSONField("情形", default=list)  # each question with its answer, as asked at the window
    place = models.CharField("地址或标的", max_length=200, blank=True)
    points = models.JSONField("审查要点", default=list)
    legal_basis = models.JSONField("设定依据", default=list)
    reasons = models.JSONField("管辖理由", default=list)
    remedies = models.JSONField("救济途径", default=dict)
    result_name = models.CharField("结果名称", max_length=120, blank=True)
    result_validity = models.CharField("结果有效期", max_length=120, blank=True)
    licence_effect = models.CharField("对证照的效果", max_length=8, default="NONE")
    commitment_text = models.TextField("告知承诺内容", blank=True)
    claim_days = models.PositiveSmallIntegerField("认领工作日", default=3)
    feedback_days = models.PositiveSmallIntegerField("首次反馈工作日", default=30)
    promised_on = models.DateField("容缺材料补齐日期", null=True)
    query_code = models.CharField("查询码", max_length=8)
    duplicate_key = models.CharField("重复申请键", max_length=64, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"


class Party(models.Model):
    """申请关系人: applicants (one or several), the agent, the contact. Numbers encrypted, found by keyed hash."""

    class Role(models.TextChoices):
        APPLICANT = "APPLICANT", "申请人"
        AGENT = "AGENT", "代理人"
        CONTACT = "CONTACT", "联系人"

    class Kind(models.TextChoices):
        PERSON = "PERSON", "自然人"
        COMPANY = "COMPANY", "企业法人"
        INSTITUTION = "INSTITUTION", "事业法人"
        SOCIAL = "SOCIAL", "社会组织法人"
        UNINCORPORATED = "UNINCORPORATED", "非法人组织"
        GOVERNMENT = "GOVERNMENT", "行政机关"
        OTHER = "OTHER", "其他"

    class IdType(models.TextChoices):
        USCC = "USCC", "统一社会信用代码"
        RESIDENT = "RESIDENT", "居民身份证"
        PASSPORT = "PASSPORT", "护照"
        HK_MACAO = "HK_MACAO", "港澳居民来往内地通行证"
        TAIWAN = "TAIWAN", "台湾居民来往大陆通行证"
        FOREIGN_RESIDENT = "FOREIGN_RESIDENT", "外国人永久居留身份证"
        NONE = "NONE", "不适用"

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField("序号")
    role = models.CharField("关系", max_length=10, choices=Role)
    kind = models.CharField("类别", max_length=14, choices=Kind)
    name = models.CharField("名称", max_length=120)
    id_type = models.CharField("证件类型", max_length=18, choices=IdType, default=IdType.NONE)
    id_number = EncryptedTextField("证件号码", blank=True)
    id_hash = models.CharField("证件检索值", max_length=64, blank=True, db_index=True)
    mobile = EncryptedTextField("手机", blank=True)
    mobile_hash = models.CharField("手机检索值", max_length=64, blank=True, db_index=True)
    address = models.CharField("住所", max_length=200, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    authority = models.CharField("代理权限", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请关系人"
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="case_party_once")]
        indexes = [models.Index(fields=["name"], name="party_name")]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """申请材料: what the guide asked for at receipt and how it stands."""

    class Status(models.TextChoices):
        MISSING = "MISSING", "未交"
        PAPER = "PAPER", "纸质"
        FILE = "FILE", "电子文件"
        REUSED = "REUSED", "免提交"
        PROMISED = "PROMISED", "容缺后补"
        NOT_APPLICABLE = "NOT_APPLICABLE", "不需要"

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=160)
    necessity = models.CharField("必要性", max_length=12)
    origin = models.CharField("来源", max_length=14, blank=True)
    form = models.CharField("形式", max_length=8, blank=True)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    hint = models.CharField("说明", max_length=300, blank=True)
    when = models.CharField("由申请表决定", max_length=200, blank=True)
    status = models.CharField("收取情况", max_length=14, choices=Status, default=Status.MISSING)
    note = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="case_material_once")]

    def __str__(self) -> str:
        return self.name


class File(models.Model):
    """材料文件: a stored file in its place under a material of this case; earlier ones stay when it is replaced."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=160)
    from_case = models.CharField("沿用自办件", max_length=24, blank=True)
    added_at = models.DateTimeField("登记时刻")
    replaced_at = models.DateTimeField("替换时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料文件"

    def __str__(self) -> str:
        return self.name


class Correction(models.Model):
    """补正告知: everything named at once, and how each was answered."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="correction_notices")
    sequence = models.PositiveIntegerField("记录序号")
    defects = models.JSONField("需补正内容")
    notified_on = models.DateField("告知之日")
    due_on = models.DateField("补正到期")
    answers = models.JSONField("补正情况", default=list)
    answered_on = models.DateField("补正之日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正告知"


class Consent(models.Model):
    """两人办理: proposed by one, confirmed or declined by another."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    action = models.CharField("动作", max_length=20)
    given = models.JSONField("提出的内容", default=dict)
    user = models.BigIntegerField("提出人")
    user_name = models.CharField("提出人姓名", max_length=40)
    proposed_at = models.DateTimeField("提出时刻")
    closed_at = models.DateTimeField("了结时刻", null=True)
    outcome = models.CharField("结果", max_length=10, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "两人办理"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(closed_at__isnull=True), name="one_open_consent"
            )
        ]


class PointAnswer(models.Model):
    """要点答复: yes, no or not applicable, by level; the last answer of a phase counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="point_answers")
    sequence = models.PositiveIntegerField("记录序号")
    phase = models.CharField("阶段", max_length=10)
    position = models.PositiveSmallIntegerField("要点序号")
    answer = models.CharField("结论", max_length=3)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "要点答复"


class SiteRecord(models.Model):
    """现场核查记录: two officers or more, what they found."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="site_records")
    sequence = models.PositiveIntegerField("记录序号")
    officers = models.JSONField("核查人员")
    visited_on = models.DateField("核查日期")
    place = models.CharField("地点", max_length=200)
    findings = models.TextField("情况")

    class Meta:
        verbose_name = verbose_name_plural = "现场核查记录"


class Pause(models.Model):
    """停表: a special procedure of a legal kind, from the day it began to the day work resumed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses")
    kind = models.CharField("特别程序", max_length=20)
    basis = models.CharField("依据", max_length=120, blank=True)
    stops_promise = models.BooleanField("停承诺时限")
    stops_statute = models.BooleanField("停法定时限")
    expected_days = models.PositiveSmallIntegerField("所需工作日")
    started_on = models.DateField("停表之日")
    resumed_on = models.DateField("恢复之日", null=True)
    outcome = models.TextField("结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "停表"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(resumed_on__isnull=True), name="one_running_pause"
            )
        ]


class Decision(models.Model):
    """决定: what was decided, for licences, papers and pushes."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="decision")
    sequence = models.PositiveIntegerField("记录序号")
    result = models.CharField("结果", max_length=12)
    content = models.TextField("内容", blank=True)
    conditions = models.TextField("附加要求", blank=True)
    reasons = models.TextField("理由", blank=True)
    remedies = models.JSONField("救济途径", default=dict)
    valid_from = models.DateField("有效期起", null=True)
    valid_to = models.DateField("有效期止", null=True)
    on_commitment = models.BooleanField("告知承诺", default=False)
    lateness = models.TextField("超期原因", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, help_text="空为依法视为决定"
    )

    class Meta:
        verbose_name = verbose_name_plural = "决定"


class Fee(models.Model):
    """收费: due by the guide, paid or waived with a receipt. Amounts in cents (分)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="fee")
    amount_cents = models.PositiveIntegerField("应缴（分）", null=True)
    standard = models.CharField("标准", max_length=300, blank=True)
    options = models.JSONField("分档", default=list)
    status = models.CharField("状态", max_length=8, default="DUE")
    paid_cents = models.PositiveIntegerField("实缴（分）", null=True)
    receipt = models.CharField("票据号或减免依据", max_length=100, blank=True)
    settled_on = models.DateField("缴纳或减免之日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "收费"


class Service(models.Model):
    """送达: how, when and against which receipt the result reached the applicant."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="service")
    way = models.CharField("方式", max_length=12)
    receipt = models.CharField("回证", max_length=200)
    witness = models.CharField("见证人", max_length=100, blank=True)
    served_on = models.DateField("送达之日")
    confirmed_at = models.DateTimeField("申请人确认时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "送达"
