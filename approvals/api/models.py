"""Which requests were answered already? Kept so that a client may repeat a registration it got no answer to."""

from django.db import models


class IdempotencyKey(models.Model):
    """幂等键: one answered request of one caller; written in the transaction of what the request brought about."""

    owner = models.CharField("调用方", max_length=280)
    key = models.CharField("幂等键", max_length=255)
    digest = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("应答状态")
    headers = models.JSONField("应答头", default=dict)
    body = models.TextField("应答")
    created_at = models.DateTimeField("写入时刻", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "幂等键"
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
