from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "approvals.audit"
    label = "audit"
    verbose_name = "留痕与总册"
    default_auto_field = "django.db.models.BigAutoField"
