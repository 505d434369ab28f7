"""Does every version of a licence get its signed paper, and does one that has ended say so: since when, why, replaced by what?"""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from approvals.audit import register
from approvals.audit.models import ManagementRecord
from approvals.cases import letters
from approvals.cases.models import Form, Party
from approvals.cases.words import Action, State
from approvals.documents import authority, making
from approvals.documents.models import Letter, LetterOwed
from approvals.documents.queries import open_file
from approvals.documents.verification import Answer, verify
from approvals.licences.models import Licence
from tests.factories import USCC, Story, driven, moment
from tests.licences.conftest import (
    CHANGE,
    DEVICE,
    MONDAY,
    RENEWAL,
    REPLACEMENT,
    asked,
    decided,
    licence_of,
    ordered,
    proceeding,
)
from tests.people import chen, li, xie, zeng
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
LATER = moment("2027-12-01")


@pytest.fixture(autouse=True, scope="module")
def certificates() -> None:
    authority.make(at=MONDAY)
    authority.certified(
        "360700-SPJ-A", "赣州市行政审批局行政审批专用章", at=MONDAY
    )  # signing itself reads the real clock


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def papers(licence: Licence) -> list[Letter]:
    """The papers of a licence, the oldest first, after everything was read and made."""
    register.enrol(limit=10_000)
    while letters.follow_cases(at=LATER):
        pass
    while making.make_due(clock=lambda: LATER):
        pass
    return list(Letter.objects.select_related("organ", "file").filter(licence_paper__licence=licence).order_by("pk"))


def content_of(paper: Letter) -> bytes:
    assert paper.file is not None, paper.reason
    with open_file(paper.file) as file:
        return file.read()


def checked(paper: Letter, day: str) -> Answer:
    return verify(content_of(paper), at=moment(day))


@pytest.fixture
def story() -> Story:
    return driven(DEVICE, "360731", MONDAY, to=State.SEALED)


def test_a_licence_is_issued_with_its_decision_under_the_deciding_organs_seal(story):
    [paper] = papers(licence := licence_of(story))

    face = paper.content
    assert (paper.state, paper.seal.code, paper.title) == ("MADE", "360700-SPJ-A", "医疗器械经营许可证")
    assert (face["licence_number"], face["version"], face["occasion"]) == (licence.number, 1, "颁发")
    assert face["holders"][0]["id_number"] == USCC
    assert checked(paper, "2026-04-01").finding == "GENUINE"
    over = checked(paper, "2031-12-01")
    assert (over.finding, over.ending.because) == ("VOID", "有效期已满")


def test_a_paper_ends_with_what_happens_to_its_licence_and_says_so(story, monkeypatch):
    licence = licence_of(story)
    changed = decided(asked(CHANGE, licence, moment("2027-05-10")))
    changed.do(chen(), Action.SEAL)
    first, second = papers(licence)

    old = checked(first, "2027-08-01")
    assert (old.finding, old.ending.replaced_by) == ("VOID", second)
    assert "变更" in old.ending.words
    assert (checked(first, "2027-08-01").letter, checked(second, "2027-08-01").finding) == (first, "GENUINE")

    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-09-01"), until="2027-12-30"))
    papers(licence)
    assert "暂停" in checked(second, "2027-10-01").ending.words
    assert checked(second, "2027-12-30").finding == "VOID"
    assert checked(second, "2027-12-31").finding == "GENUINE", "a suspension until a day ends by itself"
    ordered(proceeding(licence, "LIFT", "RECTIFIED", moment("2027-10-08")))
    papers(licence)
    assert checked(second, "2027-10-20").finding == "GENUINE"
    ordered(proceeding(licence, "ANNUL", "FRAUD", moment("2027-11-01")))
    papers(licence)
    assert checked(second, "2027-12-01").ending.because == "许可已撤销"
    assert "变更" in checked(first, "2027-12-01").ending.because

    licence.refresh_from_db()
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    shown = Client().get("/public/licences/", {"number": licence.number, "code": licence.verify_code}).content.decode()
    assert (shown.count("不再有效</b>"), shown.count(second.number)) == (2, 2)
    assert "本平台发出过，但已不再有效" in Client().get(f"/verify/{first.code}/").content.decode()


def test_a_paper_replaced_or_made_late_while_the_licence_is_suspended_is_not_good_before_it_is_lifted(
    story, monkeypatch
):
    licence = licence_of(story)
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2026-09-01"), until="2026-12-30"))
    [first] = papers(licence)
    replaced = decided(asked(REPLACEMENT, licence, moment("2026-09-14")))
    replaced.do(chen(), Action.SEAL)
    with monkeypatch.context() as patched:
        patched.setitem(letters.WRITERS, "LICENCE", lambda *given: {}["地址"])
        papers(licence)
    late = letters.collect_again(key=LetterOwed.objects.get(kind="LICENCE").key, at=LATER)
    first, second = papers(licence)

    assert (second.pk, second.ended_by, first.ended_by, first.replaced_by) == (late.pk, "SUSPENDED", "REPLACED", second)
    assert "暂停" in checked(second, "2026-11-20").ending.words
    ordered(proceeding(licence, "LIFT", "RECTIFIED", moment("2026-11-02")))
    first, second = papers(licence)
    assert (first.ended_by, second.ended_by, second.ended_because) == ("REPLACED", "", "")
    assert checked(second, "2026-11-20").finding == "GENUINE"


