from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "approvals.organisations"
    label = "organisations"
    verbose_name = "区划与机构"
    default_auto_field = "django.db.models.BigAutoField"
