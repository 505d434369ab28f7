from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "approvals.oversight"
    label = "oversight"
    verbose_name = "承接监督"
    default_auto_field = "django.db.models.BigAutoField"
