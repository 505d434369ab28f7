from django.apps import AppConfig

from approvals.audit.sources import source


class LicencesConfig(AppConfig):
    name = "approvals.licences"
    label = "licences"
    verbose_name = "证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("licence", "licences.LicenceEvent")
