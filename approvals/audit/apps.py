from django.apps import AppConfig

from approvals.audit.sources import source


class AuditConfig(AppConfig):
    name = "approvals.audit"
    label = "audit"
    verbose_name = "留痕与总册"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("management", "audit.ManagementRecord")
