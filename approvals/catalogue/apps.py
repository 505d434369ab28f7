from django.apps import AppConfig

from approvals.audit.sources import source


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    verbose_name = "事项清单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("catalogue", "catalogue.CatalogueRecord")
