"""Which rows has supervision? Pushes and their record, objections, the rules of where things go, reconciliations."""

from approvals.supervision.models.objection import Objection
from approvals.supervision.models.push import Feedback, Orphan, Push, PushEvent, PushThread, UnitEndpoint
from approvals.supervision.models.reconciliation import Reconciliation
from approvals.supervision.models.rule import ContentRight, PushRule

__all__ = [
    "ContentRight",
    "Feedback",
    "Objection",
    "Orphan",
    "Push",
    "PushEvent",
    "PushRule",
    "PushThread",
    "Reconciliation",
    "UnitEndpoint",
]
