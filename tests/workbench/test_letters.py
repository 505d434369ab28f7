"""Does whoever may see a case get its papers, and whoever is responsible those that wait?"""

import pytest

from approvals.audit import register
from approvals.cases import letters
from approvals.cases.models import CaseFile
from approvals.cases.words import Action, State
from approvals.documents import authority, making
from approvals.documents.models import Letter, LetterOwed, Seal
from approvals.organisations.models import Post, Role
from approvals.workbench.papers import waiting_for
from tests.factories import driven, moment
from tests.people import chen, huang, sitting, xie, zeng, zhong
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
MONDAY = moment("2026-03-02")


def collected(story) -> None:
    register.enrol(limit=10_000)
    while letters.follow_cases(at=story.at):
        pass
    while making.make_due(clock=lambda: story.at):
        pass


@pytest.fixture
def story():
    authority.make(at=MONDAY)
    return driven("3-25", "360731", MONDAY, to=State.REVIEW)


def test_the_case_page_lists_the_signed_papers_and_sends_them_to_whoever_may_see_the_case(story):
    collected(story)
    letter = Letter.objects.get(subject=story.case.number, kind="ACCEPTANCE_NOTICE")
    address = f"/cases/{story.case.number}/papers/{letter.pk}/"

    page = at_desk(xie()).get(f"/cases/{story.case.number}/?tab_of=letters").content.decode()
    sent = at_desk(xie()).get(address)

    assert letter.number in page
    assert address in page
    assert b"".join(sent.streaming_content).startswith(b"%PDF-")
    assert at_desk(huang()).get(address).status_code == 404


def test_the_old_print_view_gives_the_signed_paper_where_there_is_one(story):
    address = f"/cases/{story.case.number}/letters/ACCEPTANCE_NOTICE/"
    assert "非正式" in at_desk(xie()).get(address).content.decode()

    collected(story)

    assert at_desk(xie()).get(address)["Content-Type"] == "application/pdf"


def test_a_paper_without_a_seal_waits_with_its_reason_until_the_seal_is_there(story):
    Seal.objects.filter(code__in=("360731-WIN-R", "360700-SPJ-R")).update(valid_to=moment("2025-01-01").date())
    collected(story)
    keeper = at_desk(chen())

    assert "没有有效的受理专用章" in keeper.get("/letters/").content.decode()

    Seal.objects.filter(code="360700-SPJ-R").update(valid_to=None)
    letter = Letter.objects.get(subject=story.case.number, kind="ACCEPTANCE_NOTICE")
    assert keeper.post(f"/letters/{letter.pk}/retry/").status_code == 302
    letter.refresh_from_db()
    assert letter.state == "DUE"


def test_a_seal_that_takes_two_persons_waits_for_the_second(story):
    Seal.objects.filter(code="360700-SPJ-A").update(two_persons=True)
    story = driven("3-25", "360731", MONDAY, to=State.DECIDED)
    story.do(chen(), Action.SEAL)
    collected(story)
    grant = Letter.objects.get(subject=story.case.number, kind="GRANT")
    assert grant.state == "SECOND"

    at_desk(chen()).post(f"/letters/{grant.pk}/confirm/")
    grant.refresh_from_db()
    assert grant.state == "SECOND"

    at_desk(zeng()).post(f"/letters/{grant.pk}/confirm/")
    grant.refresh_from_db()
    assert (grant.state, grant.second_by) == ("DUE", zeng().user)


def test_only_seal_keepers_and_coordinators_look_after_waiting_papers(story):
    assert at_desk(zhong()).get("/letters/").status_code == 403
    assert at_desk(sitting("xiexiaolan", Role.CLERK)).get("/letters/").status_code == 403


def test_who_has_some_items_only_looks_after_the_papers_of_those(story):
    Seal.objects.filter(code="360700-SPJ-A").update(two_persons=True)
    story = driven("3-25", "360731", MONDAY, to=State.DECIDED)
    story.do(chen(), Action.SEAL)
    collected(story)
    grant = Letter.objects.get(subject=story.case.number, kind="GRANT")
    LetterOwed.objects.create(
        key="owed", kind="GRANT", organ=grant.organ, subject=grant.subject, reason="缺", noticed_at=story.at
    )
    CaseFile.objects.create(
        case=story.case, sequence=1, listed_at=story.at, due_at=story.at, standing=CaseFile.Standing.FAILED
    )
    coordinator = sitting("yangshanming", Role.COORDINATOR)
    for actor in (zeng(), coordinator):
        assert {grant.pk, story.case.pk, LetterOwed.objects.get().pk} <= {one.pk for one in waiting_for(actor)}

    Post.objects.filter(pk__in=(zeng().post, coordinator.post)).update(item_scope=["1-7"])
    assert waiting_for(zeng()) == waiting_for(sitting("yangshanming", Role.COORDINATOR)) == []
    assert story.case.number not in at_desk(zeng()).get("/letters/").content.decode()
    for pk, act in ((grant.pk, "confirm"), (LetterOwed.objects.get().pk, "owed"), (story.case.pk, "volume")):
        assert at_desk(zeng()).post(f"/letters/{pk}/{act}/").status_code == 409
    grant.refresh_from_db()
    assert (grant.state, grant.second_by) == ("SECOND", None)
