from approvals.oversight.models.cards import Card, CardRule
from approvals.oversight.models.findings import Answer, Finding, FindingFile, Responsibility
from approvals.oversight.models.record import Ledger, Record, RecordText
from approvals.oversight.models.samples import Draw, Filing, Sample, SampleRate
from approvals.oversight.models.takebacks import MovedCase, TakeBack

__all__ = [
    "Answer",
    "Card",
    "CardRule",
    "Draw",
    "Filing",
    "Finding",
    "FindingFile",
    "Ledger",
    "MovedCase",
    "Record",
    "RecordText",
    "Responsibility",
    "Sample",
    "SampleRate",
    "TakeBack",
]
