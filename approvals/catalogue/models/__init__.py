"""What may be asked for, from whom, under which guide? One file a subject; import names from here."""

from approvals.catalogue.models.delegation import (
    Agreement,
    Counterpart,
    Delegation,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.models.edition import Annex, Edition, Item, LegalDocument, PowerType, Stamp
from approvals.catalogue.models.guide import (
    Check,
    ClockStart,
    Confidence,
    FieldKind,
    FormField,
    Guide,
    LicenceEffect,
    Material,
    MaterialForm,
    Necessity,
    Origin,
    ResultType,
    ReviewPoint,
    SpecialProcedure,
)
from approvals.catalogue.modes import Mode, Phase, SealPath

__all__ = [
    "Agreement",
    "Annex",
    "Check",
    "ClockStart",
    "Confidence",
    "Counterpart",
    "Delegation",
    "Edition",
    "FieldKind",
    "FormField",
    "Guide",
    "Item",
    "LegalDocument",
    "LicenceEffect",
    "Material",
    "MaterialForm",
    "Mode",
    "Necessity",
    "Origin",
    "Phase",
    "PowerType",
    "ResultType",
    "ReviewPoint",
    "SealPath",
    "SpecialProcedure",
    "Stamp",
    "SupervisionCounterpart",
    "SupervisionRule",
]
