from django.apps import AppConfig

from approvals.audit.sources import wake_when_register_grows


class StatisticsConfig(AppConfig):
    name = "approvals.statistics"
    label = "statistics"
    verbose_name = "统计分析"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        wake_when_register_grows("statistics.follow_register")
