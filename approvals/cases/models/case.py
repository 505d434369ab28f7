"""Where does a case stand, and under which terms was it received? A narrow row that moves, a frozen one beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import GET_STATE, FSMField, TransitionNotAllowed, transition

from approvals.cases.facts import Facts
from approvals.cases.words import Result, State
from approvals.cases.workflow import GOING_ON, OPEN
from approvals.organisations.models import Level, Organ, Region


class Tail(models.Func):
    """The last six characters of a number: what people read out. Spelled with its six, so that the index is known again."""

    arity = 1
    output_field = models.CharField()
    template = "RIGHT(%(expressions)s, 6)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, -6)", **context)


class GoingOn(models.Func):
    """Whether a case is not yet done with; whether it is in one of the states `of`, none of which is an end.

    All states stand in the text, not beside it: so SQLite, too, knows the index again. PostgreSQL sees by itself that some
    of them are among all, and guesses better how many cases there are if it is not told twice.
    """

    arity = 1
    output_field = models.BooleanField()
    template = "%(expressions)s IN (%(states)s)"

    def __init__(self, *expressions: Any, of: tuple[str, ...] = GOING_ON) -> None:
        super().__init__(*expressions, states=_listed(of))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        both = f"(%(expressions)s IN ({_listed(GOING_ON)}) AND {self.template})"
        narrower = self.extra["states"] != _listed(GOING_ON)
        return self.as_sql(compiler, connection, template=both if narrower else self.template, **context)


def _listed(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


class CameBack(models.Func):
    """Whether a case was returned and waits to go up again; spelled out for the same reason."""

    arity = 1
    output_field = models.BooleanField()
    template = "%(expressions)s <> ''"


class RowByRow(models.Case):
    """A condition to be asked of each row that the rest of a query brings up, and never of an index.

    PostgreSQL looks for indexes in each part of a long condition, which takes longer than the answer, and misjudges how
    often it holds.
    """

    def __init__(self, condition: Q) -> None:
        yes, no = models.Value(True), models.Value(False)
        super().__init__(models.When(condition, then=yes), default=no, output_field=models.BooleanField())


class NumberSeries(models.Model):
    """办件编号序列: the last serial of a region on a day; never reused, gaps allowed."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name="区划")
    day = models.DateField("日期")
    last = models.PositiveIntegerField("末号")

    class Meta:
        verbose_name = verbose_name_plural = "办件编号序列"
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="number_series_once")]


