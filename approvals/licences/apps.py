from django.apps import AppConfig

from approvals.audit.sources import source, verified_by, wake_when_register_grows


class LicencesConfig(AppConfig):
    name = "approvals.licences"
    label = "licences"
    verbose_name = "证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("licence", "licences.LicenceEvent")
        verified_by("approvals.licences.verify.findings")
        wake_when_register_grows("licences.follow_records")
