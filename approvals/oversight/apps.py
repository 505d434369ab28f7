from django.apps import AppConfig

from approvals.audit.sources import source, verified_by, wake_when_register_grows


class OversightConfig(AppConfig):
    name = "approvals.oversight"
    label = "oversight"
    verbose_name = "承接监督"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("oversight", "oversight.Record")
        verified_by("approvals.oversight.record.findings")
        wake_when_register_grows("oversight.follow")