class Case(models.Model):
    """办件: the row every act locks and moves. Days are legal days; what is wide or personal stands beside it."""

    number = models.CharField("办件编号", max_length=24, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name="地区")
    state = FSMField("环节", max_length=12, choices=State, default=State.DRAFT, protected=True)
    holder = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+", verbose_name="持有单位")
    version = models.PositiveIntegerField("版本", default=0)
    arrived_on = models.DateField("到达本单位之日")
    due_on = models.DateField("本环节到期", null=True)
    promise_on = models.DateField("承诺到期", null=True)
    statute_on = models.DateField("法定到期", null=True)
    submitted_on = models.DateField("材料收齐之日", null=True)
    received_on = models.DateField("收件之日", null=True)
    accepted_on = models.DateField("受理之日", null=True)
    decided_on = models.DateField("决定之日", null=True)
    paused_on = models.DateField("停表之日", null=True)
    stops_promise = models.BooleanField("停承诺时限", default=False)
    stops_statute = models.BooleanField("停法定时限", default=False)
    out_promise = models.PositiveSmallIntegerField("不计入承诺的工作日", default=0)
    out_statute = models.PositiveSmallIntegerField("不计入法定的工作日", default=0)
    extended = models.PositiveSmallIntegerField("延期工作日", default=0)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    corrections = models.PositiveSmallIntegerField("补正次数", default=0)
    come_back_to = models.CharField("回到环节", max_length=12, blank=True, choices=State)
    tolerance_open = models.BooleanField("容缺未补", default=False)
    commitment = models.BooleanField("告知承诺", default=False)
    fee_due = models.BooleanField("收费", default=False)
    deemed = models.BooleanField("视为受理", default=False)
    expires_on = models.DateField("原证照届满之日", null=True)
    result = models.CharField("结果", max_length=12, blank=True, choices=Result)
    reviewed_by = models.CharField("审查过的人", max_length=200, blank=True, help_text="如 ,12,15,：一个人也不漏")
    checked_by = models.CharField("签发过转报件的人", max_length=200, blank=True)
    confirmed_by = models.CharField("复核过的人", max_length=200, blank=True)
    in_hand = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="在谁手上"
    )
    taken_on = models.DateField("接收之日", null=True)
    proposal = models.CharField("待确认的提出", max_length=20, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    consent_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", null=True, verbose_name="由哪个单位确认")
    events = models.PositiveIntegerField("记录数", default=0)
    head = models.CharField("末条摘要", max_length=64)
    last_at = models.DateTimeField("末条时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        constraints = [models.CheckConstraint(name="case_state_known", condition=Q(state__in=State.values))]
        indexes = [
            models.Index(fields=["region", "state", "id"], name="case_region"),
            models.Index(fields=["consent_organ", "due_on", "id"], name="case_consent", condition=~Q(proposal="")),
            models.Index(fields=["decided_on", "id"], name="case_decided"),
            models.Index(fields=["expires_on"], name="case_renewal", condition=Q(expires_on__isnull=False)),
            models.Index(Tail("number"), name="case_number_tail"),
            models.Index(fields=["due_on", "id"], name="case_going_on", condition=Q(GoingOn("state"))),
            models.Index(fields=["holder", "due_on", "id"], name="case_held", condition=Q(GoingOn("state"))),
            models.Index(fields=["state", "due_on", "id"], name="case_stage", condition=Q(GoingOn("state"))),
            models.Index(fields=["promise_on"], name="case_promise", condition=Q(GoingOn("state"))),
            models.Index(fields=["statute_on"], name="case_statute", condition=Q(GoingOn("state"))),
            models.Index(fields=["paused_on"], name="case_paused", condition=Q(paused_on__isnull=False)),
            models.Index(fields=["holder", "id"], name="case_came_back", condition=Q(CameBack("come_back_to"))),
            models.Index(
                fields=["arrived_on"],
                name="case_with_nobody",
                condition=Q(GoingOn("state"), in_hand__isnull=True, taken_on__isnull=True),
            ),
            models.Index(fields=["returns"], name="case_returned", condition=Q(returns__gt=0)),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(
        field=state,
        source=[*OPEN],
        target=GET_STATE(lambda case, facts: facts.state, states=State.values),
    )
    def take(self, facts: Facts) -> None:
        """The one way the state changes: along a row of the workflow table, as `step` decided it."""
        if facts.version != self.version + 1:
            raise TransitionNotAllowed(f"{self.number}: version {self.version} -> {facts.version}")

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Reload; the protected field is taken out first, else setting it would be refused, and put back on failure."""
        deferred = self.get_deferred_fields()
        wanted = fields or [one.attname for one in self._meta.concrete_fields if one.attname not in deferred]
        kept = self.__dict__.pop("state", None)
        try:
            super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)
        finally:
            if kept is not None:
                self.__dict__.setdefault("state", kept)


class Snapshot(models.Model):
    """快照: the terms of receipt. Organs as columns for questions, everything as frozen values for the rules."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="snapshot")
    edition = models.CharField("清单版本", max_length=20)
    item = models.CharField("事项代码", max_length=20)
    item_name = models.CharField("事项", max_length=300)
    main_name = models.CharField("主项", max_length=200)
    power_type = models.CharField("权力类型", max_length=14)
    filing = models.BooleanField("备案类", default=False)
    ex_officio = models.BooleanField("依职权", default=False)
    mode = models.CharField("放权方式", max_length=12, blank=True)
    place = models.CharField("限定范围", max_length=40, blank=True)
    guide_version = models.PositiveIntegerField("指南版本", default=1)
    delegation = models.BigIntegerField("放权行", null=True)
    city_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="市级单位")
    accept_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="受理单位")
    accept_region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="受理地区")
    name_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="以谁的名义")
    review_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="审查单位")
    decide_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="决定单位")
    decide_level = models.CharField("决定层级", max_length=8, choices=Level)
    seal_organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="用印单位")
    on_the_spot = models.BooleanField("即办件", default=False)
    allows_commitment = models.BooleanField("可告知承诺", default=False)
    promised = models.PositiveSmallIntegerField("承诺工作日", null=True)
    statutory = models.PositiveSmallIntegerField("法定工作日", null=True)
    max_returns = models.PositiveSmallIntegerField("最多退回", default=2)
    terms = models.JSONField("条件", default=dict)
    supervisors = models.JSONField("监管单位", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "快照"
        indexes = [
            models.Index(fields=["accept_organ"], name="snapshot_accept"),
            models.Index(fields=["review_organ"], name="snapshot_review"),
            models.Index(fields=["decide_organ"], name="snapshot_decide"),
            models.Index(fields=["city_organ"], name="snapshot_city"),
            models.Index(fields=["item"], name="snapshot_item"),
        ]

    def __str__(self) -> str:
        return self.item_name


class Standstill(models.Model):
    """效力未写入: what has come about in a case by law or rule and could not be written; gone once it is, or is due no more."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="standstill", verbose_name="办件")
    reason = models.CharField("原因", max_length=300)
    noticed_at = models.DateTimeField("发现时刻")

    class Meta:
        verbose_name = verbose_name_plural = "效力未写入"

    def __str__(self) -> str:
        return self.reason


class CalendarRun(models.Model):
    """到期日调整: one pass over the open cases after a holiday notice. `cursor` is where it goes on after a crash."""

    asked_at = models.DateTimeField("发起时刻")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="发起人"
    )
    ground = models.CharField("依据", max_length=200)
    cursor = models.CharField("已到办件", max_length=24, blank=True)
    seen = models.PositiveIntegerField("已核对", default=0)
    moved = models.PositiveIntegerField("已调整", default=0)
    finished_at = models.DateTimeField("完成时刻", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期日调整"

    def __str__(self) -> str:
        return self.ground
