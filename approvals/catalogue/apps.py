from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    verbose_name = "事项清单"
    default_auto_field = "django.db.models.BigAutoField"
