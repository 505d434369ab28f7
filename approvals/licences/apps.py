from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "approvals.licences"
    label = "licences"
    verbose_name = "证照"
    default_auto_field = "django.db.models.BigAutoField"
