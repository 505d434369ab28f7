from django.apps import AppConfig

from approvals.audit.sources import source, verified_by


class DocumentsConfig(AppConfig):
    name = "approvals.documents"
    label = "documents"
    verbose_name = "文书与印章"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("seal-use", "documents.SealUse")
        verified_by("approvals.documents.verify.findings")
