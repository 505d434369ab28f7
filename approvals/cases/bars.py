"""Which facts of a case hide an act from this person today? Each bar as a pure predicate; its twin as a query is in `queries`."""

from collections.abc import Callable
from datetime import date

from django.conf import settings

from approvals.cases.facts import Facts, Terms, is_among
from approvals.cases.words import Bar
from approvals.organisations.access import Actor

Predicate = Callable[[Facts, Terms, Actor, date], bool]


def _has(actor: Actor, *hands: str) -> bool:
    """Whether the person, in whatever post, is among those who ever did one of these parts."""
    return any(is_among(actor.user, one) for one in hands)


BARS: dict[Bar, Predicate] = {
    Bar.OWN_REVIEW: lambda facts, terms, actor, on: _has(actor, facts.reviewed_by),
    Bar.OWN_EARLIER_WORK: lambda facts, terms, actor, on: _has(actor, facts.reviewed_by, facts.checked_by),
    Bar.OWN_WORK: lambda facts, terms, actor, on: _has(actor, facts.reviewed_by, facts.checked_by, facts.confirmed_by),
    Bar.RETURNED_TOO_OFTEN: lambda facts, terms, actor, on: facts.returns >= terms.limits.max_returns,
    Bar.TOLERANCE_OPEN: lambda facts, terms, actor, on: facts.tolerance_open,
    Bar.NO_TOLERANCE: lambda facts, terms, actor, on: not facts.tolerance_open and not facts.deemed,
    Bar.NO_COMMITMENT: lambda facts, terms, actor, on: not facts.commitment,
    Bar.EXTENDED: lambda facts, terms, actor, on: facts.extended > 0,
    Bar.NO_LIMIT: lambda facts, terms, actor, on: facts.statute_on is None,
    Bar.LIMIT_PASSED: lambda facts, terms, actor, on: facts.statute_on is not None and on > facts.statute_on,
    Bar.CORRECTED_TOO_OFTEN: lambda facts, terms, actor, on: facts.corrections >= settings.MAX_CORRECTIONS,
    Bar.NOTICE_SERVED: lambda facts, terms, actor, on: facts.corrections > 0,
    Bar.IN_HAND: lambda facts, terms, actor, on: actor.user is not None and facts.in_hand == actor.user,
    Bar.NO_FEE: lambda facts, terms, actor, on: not facts.fee_due,
}