def test_the_page_for_everybody_names_the_addressee_of_each_kind_of_paper_masked_each_for_itself(story):
    [paper] = papers(licence_of(story))
    company = story.case.parties.get(role="APPLICANT")
    Party.objects.create(case=story.case, position=9, role="APPLICANT", kind="PERSON", name="欧阳阿卜杜拉·买买提")
    both = f"{company.name}、欧阳阿卜杜拉·买买提"
    masked = f"{company.name[:4]}****{company.name[-4:]}、欧**"

    def told(kind: str, **content: str) -> str:
        Letter.objects.filter(pk=paper.pk).update(kind=kind, year=1999, data=json.dumps(content))
        shown = Client().get(f"/verify/{paper.code}/").content.decode()
        return shown.partition("<dt>送</dt><dd>")[2].partition("</dd>")[0]

    assert told("HEARING_NOTICE", applicant=company.name, to="张三、某某邻居食品店，李四光") == "张**、某**、李**"
    assert told("OPINION", applicant=both, to="赣州市行政审批局") == masked
    assert told("RECEIPT", to=both, you="你单位") == masked


def test_a_renewed_licence_keeps_its_old_paper_until_the_old_term_has_run_out(story):
    licence = licence_of(story)
    old_end = licence.valid_to
    decided(asked(RENEWAL, licence, moment("2030-08-05"))).do(chen(), Action.SEAL)
    first, second = papers(licence)

    before, after = str(old_end), str(old_end + timedelta(days=1))
    assert (first.ended_on, first.replaced_by) == (old_end + timedelta(days=1), second)
    assert (checked(first, before).finding, checked(second, before).finding) == ("GENUINE", "NOT_YET")
    assert "尚未生效" in checked(second, before).ending.words
    assert (checked(first, after).finding, checked(second, after).finding) == ("VOID", "GENUINE")


def test_a_head_voids_a_wrong_paper_and_the_seal_keeper_seals_the_one_in_its_place(story, tmp_path, capsys):
    [wrong] = papers(licence := licence_of(story))
    address = f"/cases/{story.case.number}/papers/{wrong.pk}/void/"
    head = at_desk(zeng())

    assert at_desk(li()).get(address).status_code == 404
    assert head.post(address, {"reason": " "}).status_code == 422
    assert address in head.get(f"/cases/{story.case.number}/?tab_of=letters").content.decode()
    assert head.post(address, {"reason": "住所误写"}).status_code == 302
    assert head.post(address, {"reason": "住所误写"}).status_code == 404

    wrong, new = papers(licence)
    assert (wrong.state, wrong.replaced_by, new.state) == ("VOID", new, "HELD")
    assert new.serial == wrong.serial + 1
    assert ManagementRecord.objects.get(act="VOID").subject == wrong.number
    assert wrong.number in at_desk(chen()).get("/letters/").content.decode()
    assert at_desk(chen()).post(f"/letters/{new.pk}/seal/").status_code == 302

    [wrong, new] = papers(licence)
    assert (new.state, new.sealed_by_name) == ("MADE", "陈玉梅")
    assert new.content["letter"]["replaces"] == wrong.number
    path = tmp_path / "old.pdf"
    path.write_bytes(content_of(wrong))
    with pytest.raises(SystemExit):
        call_command("verify_document", path, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["finding"], told["replaced_by"]) == ("VOID", new.number)
    assert "住所误写" in told["ended_because"]


def test_the_applicant_fetches_the_paper_where_the_progress_is_asked_once_it_was_served(story):
    papers(licence_of(story))
    code = Form.objects.get(pk=story.case.pk).query_code
    asked_for = {"number": story.case.number, "code": code}

    assert "送达之后" in Client().post("/public/progress/", asked_for).content.decode()
    assert Client().post("/public/progress/licence/", asked_for).status_code == 404
    story.do(xie(), Action.DELIVER, way="COUNTER", receipt="刘敏")
    assert "下载电子证照" in Client().post("/public/progress/", asked_for).content.decode()
    fetched = Client().post("/public/progress/licence/", asked_for)
    assert b"".join(fetched.streaming_content).startswith(b"%PDF-")
    assert Client().post("/public/progress/licence/", asked_for | {"code": "AAAAAAAA"}).status_code == 404
