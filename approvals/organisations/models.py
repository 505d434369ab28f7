"""Which regions and organs exist, who works where in which role, and on whose behalf may a system call?"""

from __future__ import annotations

import hmac
import time
import unicodedata
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP
from oauth2_provider.models import AbstractApplication

from approvals.audit.fields import EncryptedTextField, search_hash


class Level(models.TextChoices):
    COUNTY = "COUNTY", "县级"
    CITY = "CITY", "市级"


class Region(models.Model):
    """区划: the city, its 18 statutory counties and districts (GB/T 2260), and its two zones, which have no GB code."""

    class Kind(models.TextChoices):
        CITY = "CITY", "设区市"
        COUNTY = "COUNTY", "县（市、区）"
        ZONE = "ZONE", "功能区"

    code = models.CharField("区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=40, unique=True)
    full_name = models.CharField("全称", max_length=60, blank=True)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    is_statutory = models.BooleanField("法定区划", default=True)
    government = models.CharField("人民政府（复议机关）", max_length=60)
    court = models.CharField("管辖法院", max_length=60)
    remark = models.CharField("备注", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "区划"

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> Level:
        return Level.CITY if self.kind == self.Kind.CITY else Level.COUNTY


class RegionAlias(models.Model):
    """区划别名: the code another system uses for one of our regions; the zones clash between systems."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="aliases", verbose_name="区划")
    system = models.CharField("系统", max_length=60)
    code = models.CharField("对方代码", max_length=30)

    class Meta:
        verbose_name = verbose_name_plural = "区划别名"
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="region_alias_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class Organ(models.Model):
    """机构: an organ of the city or of one region. Whether it approves or supervises is a role, said elsewhere."""

    class Kind(models.TextChoices):
        APPROVAL_BUREAU = "APPROVAL_BUREAU", "行政审批局"
        BUREAU = "BUREAU", "部门"
        WINDOW = "WINDOW", "综合窗口"
        ESTABLISHMENT = "ESTABLISHMENT", "机构编制委员会办公室"

    code = models.CharField("机构代码", max_length=20, unique=True)
    name = models.CharField("全称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=40)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organs", verbose_name="区划")
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    phone = models.CharField("咨询电话", max_length=40, blank=True)
    complaint_phone = models.CharField("监督电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    also_reconsidered_by = models.CharField(
        "另可申请复议的机关",
        max_length=60,
        blank=True,
        help_text="本级人民政府之外，当事人还可以选择的上一级主管部门，如司法行政部门（行政复议法第二十八条）",
    )

    class Meta:
        verbose_name = verbose_name_plural = "机构"

    def __str__(self) -> str:
        return self.name


class SupervisionUnit(models.Model):
    """监管单位: who must watch what was granted. One organ may hold several units, and may approve besides."""

    code = models.CharField("代码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="supervision_units", verbose_name="机构")

    class Meta:
        verbose_name = verbose_name_plural = "监管单位"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """用户: one person, one account. What the person may do is said by posts, not by groups."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机", blank=True)
    sitting = models.CharField("当前会话", max_length=32, blank=True, editable=False)
    must_change_password = models.BooleanField("须改初始密码", default=False)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    single_keys = models.BooleanField("用单键快捷键", default=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    CLERK = "CLERK", "窗口岗"
    REVIEWER = "REVIEWER", "审查岗"
    CHECKER = "CHECKER", "转报签发岗"
    DECIDER = "DECIDER", "决定岗"
    SEAL_KEEPER = "SEAL_KEEPER", "用印岗"
    SUPERVISOR = "SUPERVISOR", "监管岗"
    ITEM_ADMIN = "ITEM_ADMIN", "事项管理员"
    COORDINATOR = "COORDINATOR", "协调员"
    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"
    AUDITOR = "AUDITOR", "审计管理员"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, day: date) -> PostQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Post(models.Model):
    """岗位: a person in an organ in a role, for some days, perhaps only for some items (codes such as 3-38)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", verbose_name="人员")
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="posts", verbose_name="机构")
    role = models.CharField("角色", max_length=20, choices=Role)
    unit = models.ForeignKey(
        SupervisionUnit,
        on_delete=models.PROTECT,
        related_name="posts",
        verbose_name="监管单位",
        null=True,
        blank=True,
        help_text="监管岗必填",
    )
    item_scope = models.JSONField("事项范围", default=list, blank=True, help_text="事项代码，如 3-38；空为全部")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.CheckConstraint(
                name="post_unit_for_supervisors_only",
                condition=Q(role="SUPERVISOR", unit__isnull=False) | (~Q(role="SUPERVISOR") & Q(unit__isnull=True)),
            ),
            models.CheckConstraint(
                name="post_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ.short_name} · {self.get_role_display()}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        """Three administrators exclude each other and handle no cases (GB/T 22239-2019, 三权分立)."""
        if self.user_id is None or not self.role:
            return
        others = set(Post.objects.filter(user_id=self.user_id).exclude(pk=self.pk).values_list("role", flat=True))
        if self.role in ADMINISTRATORS and others - {self.role}:
            raise ValidationError("系统、安全、审计管理员互不兼任，也不办件；此人已有其他岗位，请另用账号。")
        if self.role not in ADMINISTRATORS and others & ADMINISTRATORS:
            raise ValidationError("此人是系统、安全或审计管理员，不得再任办件岗位，请另用账号。")


class Substitution(models.Model):
    """AB 岗: on these days another person acts in this post, under the own name."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="substitutions", verbose_name="岗位")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="substitutions", verbose_name="代岗人")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")

    class Meta:
        verbose_name = verbose_name_plural = "AB 岗"
        constraints = [
            models.CheckConstraint(name="substitution_dates", condition=Q(ends_on__gte=models.F("starts_on")))
        ]

    def __str__(self) -> str:
        return f"{self.user} 代 {self.post}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        if self.user_id is None or self.post_id is None:
            return
        administrators = Post.objects.filter(user_id=self.user_id, role__in=ADMINISTRATORS).exists()
        if administrators or self.post.role in ADMINISTRATORS:
            raise ValidationError("系统、安全、审计管理员不代岗，也不由他人代岗。")


