from approvals.documents.models.letter import Letter, LetterMark, LetterOwed, LetterSeries, LetterTemplate, SealUse
from approvals.documents.models.seal import Seal
from approvals.documents.models.stored import PutBeside, StoredFile, Upload

__all__ = [
    "Letter",
    "LetterMark",
    "LetterOwed",
    "LetterSeries",
    "LetterTemplate",
    "PutBeside",
    "Seal",
    "SealUse",
    "StoredFile",
    "Upload",
]
