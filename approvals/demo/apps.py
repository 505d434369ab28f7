from django.apps import AppConfig

from approvals.demo import checks  # noqa: F401  (registers them)


class DemoConfig(AppConfig):
    name = "approvals.demo"
    label = "demo"
    verbose_name = "演示"
    default_auto_field = "django.db.models.BigAutoField"
