"""What happened to a case, in which order, by whom? Append-only, chained; the words stand apart so they can be erased."""

from typing import Any

from django.db import models
from django.db.models import Q

from approvals.audit.models import ChainedRow, ErasableText
from approvals.cases.models.case import Case
from approvals.cases.words import Action, Letter, Purpose, Result, Step


class DeemedAcceptance(models.Func):
    """Whether an act is an acceptance by law. The action stands in the text, as SQLite needs it to know the index again."""

    arity = 1
    output_field: Any = models.BooleanField()
    template = f"%(expressions)s = '{Action.DEEM_ACCEPTED}'"


class Event(ChainedRow):
    """办理记录: one act. Codes, numbers and days only; `digest` covers every column through `body`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    action = models.CharField("动作", max_length=20, choices=Action)
    step = models.CharField("方式", max_length=8, choices=Step, default=Step.ACT)
    source = models.CharField("从", max_length=12, blank=True)
    target = models.CharField("到", max_length=12)
    effective_on = models.DateField("法律上的日期")
    actor_kind = models.CharField("经手类型", max_length=10)
    user = models.BigIntegerField("经手人", null=True)
    post = models.BigIntegerField("岗位", null=True)
    role = models.CharField("角色", max_length=20, blank=True)
    organ = models.CharField("单位代码", max_length=20, blank=True)
    level = models.CharField("层级", max_length=8, blank=True)
    client = models.CharField("接入系统", max_length=255, blank=True)
    result = models.CharField("结果", max_length=12, blank=True, choices=Result)
    push = models.CharField("推送", max_length=8, blank=True, choices=Purpose)
    letter = models.CharField("文书", max_length=20, blank=True, choices=Letter)
    data = models.JSONField("事实", default=dict)
    request_id = models.CharField("请求号", max_length=64, blank=True)
    text_digest = models.CharField("文字摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="event_once")]
        indexes = [models.Index(fields=["case"], name="event_deemed", condition=Q(DeemedAcceptance("action")))]


class EventText(ErasableText):
    """办理记录文字: opinions and names of an event; erasing it leaves the salted digest in the chain."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField("记录序号")

    class Meta:
        verbose_name = verbose_name_plural = "办理记录文字"
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="event_text_once")]
