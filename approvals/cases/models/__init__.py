from approvals.cases.models.case import CalendarRun, Case, NumberSeries, Snapshot, Standstill
from approvals.cases.models.casefile import CaseFile
from approvals.cases.models.custody import Handover, HandoverLine
from approvals.cases.models.delivery import DeliveryWish, Dispatch, PostalEvent
from approvals.cases.models.dossier import (
    Consent,
    Correction,
    Decision,
    Fee,
    File,
    Form,
    Material,
    Party,
    Pause,
    PointAnswer,
    Service,
    SiteRecord,
)
from approvals.cases.models.event import Event, EventText
from approvals.cases.models.hearing import InterestedParty
from approvals.cases.models.licence import Concern, LicencePaper, Proceeding, ReusedLicence
from approvals.cases.models.receiptbar import BarPass, BarRecord, ReceiptBar
from approvals.cases.models.sight import Sight

__all__ = [
    "BarPass",
    "BarRecord",
    "CalendarRun",
    "Case",
    "CaseFile",
    "Concern",
    "Consent",
    "Correction",
    "Decision",
    "DeliveryWish",
    "Dispatch",
    "Event",
    "EventText",
    "Fee",
    "File",
    "Form",
    "Handover",
    "HandoverLine",
    "InterestedParty",
    "LicencePaper",
    "Material",
    "NumberSeries",
    "Party",
    "Pause",
    "PointAnswer",
    "PostalEvent",
    "Proceeding",
    "ReceiptBar",
    "ReusedLicence",
    "Service",
    "Sight",
    "SiteRecord",
    "Snapshot",
    "Standstill",
]