class Client(AbstractApplication):
    """接入系统: an OAuth client that acts on behalf of exactly one post, with that post's rights and no more."""

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="clients", verbose_name="代表岗位", null=True, blank=True
    )

    class Meta(AbstractApplication.Meta):
        verbose_name = verbose_name_plural = "接入系统"


class SecondFactor(ThrottlingMixin, Device):
    """第二因素: the phone that shows a person's six digits (RFC 6238), and the recovery codes for when it is lost.

    A device of django-otp's, of our own because its ready-made ones keep secret and codes in the clear.
    """

    STEP_SECONDS = 30

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor", verbose_name="人员")
    name = models.CharField("名称", max_length=64, default="动态口令")
    confirmed = models.BooleanField("已启用", default=True, editable=False)
    throttling_failure_timestamp = models.DateTimeField("最近输错时刻", null=True)
    throttling_failure_count = models.PositiveIntegerField("连续输错次数", default=0)
    secret = EncryptedTextField("密钥", help_text="十六进制，20 字节")
    last_step = models.BigIntegerField("最近用过的时间步", default=-1, help_text="每步 30 秒；用过的口令不再有效")
    recovery = models.JSONField("备用码摘要", default=list, help_text="每个只用一次")
    enrolled_at = models.DateTimeField("启用时刻")
    last_used_at = models.DateTimeField("最近验证时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "第二因素"

    def __str__(self) -> str:
        return f"{self.user} 的{self.name}"

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code; each further one doubles them."""
        return settings.SECOND_FACTOR_WAIT_SECONDS  # type: ignore[no-any-return]

    def verify_token(self, token: str) -> bool:
        """Whether these are the digits of this moment, or a recovery code; either works once. Row lock: the caller's."""
        if not self.verify_is_allowed()[0]:
            return False
        code = "".join(unicodedata.normalize("NFKC", token).split()).replace("-", "")
        if not (self._step_of(code) if len(code) == 6 and code.isdecimal() else self._recovered(code)):
            self.throttle_increment(commit=True)
            return False
        self.throttle_reset(commit=False)
        self.last_used_at = timezone.now()
        self.save()
        return True

    def _step_of(self, code: str) -> bool:
        totp = TOTP(bytes.fromhex(self.secret), step=self.STEP_SECONDS)
        totp.time = time.time()
        if not totp.verify(int(code), tolerance=1, min_t=self.last_step + 1):
            return False
        self.last_step = totp.t()
        return True

    def _recovered(self, code: str) -> bool:
        digest = recovery_digest(code)
        kept = [one for one in self.recovery if not hmac.compare_digest(one, digest)]
        used, self.recovery = len(kept) < len(self.recovery), kept
        return used


def recovery_digest(code: str) -> str:
    """How a recovery code is kept: a keyed hash, good for comparing only."""
    return search_hash(f"recovery:{code.replace('-', '')}")
