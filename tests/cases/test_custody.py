"""Does every paper original have somebody who answers for it, from the counter to the city and into the archive?"""

from datetime import date, timedelta

import pytest

from approvals.cases.access import NotPermitted
from approvals.cases.custody import (
    HandoverNotFound,
    HandoverSigned,
    OriginalElsewhere,
    hand_over,
    originals_of,
    overdue,
    sign_for,
    under_way,
)
from approvals.cases.models import Handover
from approvals.cases.words import Role, State
from approvals.organisations.models import User
from approvals.workbench import views_custody
from tests.factories import Story, driven, moment
from tests.people import clerk_of, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return driven("2-30", "360731", moment("2026-03-02"), to=State.KEY_POINTS)


def sent(story: Story, actor, taker: str, positions: list[int], **given) -> Handover:
    return hand_over(
        case=story.case,
        actor=actor,
        taker=taker,
        positions=positions,
        way=given.pop("way", "MAIL"),
        tracking="EMS100",
        at=story.at,
        **given,
    )


def standings(story: Story) -> list[str]:
    return [one.standing for one in originals_of(story.case)][:2]


def test_originals_go_from_the_county_to_the_city_and_into_the_archive_and_what_is_missing_is_listed(story: Story):
    clerk, city = clerk_of("360731"), story.case.snapshot.decide_organ
    reviewer = somebody(city.code, Role.REVIEWER)
    assert standings(story) == ["HELD", "HELD"]

    over = sent(story, clerk, city.code, [1, 2])
    assert standings(story) == ["UNDER_WAY", "UNDER_WAY"]
    with pytest.raises(OriginalElsewhere):
        sent(story, clerk, city.code, [1])
    with pytest.raises(NotPermitted):
        sign_for(handover=over.pk, case=story.case, actor=clerk, arrived=[1, 2], at=story.at)
    assert list(under_way(reviewer)) == [over]

    sign_for(handover=over.pk, case=story.case, actor=reviewer, arrived=[1], at=story.at)
    assert standings(story) == ["HELD", "NOT_ARRIVED"]
    assert list(under_way(clerk)) == [over]
    with pytest.raises(HandoverNotFound):
        sign_for(handover=over.pk + 1, case=story.case, actor=reviewer, arrived=[1], at=story.at)
    with pytest.raises(HandoverSigned):
        sign_for(handover=over.pk, case=story.case, actor=reviewer, arrived=[1, 2], at=story.at)

    again = sent(story, clerk, city.code, [2])
    sign_for(handover=again.pk, case=story.case, actor=reviewer, arrived=[2], at=story.at)
    into = sent(story, reviewer, city.code, [1, 2], way="HAND", archive=True)
    sign_for(handover=into.pk, case=story.case, actor=reviewer, arrived=[1, 2], at=story.at)
    assert standings(story) == ["ARCHIVED", "ARCHIVED"]
    assert not under_way(reviewer).exists()
    assert not under_way(clerk).exists()


def test_after_how_many_working_days_an_unsigned_handover_is_overdue_is_a_setting(story: Story, settings):
    clerk = clerk_of("360731")
    over = sent(story, clerk, story.case.snapshot.decide_organ.code, [1])
    assert over.handed_at.date() == date(2026, 3, 2)
    for most, day in ((3, date(2026, 3, 6)), (1, date(2026, 3, 4))):
        settings.ORIGINALS_SIGN_WORKDAYS = most
        assert not overdue(under_way(clerk), on=day - timedelta(days=1)).exists()
        assert overdue(under_way(clerk), on=day).get() == over


def test_the_page_hands_over_what_is_ticked_and_shows_it_to_the_taker(story: Story, client):
    clerk = clerk_of("360731")
    client.force_login(User.objects.get(pk=clerk.user))
    page = f"/cases/{story.case.number}/custody/"
    given = {"positions": ["1"], "taker": story.case.snapshot.decide_organ.code, "way": "HAND"}

    assert client.post(page, given).status_code == 302
    assert "途中，待签收" in client.get(page).content.decode()
    assert story.case.number in client.get("/custody/").content.decode()
    stranger = clerk_of("360732")
    client.force_login(User.objects.get(pk=stranger.user))
    assert client.get(page).status_code == 404
    assert client.get(f"/cases/{story.case.number}/case-file/").status_code == 404


def test_a_handover_that_lacks_something_is_told_beside_what_was_typed(story: Story, client):
    client.force_login(User.objects.get(pk=clerk_of("360731").user))
    page = f"/cases/{story.case.number}/custody/"
    city = story.case.snapshot.decide_organ.code
    untold = client.post(page, {"positions": ["2"], "taker": city, "way": "MAIL", "archive": "on"})
    told = untold.content.decode()
    assert untold.status_code == 422
    assert 'href="#f-tracking"' in told
    assert 'id="f-tracking"' in told
    assert told.count("邮寄要填运单号") == 2
    assert 'value="2" checked' in told
    assert 'value="1" checked' not in told
    assert 'name="archive" checked' in told
    assert f'value="{city}" selected' in told
    assert 'value="MAIL" selected' in told
    unticked = client.post(page, {"taker": city, "way": "MAIL", "tracking": "EMS7788"})
    assert unticked.status_code == 422
    assert "勾选要移交的纸质材料" in unticked.content.decode()
    assert 'value="EMS7788"' in unticked.content.decode()
    client.post(page, {"positions": ["1"], "taker": city, "way": "HAND"})
    twice = client.post(page, {"positions": ["1"], "taker": city, "way": "HAND"})
    assert twice.status_code == 409
    assert "原件不在你单位" in twice.content.decode()
    assert "现在何处" in twice.content.decode()


def test_the_overdue_stand_in_the_list_however_much_else_is_under_way(story: Story, client, monkeypatch):
    monkeypatch.setattr(views_custody, "SHOWN", 1)
    clerk, city = clerk_of("360731"), story.case.snapshot.decide_organ.code
    reviewer = somebody(city, Role.REVIEWER)
    missed = sent(story, clerk, city, [1])
    sign_for(handover=missed.pk, case=story.case, actor=reviewer, arrived=[], at=story.at)
    late = sent(story, clerk, city, [2])
    client.force_login(User.objects.get(pk=reviewer.user))
    for query in ({}, {"overdue": "1"}):
        assert [(row[0], row[2]) for row in client.get("/custody/", query).context["rows"]] == [(late, True)]
