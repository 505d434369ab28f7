"""Are the kept figures always those that counting every case anew would give?"""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.cases.models import Case
from approvals.cases.words import Action, Role, State
from approvals.statistics import rollups
from approvals.statistics.counting import CaseFacts, PushFacts, counts
from approvals.statistics.models import KEY, Counted, Reckoning, Slice, Tally
from approvals.statistics.queries import standing
from approvals.supervision import actions as supervision
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.promptness import Delivery
from approvals.supervision.words import Subject
from tests.factories import Story, driven, moment, received
from tests.people import clerk_of, somebody, zhong

YUDU = "360731"


@pytest.fixture
def now():
    return timezone.now()


def counted(at) -> None:
    while enrol():
        pass
    while rollups.follow_register(at=at):
        pass
    while rollups.let_days_pass(at=at):
        pass


def figures() -> dict[tuple, tuple[int, int, int, int]]:
    """Everything kept, by what it means and not by row numbers."""
    key = [f"slice__{name}" for name in KEY]
    rows = Tally.objects.values_list(*key, "measure", "month", "n", "n_open", "n_overdue", "n_returned")
    return {row[:-4]: row[-4:] for row in rows}


def assert_equal_to_a_recount(at) -> None:
    counted(at)
    kept = figures()
    rollups.rebuild(at=at)
    assert kept == figures() != {}


@pytest.mark.django_db
class TestFollowing:
    def test_after_every_step_the_figures_equal_a_recount(self, now):
        story = driven("2-30", YUDU, now, to=State.KEY_POINTS)
        assert_equal_to_a_recount(now)
        story.do(zhong(), Action.RETURN, reasons="补充说明")
        assert_equal_to_a_recount(now)
        received("3-38", "360702", now).do(
            clerk_of("360702"), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}]
        )
        assert_equal_to_a_recount(now)
        ended = driven("3-25", YUDU, now, to=State.DELIVERED)
        counted(now)
        while follow_cases(at=now):
            pass
        assert_equal_to_a_recount(now)
        push = Push.objects.get(case=ended.case, copy=False, subject=Subject.DECISION)
        keeper = somebody(push.unit.organ.code, Role.SUPERVISOR)
        supervision.claim(push=push.pk, actor=keeper, at=now)
        assert_equal_to_a_recount(now)
        assert Tally.objects.filter(measure="claimed").get().n == 1

    def test_a_voided_case_leaves_the_figures(self, now):
        story = received("3-38", YUDU, now)
        counted(now)
        assert Tally.objects.get(measure="received").n == 1
        story.do(clerk_of(YUDU), Action.VOID, reasons="重复登记。")
        story.do(somebody(f"{YUDU}-SPJ", Role.COORDINATOR), "CONFIRM")
        counted(now)
        assert not Tally.objects.exists()

    def test_reading_the_same_entries_again_changes_nothing(self, now):
        driven("3-25", YUDU, now, to=State.REVIEW)
        counted(now)
        kept = figures()
        rollups.recount(Case.objects.values_list("pk", flat=True), at=now)
        assert figures() == kept

    def test_what_changes_hands_is_counted_where_it_stands_now(self, now):
        story = received("3-38", YUDU, now)
        counted(now)
        wrong = Slice.objects.get()
        wrong.pk, wrong.item = None, "9-9"
        wrong.save()
        Counted.objects.update(slice=wrong)
        Tally.objects.update(slice=wrong)
        rollups.recount([story.case.pk], at=now)
        assert set(Tally.objects.values_list("slice__item", flat=True)) == {"3-38"}

    def test_what_the_calendar_alone_makes_late_is_counted_on_the_day(self, now):
        story: Story = driven("3-25", YUDU, now, to=State.REVIEW)
        counted(now)
        assert not Tally.objects.filter(measure="overdue").exists()
        counted(moment(story.case.promise_on))
        assert not Tally.objects.filter(measure="overdue").exists()
        counted(moment(story.case.promise_on + timedelta(days=1)))
        assert Tally.objects.get(measure="overdue").n == 1
        assert Reckoning.objects.get().on == story.case.promise_on + timedelta(days=1)

    def test_the_command_counts_everything_anew_and_wrong_figures_go(self, now, capsys):
        received("3-38", YUDU, now)
        counted(now)
        kept = figures()
        Tally.objects.update(n=7)
        call_command("rebuild_statistics")
        assert "1 件" in capsys.readouterr().out
        assert figures() == kept

    def test_the_figures_say_how_they_stand(self, now):
        on = timezone.localdate()
        assert standing(on=on).on is None
        received("3-38", YUDU, now)
        assert standing(on=on).behind
        counted(now)
        assert not standing(on=on).behind
        assert standing(on=on + timedelta(days=1)).behind
        Reckoning.objects.update(rebuilt_upto=0)
        assert standing(on=on).rebuilt_cases == (0, Case.objects.get().pk)


DAY = date(2026, 3, 2)


