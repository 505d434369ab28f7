"""Which papers are the result of a case, and are they all there for the applicant to have?"""

from __future__ import annotations

from approvals.documents.models import Letter, LetterOwed

DECISION_KINDS = ("GRANT", "DENIAL", "FILING", "FILING_DECLINED", "LICENCE_ORDER")
SERVED_KINDS = (*DECISION_KINDS, "LICENCE")


def made_papers(number: str) -> list[Letter]:
    """The signed papers of the result of a case, newest first."""
    made = Letter.objects.filter(subject=number, kind__in=SERVED_KINDS, state=Letter.State.MADE)
    return list(made.order_by("-pk"))


def all_made(number: str) -> bool:
    """Whether the decision is made, and nothing of the result is still being made, has failed, or is owed."""
    states = Letter.objects.filter(subject=number, kind__in=SERVED_KINDS).exclude(state=Letter.State.VOID)
    found = list(states.values_list("kind", "state"))
    if any(state != Letter.State.MADE for _, state in found) or not any(kind in DECISION_KINDS for kind, _ in found):
        return False
    return not LetterOwed.objects.filter(subject=number, kind__in=SERVED_KINDS, settled_at=None).exists()
