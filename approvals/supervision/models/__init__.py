"""Which rows has supervision? Pushes and their record, feedback and what follows, objections, rules, reconciliations."""

from approvals.supervision.models.followup import FollowUp, PartyCredit, Proposal, RefusedFeedback
from approvals.supervision.models.objection import Objection
from approvals.supervision.models.policy import PolicyNotice, PolicyReading, PolicyRecord, PolicyTask
from approvals.supervision.models.push import Feedback, Orphan, Push, PushEvent, PushThread, UnitEndpoint
from approvals.supervision.models.reconciliation import Reconciliation
from approvals.supervision.models.rule import ContentRight, PushRule

__all__ = [
    "ContentRight",
    "Feedback",
    "FollowUp",
    "Objection",
    "Orphan",
    "PartyCredit",
    "PolicyNotice",
    "PolicyReading",
    "PolicyRecord",
    "PolicyTask",
    "Proposal",
    "Push",
    "PushEvent",
    "PushRule",
    "PushThread",
    "Reconciliation",
    "RefusedFeedback",
    "UnitEndpoint",
]
