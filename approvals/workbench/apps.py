from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WorkbenchConfig(AppConfig):
    name = "approvals.workbench"
    label = "workbench"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.workbench.sitting import sit_down

        user_logged_in.connect(sit_down, dispatch_uid="workbench.sitting")
