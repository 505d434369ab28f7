"""What may still happen to a licence as it stands? The table of changes, without a database."""

from datetime import date

import pytest

from approvals.licences.changes import CHANGES, Kind, Standing, after, why_not
from approvals.licences.words import LicenceEffect as Asked
from approvals.licences.words import LicenceRecord as Record
from approvals.licences.words import OfficialAct as Ordered
from approvals.licences.words import Status

DAY = date(2026, 3, 2)
GOOD_UNTIL, OVER = date(2030, 1, 1), date(2026, 3, 1)
LAST_THINGS = {Asked.CANCEL, Ordered.STRIKE}


@pytest.mark.parametrize(
    ("status", "valid_to", "possible"),
    [
        (
            Status.VALID,
            GOOD_UNTIL,
            {Asked.AMEND, Asked.RENEW, Asked.REPLACE, Ordered.SUSPEND, Ordered.WITHDRAW, Ordered.ANNUL, Ordered.REVOKE}
            | LAST_THINGS,
        ),
        (
            Status.SUSPENDED,
            GOOD_UNTIL,
            {Asked.REPLACE, Ordered.LIFT, Ordered.WITHDRAW, Ordered.ANNUL, Ordered.REVOKE} | LAST_THINGS,
        ),
        (Status.VALID, OVER, {Ordered.ANNUL} | LAST_THINGS),
        (Status.SUSPENDED, OVER, {Ordered.ANNUL} | LAST_THINGS),
        (Status.WITHDRAWN, GOOD_UNTIL, LAST_THINGS),
        (Status.ANNULLED, GOOD_UNTIL, LAST_THINGS),
        (Status.REVOKED, GOOD_UNTIL, LAST_THINGS),
        (Status.CANCELLED, GOOD_UNTIL, set()),
    ],
)
def test_what_may_still_happen_to_a_licence_as_it_stands(status: Status, valid_to: date, possible: set[Kind]) -> None:
    standing = Standing(status, None, valid_to)
    assert {kind for kind in CHANGES if not why_not(kind, standing, on=DAY)} == possible


@pytest.mark.parametrize(
    ("kind", "becomes", "record", "new_paper"),
    [
        (Asked.AMEND, Status.VALID, Record.AMENDED, True),
        (Asked.RENEW, Status.VALID, Record.RENEWED, True),
        (Asked.REPLACE, Status.VALID, Record.REPLACED, True),
        (Asked.CANCEL, Status.CANCELLED, Record.CANCELLED, False),
        (Ordered.SUSPEND, Status.SUSPENDED, Record.SUSPENDED, False),
        (Ordered.WITHDRAW, Status.WITHDRAWN, Record.WITHDRAWN, False),
        (Ordered.ANNUL, Status.ANNULLED, Record.ANNULLED, False),
        (Ordered.STRIKE, Status.CANCELLED, Record.CANCELLED, False),
        (Ordered.REVOKE, Status.REVOKED, Record.REVOKED, False),
    ],
)
def test_where_each_change_leads_and_what_it_leaves_behind(
    kind: Kind, becomes: Status, record: Record, new_paper: bool
) -> None:
    standing = Standing(Status.VALID, date(2025, 1, 2), GOOD_UNTIL)
    assert after(kind, standing, on=DAY).status == becomes
    assert (CHANGES[kind].record, CHANGES[kind].reissues) == (record, new_paper)


def test_a_suspension_that_is_lifted_leaves_the_licence_valid_without_a_new_paper() -> None:
    standing = Standing(Status.SUSPENDED, None, GOOD_UNTIL, suspended_until=date(2026, 6, 30))
    lifted = after(Ordered.LIFT, standing, on=DAY)
    assert (lifted.status, lifted.suspended_until) == (Status.VALID, None)
    assert (CHANGES[Ordered.LIFT].record, CHANGES[Ordered.LIFT].reissues) == (Record.LIFTED, False)
