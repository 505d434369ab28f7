from django.apps import AppConfig

from approvals.audit.sources import source, verified_by, wake_when_register_grows


class SupervisionConfig(AppConfig):
    name = "approvals.supervision"
    label = "supervision"
    verbose_name = "审管互动"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        source("push", "supervision.PushEvent")
        source("policy", "supervision.PolicyRecord")
        verified_by("approvals.supervision.verify.findings")
        verified_by("approvals.supervision.policyrecord.findings")
        wake_when_register_grows("supervision.follow_cases")
