from django.apps import AppConfig

from approvals.audit.sources import source, verified_by


class ExchangeConfig(AppConfig):
    name = "approvals.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("endpoint", "exchange.EndpointAct")
        verified_by("approvals.exchange.verify.findings")
