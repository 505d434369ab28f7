"""Which standard sentences does the guide of a case offer the one who writes a notice, an opinion or reasons?"""

from __future__ import annotations

from typing import Any

from approvals.cases.models import Case
from approvals.cases.words import Action
from approvals.catalogue.models import PhraseUse, StandardPhrase
from approvals.catalogue.queries import phrases_of

USES = {
    ("reasons", Action.REFUSE): PhraseUse.REFUSAL,
    ("reasons", Action.DENY): PhraseUse.DENIAL,
    ("opinion", Action.RECOMMEND): PhraseUse.OPINION,
    ("opinion", Action.CONFIRM_POINTS): PhraseUse.OPINION,
}


def of_the_guide(case: Case, field: str, action: str) -> tuple[str, ...]:
    """What the guide the case was received under offers for this field, before the phrases of the house."""
    use = USES.get((field, action))
    return tuple(one.text for one in _phrases(case, use)) if use else ()


def _phrases(case: Case, use: str) -> list[StandardPhrase]:
    snapshot = case.snapshot
    return phrases_of(edition=snapshot.edition, item=snapshot.item, version=snapshot.guide_version, use=use)


def told_defects(case: Case) -> list[dict[str, Any]]:
    """The standard sentences of a correction notice: what is wrong; how to mend it, after a semicolon; of which paper."""
    found = []
    for one in _phrases(case, PhraseUse.CORRECTION):
        defect, _, remedy = one.text.partition("；")
        found.append({"material": one.material, "defect": defect, "remedy": remedy})
    return found
