"""Is a letter numbered without a gap, complete by law, set the same twice, sealed, and never lost?"""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from approvals.audit.models import Pending
from approvals.documents import authority, making, queue
from approvals.documents.letters import LetterIncomplete, issue
from approvals.documents.models import Letter, LetterSeries, LetterTemplate, Seal, SealUse
from approvals.documents.queries import open_file
from approvals.documents.samples import CONTENT
from approvals.documents.typesetting import NotTypeset, typeset
from approvals.organisations.models import Organ

pytestmark = pytest.mark.django_db
AT = timezone.now()


@pytest.fixture(autouse=True, scope="module")
def certificates() -> None:
    authority.make(at=AT)


def given(kind: str = "ACCEPTANCE_NOTICE", key: str = "GZ1/1", **changes: object) -> Letter:
    with transaction.atomic():
        return issue(
            kind=kind,
            organ=Organ.objects.get(code="360731-SPJ"),
            subject="GZ1",
            data=CONTENT[kind] | changes,
            at=AT,
            key=key,
        )


def make() -> None:
    making.make_due(clock=lambda: AT)


def test_numbers_run_without_a_gap_per_organ_kind_and_year():
    letters = [given(key=f"GZ1/{n}") for n in range(3)]

    assert [one.number for one in letters] == [f"于都行审受字〔{AT:%Y}〕{n}号" for n in (1, 2, 3)]
    assert given("REFUSAL", key="GZ1/9").serial == 1


def test_what_owes_a_letter_gets_it_once():
    assert given().pk == given().pk
    assert LetterSeries.objects.get(kind="ACCEPTANCE_NOTICE").last == 1


@pytest.mark.parametrize("missing", ["reasons", "remedies"])
def test_a_denial_without_reasons_or_remedies_is_not_issued_and_uses_no_number(missing: str):
    content = {name: value for name, value in CONTENT["DENIAL"].items() if name != missing}

    with pytest.raises(LetterIncomplete, match=missing), transaction.atomic():
        issue(kind="DENIAL", organ=Organ.objects.first(), subject="GZ1", data=content, at=AT, key="GZ1/2")

    assert not LetterSeries.objects.exists()


def test_a_made_letter_is_kept_and_its_seal_use_goes_to_the_register():
    letter = given()
    make()
    letter.refresh_from_db()

    use = SealUse.objects.get(letter=letter)
    assert (letter.state, letter.pages, use.page) == ("MADE", 1, 1)
    assert (use.seal.code, use.file_digest) == ("360731-SPJ-R", letter.file.digest)
    assert Pending.objects.filter(kind="seal-use", row=use.pk).exists()
    with open_file(letter.file) as file:
        assert file.read(5) == b"%PDF-"


def test_the_same_content_gives_the_same_bytes():
    template = LetterTemplate.objects.get(kind="ACCEPTANCE_NOTICE", status="PUBLISHED")
    content = json.loads(given().data)

    assert typeset(template.source, content).pdf == typeset(template.source, content).pdf


@pytest.mark.parametrize(("name", "said"), [("\ue000某", "U\\+E000"), ("abc\u202e", "U\\+202E"), ("مرحبا", "U\\+0645")])
def test_what_no_font_draws_or_turns_the_reading_direction_is_a_task_with_the_character(name: str, said: str):
    letter = given(to=name)
    make()
    letter.refresh_from_db()

    assert (letter.state, letter.failure) == ("FAILED", "not-typeset")
    assert NotTypeset.code == letter.failure
    assert said.replace("\\", "") in letter.reason


def test_without_a_seal_in_force_the_letter_waits_as_a_task_and_keeps_its_number():
    Seal.objects.filter(code="360731-SPJ-R").update(valid_to=AT.date() - timedelta(days=1))
    letter = given()
    make()
    letter.refresh_from_db()

    assert (letter.state, letter.failure) == ("FAILED", "no-seal-in-force")
    assert letter.number.endswith("1号")


def test_without_a_template_the_letter_waits_as_a_task():
    LetterTemplate.objects.filter(kind="REFUSAL").update(status="RETIRED")
    letter = given("REFUSAL")
    make()
    letter.refresh_from_db()

    assert (letter.state, letter.failure) == ("FAILED", "no-letter-template")


def test_a_worker_that_died_loses_and_doubles_nothing():
    letter = given()
    [first] = making.lease(at=AT, most=5)
    finished = making.make(first, at=AT)
    assert making.lease(at=AT, most=5) == []

    [second] = making.lease(at=AT + timedelta(minutes=5), most=5)
    assert making.record(second, making.make(second, at=AT), at=AT)
    assert not making.record(first, finished, at=AT)

    letter.refresh_from_db()
    assert (letter.state, SealUse.objects.filter(letter=letter).count()) == ("MADE", 1)


def test_what_nobody_foresaw_is_a_task_with_its_reason_and_keeps_no_other_letter_waiting(monkeypatch):
    bad, good = given(key="GZ1/1", to="某"), given(key="GZ1/2")
    right = making.typeset

    def stumbling(source, data):
        return right(source, data) if data["to"] != "某" else {}["a fault of ours"]

    monkeypatch.setattr(making, "typeset", stumbling)
    with pytest.raises(KeyError):
        make()
    make()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.failure, good.state) == ("FAILED", "unforeseen", "MADE")
    assert "KeyError" in bad.reason
    monkeypatch.undo()
    queue.retry(letter=bad.pk, at=AT)
    make()
    bad.refresh_from_db()
    assert bad.state == "MADE"


def test_a_letter_that_kills_its_worker_again_and_again_becomes_a_task():
    killer, now = given(key="GZ1/1"), AT
    for _ in range(6):
        assert making.lease(at=now, most=5)
        now += timedelta(minutes=5)
    making.make_due(clock=lambda: now)

    killer.refresh_from_db()
    assert (killer.state, killer.failure) == ("FAILED", "interrupted")


def test_a_decision_waits_for_the_seal_keeper():
    assert given("GRANT").state == "HELD"
    assert making.make_due(clock=lambda: AT) == 0
