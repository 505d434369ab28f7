from django.apps import AppConfig

from approvals.audit.sources import source


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = "办件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("case", "cases.Event")
