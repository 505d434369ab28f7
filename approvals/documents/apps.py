from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "approvals.documents"
    label = "documents"
    verbose_name = "文书与印章"
    default_auto_field = "django.db.models.BigAutoField"
