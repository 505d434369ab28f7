from django.apps import AppConfig

from approvals.audit.sources import source, verified_by, wake_when_register_grows
from approvals.documents.signed import also_signed


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = "办件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("case", "cases.Event")
        source("receipt-bar", "cases.BarRecord")
        verified_by("approvals.cases.receiptbars.findings")
        also_signed("approvals.cases.casefile.known")
        wake_when_register_grows("cases.tell")
        wake_when_register_grows("cases.owe_letters")
        wake_when_register_grows("cases.make_case_files")
