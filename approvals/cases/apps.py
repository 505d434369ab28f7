from django.apps import AppConfig

from approvals.audit.sources import source, wake_when_register_grows


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = "办件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("case", "cases.Event")
        wake_when_register_grows("cases.tell")
        wake_when_register_grows("cases.owe_letters")
        wake_when_register_grows("cases.make_case_files")
