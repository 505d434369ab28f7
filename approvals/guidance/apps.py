from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "approvals.guidance"
    label = "guidance"
    verbose_name = "业务指导"
    default_auto_field = "django.db.models.BigAutoField"
