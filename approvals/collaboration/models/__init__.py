from approvals.collaboration.models.gathering import Gathering, GatheringFile, Member
from approvals.collaboration.models.plan import (
    Assignment,
    Inspection,
    InspectionPlan,
    KeyItem,
    Officer,
    Recusal,
    ShareRule,
)
from approvals.collaboration.models.record import JointLedger, JointRecord, JointRecordText

__all__ = [
    "Assignment",
    "Gathering",
    "GatheringFile",
    "Inspection",
    "InspectionPlan",
    "JointLedger",
    "JointRecord",
    "JointRecordText",
    "KeyItem",
    "Member",
    "Officer",
    "Recusal",
    "ShareRule",
]
