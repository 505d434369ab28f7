"""What was to be said to whom, did it arrive, and how often was it tried?

A message is written in its sender's transaction and stays until the receiver has confirmed it. Nothing here knows what
a message is about: `topic` and `thread` are the sender's words.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from approvals.audit.fields import EncryptedTextField
from approvals.audit.models import ColumnsRow
from approvals.exchange.proof import OWN, SHARED, Asked, is_public_key

SECRET_PREFIX = "whsec_"


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 32 random bytes in base64 behind a prefix."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class Endpoint(models.Model):
    """接收端: where one receiver takes its messages, by HTTP or in the platform's own inbox."""

    class Transport(models.TextChoices):
        HTTP = "HTTP", "接口"
        INBOX = "INBOX", "站内收件箱"
        PULL = "PULL", "对方来取"

    class Receipts(models.TextChoices):
        """What a receipt must carry to count."""

        PLAIN = "PLAIN", "回执号即可"
        SHARED = "SHARED", "以共享密钥签名"
        OWN = "OWN", "以对方私钥签名（Ed25519）"

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=80)
    transport = models.CharField("方式", max_length=10, choices=Transport)
    url = models.CharField("地址", max_length=500, blank=True, help_text="接口方式必填，http 或 https")
    secret = EncryptedTextField("签名密钥", blank=True, help_text="whsec_ 加 base64，至少 24 字节")
    receipts = models.CharField("回执要求", max_length=8, choices=Receipts, default=Receipts.PLAIN)
    receipt_key = models.CharField(
        "回执公钥", max_length=60, blank=True, help_text="Ed25519 公钥，base64；仅对方私钥签名时填"
    )
    enabled = models.BooleanField("启用", default=True, help_text="停用期间消息留着，不发送也不作废")
    allow_private = models.BooleanField("允许内网地址", default=False, help_text="接收端在政务内网时勾选；默认拒绝")
    # The receiver's health: after a round without any success the endpoint rests, so that it is probed by one message.
    failures = models.PositiveIntegerField("连续失败轮次", default=0, editable=False)
    rests_until = models.DateTimeField("暂歇至", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "接收端"
        permissions = [("resend", "重新发送、搁置死信")]
        constraints = [
            models.CheckConstraint(
                name="endpoint_http_has_url_and_secret",
                condition=~Q(transport="HTTP") | (~Q(url="") & ~Q(secret="")),
            ),
            models.CheckConstraint(
                name="endpoint_own_receipts_have_a_key", condition=~Q(receipts="OWN") | ~Q(receipt_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> Asked:
        """What its receipts must carry."""
        match self.receipts:
            case self.Receipts.SHARED:
                return Asked(SHARED, self.secret)
            case self.Receipts.OWN:
                return Asked(OWN, self.receipt_key)
        return Asked()

    def clean(self) -> None:
        errors = {}
        if self.receipts == self.Receipts.OWN and not is_public_key(self.receipt_key):
            errors["receipt_key"] = "公钥须为 32 字节的 base64。"
        if self.transport != self.Transport.HTTP:
            if errors:
                raise ValidationError(errors)
            return
        if not self.url.startswith(("http://", "https://")):
            errors["url"] = "接口地址须以 http:// 或 https:// 开头。"
        if not is_secret(self.secret):
            errors["secret"] = "签名密钥须为 whsec_ 加 base64，至少 24 字节。"
        if errors:
            raise ValidationError(errors)


def is_secret(text: str) -> bool:
    try:
        return len(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)) >= 24
    except (binascii.Error, ValueError):
        return False


class Message(models.Model):
    """消息: one text for one receiver. Its id is the idempotency key that the receiver sees on every attempt."""

    class State(models.TextChoices):
        WAITING = "WAITING", "待确认"
        CONFIRMED = "CONFIRMED", "已确认"
        DEAD = "DEAD", "死信"

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="messages", verbose_name="接收端")
    topic = models.CharField("主题", max_length=60)
    thread = models.CharField("线索", max_length=80, help_text="同一线索的消息按序送达")
    sequence = models.PositiveIntegerField("线索内序号")
    body = EncryptedTextField("内容")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField("写入时刻")
    not_before_at = models.DateTimeField("不早于")
    claimed_until = models.DateTimeField("租期至", null=True, blank=True)
    attempts = models.PositiveIntegerField("已投递次数", default=0)
    delivered_at = models.DateTimeField("送达时刻", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时刻", null=True, blank=True)
    receipt = models.JSONField("回执", null=True, blank=True)
    last_error = models.CharField("最近错误", max_length=120, blank=True)
    set_aside_at = models.DateTimeField("搁置时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "thread", "sequence"], name="message_once_in_thread"),
            models.CheckConstraint(
                name="message_confirmed_has_receipt",
                condition=~Q(state="CONFIRMED")
                | Q(confirmed_at__isnull=False, delivered_at__isnull=False, receipt__isnull=False),
            ),
            models.CheckConstraint(
                name="message_only_dead_is_set_aside", condition=Q(set_aside_at__isnull=True) | Q(state="DEAD")
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "not_before_at"], condition=Q(state="WAITING"), name="message_waiting"),
            models.Index(
                fields=["endpoint", "thread", "sequence"], condition=~Q(state="CONFIRMED"), name="message_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class EndpointAct(ColumnsRow):
    """接收端操作: what an operator did to an endpoint, and why. Append-only, chained per endpoint."""

    class Action(models.TextChoices):
        PAUSE = "PAUSE", "暂停"
        RESUME = "RESUME", "恢复"
        REPLAY = "REPLAY", "重新投递"
        RESEND = "RESEND", "重发死信"

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="acts", verbose_name="接收端")
    action = models.CharField("操作", max_length=8, choices=Action)
    actor_kind = models.CharField("经手类型", max_length=10)
    user = models.BigIntegerField("经手人", null=True)
    role = models.CharField("角色", max_length=20, blank=True)
    organ = models.CharField("单位代码", max_length=20, blank=True)
    reason = models.CharField("理由", max_length=200)
    count = models.PositiveIntegerField("涉及条数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "接收端操作"
        constraints = [models.UniqueConstraint(fields=["endpoint", "sequence"], name="endpoint_act_once")]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.get_action_display()}"


class Failure(models.TextChoices):
    """Why an attempt was no confirmation. Stable codes; the label is what an operator reads."""

    NAME = "NAME", "域名解析失败"
    UNREACHABLE = "UNREACHABLE", "连接失败"
    TIMEOUT = "TIMEOUT", "超时未答"
    TLS = "TLS", "证书或加密握手失败"
    SERVER_ERROR = "SERVER_ERROR", "对方故障"
    BUSY = "BUSY", "对方要求稍后再试"
    NO_RECEIPT = "NO_RECEIPT", "对方未给出有效回执"
    BAD_SIGNATURE = "BAD_SIGNATURE", "回执签名不符"
    ABANDONED = "ABANDONED", "投递中断，结果不明"
    UNSENDABLE = "UNSENDABLE", "地址、密钥或主题有误，发不出去"
    REJECTED = "REJECTED", "对方拒收"
    REDIRECTED = "REDIRECTED", "对方要求跳转，不予跟随"
    ADDRESS_REFUSED = "ADDRESS_REFUSED", "地址不允许"


class Attempt(models.Model):
    """投递记录: one try, for ever. Never the body, never the answer's text: those may hold personal data."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="tries", verbose_name="消息")
    number = models.PositiveIntegerField("第几次")
    at = models.DateTimeField("时刻")
    status = models.PositiveSmallIntegerField("HTTP 状态", null=True, blank=True)
    milliseconds = models.PositiveIntegerField("毫秒", default=0)
    failure = models.CharField("失败原因", max_length=20, choices=Failure, blank=True, help_text="空为已确认")

    class Meta:
        verbose_name = verbose_name_plural = "投递记录"
        indexes = [models.Index(fields=["message", "number"], name="attempt_of_message")]

    def __str__(self) -> str:
        return f"第 {self.number} 次 {self.get_failure_display() or '已确认'}"
