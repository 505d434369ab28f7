from django.apps import AppConfig

from approvals.audit.sources import source, verified_by


class CollaborationConfig(AppConfig):
    name = "approvals.collaboration"
    label = "collaboration"
    verbose_name = "审管协同"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("collaboration", "collaboration.JointRecord")
        verified_by("approvals.collaboration.record.findings")
