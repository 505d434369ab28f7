from approvals.cases.models.case import Case, NumberSeries, Snapshot
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

__all__ = [
    "Case",
    "Consent",
    "Correction",
    "Decision",
    "Event",
    "EventText",
    "Fee",
    "File",
    "Form",
    "Material",
    "NumberSeries",
    "Party",
    "Pause",
    "PointAnswer",
    "Service",
    "SiteRecord",
    "Snapshot",
]
