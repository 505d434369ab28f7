"""What did a county ask the city, what was answered, what is known since, and who was trained?"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from approvals.cases.models import Case
from approvals.documents.models import StoredFile
from approvals.organisations.models import Organ, Region, User


class AdvisorQuerySet(models.QuerySet["Advisor"]):
    def in_force(self, day: date) -> AdvisorQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Advisor(models.Model):
    """业务指导员: who of a city unit answers the counties, for which items, on which days, and who stands in."""

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="advisors", verbose_name="市直单位")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="advising", verbose_name="业务指导员")
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="advising_for", verbose_name="替补", null=True, blank=True
    )
    away_from = models.DateField("替补起", null=True, blank=True)
    away_to = models.DateField("替补止", null=True, blank=True)
    items = models.JSONField("事项", default=list, blank=True, help_text="事项代码，如 3-38；空为本单位全部事项")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    objects = AdvisorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "业务指导员"
        constraints = [
            models.CheckConstraint(
                name="advisor_dates", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="advisor_away_has_deputy",
                condition=Q(away_from__isnull=True, away_to__isnull=True)
                | Q(away_from__isnull=False, away_to__gte=F("away_from"), deputy__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ.short_name} {self.user}"

    def answers_on(self, day: date) -> User:
        """Who answers on a day: the advisor, or the deputy while the advisor is away."""
        away = self.away_from and self.away_to and self.away_from <= day <= self.away_to
        return self.deputy if away and self.deputy else self.user


class Question(models.Model):
    """业务咨询: one question of a county to a city unit, about an item or a case of it, with an answer deadline."""

    class State(models.TextChoices):
        OPEN = "OPEN", "待答复"
        ANSWERED = "ANSWERED", "已答复"
        CLOSED = "CLOSED", "已办结"

    item = models.CharField("事项", max_length=20)
    item_name = models.CharField("事项名称", max_length=200)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="questions", verbose_name="办件", null=True, blank=True
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name="地区")
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+", verbose_name="提问单位")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="提问人")
    city_organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="questions", verbose_name="市直单位")
    advisor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="答复人", null=True, blank=True
    )
    title = models.CharField("标题", max_length=80)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField("提问时刻")
    due_on = models.DateField("答复期限")
    answered_at = models.DateTimeField("首次答复时刻", null=True, blank=True)
    late = models.BooleanField("答复超期", default=False, help_text="有一次到了期限还没有答复；追问换了期限也不改")
    closed_at = models.DateTimeField("办结时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "业务咨询"
        indexes = [
            models.Index(fields=["city_organ", "state", "due_on"], name="question_of_city_organ"),
            models.Index(fields=["region", "state", "due_on"], name="question_of_region"),
        ]

    def __str__(self) -> str:
        return self.title

    def overdue(self, on: date) -> bool:
        """Whether it waits for an answer past its day (`queries.overdue`)."""
        return self.state == self.State.OPEN and self.due_on < on


class Saying(models.Model):
    """One turn of a question's thread; only ever added."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="sayings", verbose_name="咨询")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="发言人")
    name = models.CharField("姓名", max_length=40)
    organ = models.CharField("单位", max_length=60)
    is_answer = models.BooleanField("市级答复")
    text = models.TextField("内容")
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "咨询记录"


class Attachment(models.Model):
    """附件 of one turn."""

    saying = models.ForeignKey(Saying, on_delete=models.PROTECT, related_name="attachments", verbose_name="咨询记录")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="文件")
    name = models.CharField("文件名", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "咨询附件"


class VideoMeeting(models.Model):
    """视频会商: a time and a link at which county and city look at the same question together."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="meetings", verbose_name="咨询")
    starts_at = models.DateTimeField("开始")
    minutes = models.PositiveSmallIntegerField("分钟", default=30)
    link = models.CharField("链接", max_length=300)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="预约人")
    cancelled_at = models.DateTimeField("取消时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "视频会商"


class Article(models.Model):
    """业务知识: what every county may rely on for an item: an answered question, or a typical case."""

    class Kind(models.TextChoices):
        ANSWER = "ANSWER", "问答"
        TYPICAL = "TYPICAL", "典型案例"

    item = models.CharField("事项", max_length=20)
    item_name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    title = models.CharField("标题", max_length=80)
    question = models.TextField("问题或案情")
    answer = models.TextField("答复或处理")
    source = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="articles", verbose_name="来自咨询", null=True, blank=True
    )
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="articles", verbose_name="发布单位")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="发布人")
    published_at = models.DateTimeField("发布时刻")
    withdrawn_at = models.DateTimeField("撤下时刻", null=True, blank=True)
    withdrawn_why = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "业务知识"
        indexes = [models.Index(fields=["item", "-published_at"], name="article_of_item")]

    def __str__(self) -> str:
        return self.title


class Training(models.Model):
    """培训通知: what the city teaches, for which regions and roles, to be acknowledged by a day."""

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="trainings", verbose_name="发布单位")
    title = models.CharField("标题", max_length=80)
    text = models.TextField("内容")
    regions = models.JSONField("地区", default=list, help_text="区划代码；空为全部县（市、区）")
    roles = models.JSONField("岗位", default=list, help_text="空为全部办件岗位")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="发布人")
    published_at = models.DateTimeField("发布时刻")
    due_on = models.DateField("签收期限")
    people = models.PositiveIntegerField("应签收人数")

    class Meta:
        verbose_name = verbose_name_plural = "培训通知"

    def __str__(self) -> str:
        return self.title


class Acknowledgement(models.Model):
    """签收: this person has read this training notice."""

    training = models.ForeignKey(
        Training, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name="培训通知"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="人员")
    at = models.DateTimeField("时刻", null=True, help_text="空为还没有签收")

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        constraints = [models.UniqueConstraint(fields=["training", "user"], name="acknowledged_once")]
