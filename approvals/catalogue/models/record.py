"""Who changed the list, when, from what to what? Append-only, one chain a stream, on the register like a case's events."""

from django.db import models

from approvals.audit.models import ChainedRow


class CatalogueAct(models.TextChoices):
    SAVED = "SAVED", "保存草稿"
    COPIED = "COPIED", "复制成草稿"
    REMOVED = "REMOVED", "从草稿移除"
    CHECKED = "CHECKED", "核对通过"
    REOPENED = "REOPENED", "退回草拟"
    PUBLISHED = "PUBLISHED", "发布"
    GRANTED = "GRANTED", "新增放权"
    ENDED = "ENDED", "终止放权"
    CONFIRMED = "CONFIRMED", "确认监管单位"
    CONTACTED = "CONTACTED", "更新窗口信息"
    REGISTERED = "REGISTERED", "登记"
    ATTACHED = "ATTACHED", "附上原文"
    AGREED = "AGREED", "签订协议"
    RESCINDED = "RESCINDED", "终止协议"


class CatalogueRecord(ChainedRow):
    """清单留痕: one act on the list; `body` holds who (by number), before and after; names stand beside it only."""

    stream = models.CharField(
        "对象", max_length=60, help_text="版本代码；窗口信息为 contacts；协议、文件为 agreement/、document/ 加编号"
    )
    act = models.CharField("动作", max_length=12, choices=CatalogueAct)
    subject = models.CharField("条目", max_length=120)
    actor_name = models.CharField("经办人", max_length=40)
    organ_name = models.CharField("单位", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单留痕"
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="catalogue_record_once")]

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence} {self.get_act_display()}"