def facts(**changes) -> CaseFacts:
    plain = {
        "state": State.REVIEW,
        "result": "",
        "received_on": DAY,
        "accepted_on": DAY,
        "decided_on": None,
        "promise_on": DAY + timedelta(days=10),
        "promise_stopped": False,
        "returns": 0,
        "corrections": 0,
    }
    return CaseFacts(**plain | changes)


def a_push(**changes) -> PushFacts:
    plain = {
        "state": "CLAIMED",
        "purpose": "CLAIM",
        "decided_on": DAY,
        "claim_due_on": DAY + timedelta(days=7),
        "feedback_due_on": DAY + timedelta(days=40),
        "claimed_on": DAY,
    }
    return PushFacts(**plain | changes)


def cells_of(push: PushFacts, *, on: date) -> set[str]:
    """The measures to which a decided case with this push adds on a day."""
    decided = facts(state=State.DELIVERED, result="GRANTED", decided_on=DAY, pushes=(push,))
    return {measure for measure, _ in counts(decided, on=on).cells}


class TestOneCase:
    def test_it_is_late_from_the_day_after_its_promise(self):
        last = DAY + timedelta(days=10)
        assert not counts(facts(), on=last).is_over
        assert counts(facts(), on=last).holds_to == last
        after = counts(facts(), on=last + timedelta(days=1))
        assert after.is_over
        assert ("overdue", date(2026, 3, 1)) in after.cells
        assert after.holds_to is None

    def test_a_stopped_clock_makes_nothing_late(self):
        assert not counts(facts(promise_stopped=True), on=DAY + timedelta(days=99)).is_over

    def test_decided_in_time_and_too_late_are_settled_for_good(self):
        for days, late in ((9, False), (11, True)):
            found = counts(
                facts(state=State.DELIVERED, result="GRANTED", decided_on=DAY + timedelta(days=days)), on=DAY
            )
            assert found.is_over is late
            assert (("in_time", date(2026, 3, 1)) in found.cells) is not late
            assert found.holds_to is None

    def test_a_push_enters_the_rates_when_it_is_due(self):
        push = PushFacts(
            state="TO_CLAIM",
            purpose="CLAIM",
            decided_on=DAY,
            claim_due_on=DAY + timedelta(days=7),
            feedback_due_on=None,
            claimed_on=None,
        )
        decided = facts(
            state=State.DELIVERED,
            result="GRANTED",
            decided_on=DAY,
            pushes=(push,),
            delivery=Delivery(decided_on=DAY, due_on=DAY + timedelta(days=3), delivered_on=DAY),
        )
        soon, after = counts(decided, on=DAY + timedelta(days=3)), counts(decided, on=DAY + timedelta(days=8))
        month = date(2026, 3, 1)
        assert not {("push_due", month), ("claim_due", month)} & soon.cells.keys()
        assert soon.holds_to == DAY + timedelta(days=3)
        assert after.cells[("push_kept", month)] == after.cells[("push_due", month)] == 1
        assert after.cells[("claim_due", month)] == 1
        assert ("claim_kept", month) not in after.cells

    @pytest.mark.parametrize(("claimed", "kept"), [(None, False), (7, True), (8, False)])
    def test_a_push_claimed_on_its_last_day_is_claimed_in_time_and_one_claimed_later_is_not(self, claimed, kept):
        day = None if claimed is None else DAY + timedelta(days=claimed)
        cells = cells_of(a_push(state="CLAIMED", claimed_on=day), on=DAY + timedelta(days=9))
        assert "claim_due" in cells
        assert ("claim_kept" in cells) is kept

    def test_while_its_objection_is_open_nobody_is_late_in_claiming_a_push(self):
        after = DAY + timedelta(days=9)
        assert "claim_due" not in cells_of(a_push(state="OBJECTED", claimed_on=None), on=after)
        objected = facts(decided_on=DAY, pushes=(a_push(state="OBJECTED", claimed_on=None),))
        assert counts(objected, on=DAY).holds_to is None
        assert "claim_due" in cells_of(a_push(state="TO_CLAIM", claimed_on=None), on=after)

    def test_a_push_for_information_is_in_no_rate_of_claims(self):
        cells = cells_of(a_push(purpose="INFORM", claimed_on=DAY), on=DAY + timedelta(days=9))
        assert not {"claim_due", "claim_kept"} & cells

    def test_feedback_is_due_the_day_after_its_limit_of_what_was_claimed_and_kept_once_it_came(self):
        last = DAY + timedelta(days=40)
        assert "feedback_due" not in cells_of(a_push(state="FED_BACK"), on=last)
        after = last + timedelta(days=1)
        rates = {
            state: {"feedback_due", "feedback_kept"} & cells_of(a_push(state=state), on=after)
            for state in ("TO_CLAIM", "CLAIMED", "FED_BACK", "CLOSED", "REPLACED")
        }
        assert rates == {
            "TO_CLAIM": set(),
            "CLAIMED": {"feedback_due"},
            "FED_BACK": {"feedback_due", "feedback_kept"},
            "CLOSED": {"feedback_due", "feedback_kept"},
            "REPLACED": set(),
        }
