from importlib import import_module

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "approvals.workbench"
    label = "workbench"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("approvals.workbench.sitting")  # listens to logins
