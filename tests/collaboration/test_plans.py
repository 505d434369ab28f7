"""双随机、一公开: who is inspected and who inspects follow from a seed nobody chose, and the result stands on the case."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from runpy import run_path

import pytest
from django.core.management import call_command
from django.db import connection

from approvals.audit.findings import of_all_rooms
from approvals.audit.models import DailyRoot
from approvals.audit.register import enrol
from approvals.audit.roots import keep_root
from approvals.collaboration import draws, inspecting, planning
from approvals.collaboration.access import InspectionNotFound, PlanNotFound
from approvals.collaboration.drawing import digest_of
from approvals.collaboration.draws import mistakes_of, published
from approvals.collaboration.models import (
    Assignment,
    Inspection,
    InspectionPlan,
    JointRecord,
    JointRecordText,
    KeyItem,
    Officer,
)
from approvals.collaboration.planning import PlanSettled
from approvals.collaboration.pool import recuse
from approvals.collaboration.queries import outcomes, published_list
from approvals.errors import Invalid
from approvals.supervision.actions import feed_back
from approvals.supervision.models import Feedback
from tests.collaboration.world import DRAWN, PLAN, PUBLISHED, drawn, planner, pool, taken_on
from tests.factories import USCC, later
from tests.supervision.conftest import supervisor_of

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[2] / "docs/inspections.md"


@pytest.fixture
def pushes():
    return taken_on(3)


def redrawn(d: dict) -> list[dict]:
    """Draw again with nothing but the standard library, as docs/inspections.md shows it."""
    told = json.dumps(d["terms"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    terms = hashlib.sha256(told.encode()).hexdigest()
    seed = hashlib.sha256("\n".join((d["root"], d["terms"]["unit"], terms)).encode()).hexdigest()
    assert seed == d["seed"]
    order = hashlib.sha256(f"{seed}\n{d['salt']}".encode()).hexdigest()

    def ranked(names):
        return sorted(names, key=lambda name: hashlib.sha256(f"{order}\n{name}".encode()).hexdigest())

    found = []
    for ground, numbers in sorted(d["population"].items()):
        share = d["terms"]["percent"] if ground == "GENERAL" else d["terms"]["shares"][ground]
        many = -(-len(numbers) * share // 100) if share is not None else d["terms"]["count"]
        for number in ranked(numbers)[:many]:
            cards = ranked(f"{number}\n{card}" for card in set(d["pool"]) - set(d["barred"][number]))
            officers = [card.split("\n")[1] for card in (cards[:2] if len(cards) > 1 else [])]
            found.append({"number": number, "ground": ground, "officers": officers})
    return found


def test_the_draw_waits_for_a_digest_nobody_knew_and_anybody_repeats_it(pushes, tmp_path, monkeypatch):
    officers = pool(pushes[0])
    plan = planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | {"count": 2})
    planning.publish(plan=plan.pk, actor=planner(), at=PUBLISHED)
    assert draws.draw_due(at=PUBLISHED) == []
    while enrol():
        pass
    root = keep_root(on=PUBLISHED.date(), folder=tmp_path)
    [plan] = draws.draw_due(at=DRAWN)
    assert draws.draw_due(at=DRAWN) == []
    told = published(plan)
    assert told["root"] == root.digest
    assert len(told["drawn"]) == 2
    assert redrawn(json.loads(json.dumps(told))) == told["drawn"]
    (tmp_path / "published.json").write_text(json.dumps(told), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Path("redraw.py").write_text(
        DOCS.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], encoding="utf-8"
    )
    run_path("redraw.py")  # it asserts that the same comes out
    assert published_list(plan, on=DRAWN.date())["list"] == digest_of(told)
    assert officers["赣B001"].organ == pushes[0].case.snapshot.decide_organ
    assert all(not {"赣B001", "赣B002"} & set(one["officers"]) and len(one["officers"]) == 2 for one in told["drawn"])
    out = StringIO()
    call_command("draw_inspections", check=True, stdout=out)
    assert "0 处不符" in out.getvalue()


def test_whoever_swaps_an_inspected_case_or_an_officer_is_found_out(pushes):
    pool(pushes[0])
    plan = drawn(count=1)
    one = plan.inspections.get()
    line = one.assignments.order_by("place").first()
    spare = Officer.objects.exclude(assignments__inspection=one).get(organ=pushes[0].unit.organ)
    line.officer = spare
    line.save()
    assert [text for text in mistakes_of(plan) if "检查人员" in text]
    other = next(push.case.number for push in pushes if push.case.number != one.number)
    Inspection.objects.filter(pk=one.pk).update(number=other)
    assert [text for text in mistakes_of(plan) if "登记的" in text]
    plan.barred[other] = ["赣B003"]  # never drawn, so that nothing but the list itself tells
    assert [text for text in mistakes_of(plan) if "清单" in text]
    plan.root = "0" * 64
    assert [text for text in mistakes_of(plan) if "日根" in text]
    InspectionPlan.objects.filter(pk=plan.pk).update(ends_on="2026-04-30")
    with pytest.raises(SystemExit):
        call_command("draw_inspections", check=True, stdout=StringIO())


def test_key_items_are_drawn_at_their_own_share_and_who_recuses_stands_aside(pushes):
    pool(pushes[0])
    KeyItem.objects.create(item=pushes[0].case.snapshot.item)
    typed = f"{USCC[:4]} -{USCC[4:]}".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    recuse(actor=planner(), at=PUBLISHED, given={"card": "赣B003", "id_number": typed, "reason": "亲属任职"})
    with pytest.raises(Invalid):
        recuse(actor=planner(), at=PUBLISHED, given={"card": "赣B004", "id_number": "－ -", "reason": "亲属任职"})
    plan = drawn(percent=1)
    assert {one.ground for one in plan.inspections.all()} == {"KEY"}
    assert plan.inspections.count() == 2  # half of three, rounded up
    told = published(plan)["drawn"]
    assert [set(one["officers"]) for one in told] == [{"赣B004", "赣B005"}] * 2


def test_the_result_stands_on_the_case_and_then_on_the_public_page_without_names(pushes):
    pool(pushes[0])
    plan = drawn(count=1)
    one = plan.inspections.get()
    assert outcomes(plan) == []
    assert "population" not in published_list(plan, on=DRAWN.date())
    given = {"on": "2026-03-10", "way": "ON_SITE", "result": "PROBLEM", "findings": "超强度采伐"}
    with pytest.raises(PlanNotFound):
        planning.publish(plan=plan.pk, actor=supervisor_of("360702-LY-J"), at=DRAWN)
    for day in ("2026-03-09", "2026-03-11"):  # before the draw said whom; tomorrow
        with pytest.raises(Invalid, match="检查日期"):
            inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given | {"on": day})
    inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given)
    feedback = Feedback.objects.get(push=one.push)
    assert feedback.kind == "INSPECTION"
    assert feedback.content["officers"] == [found.name for found in inspecting.officers_of(one)]
    [told] = outcomes(plan)
    assert told.result == "发现问题"
    assert "康泽" not in told.party
    assert published_list(plan, on=DRAWN.date())["drawn"] == [one.number]
    with pytest.raises(inspecting.AlreadyInspected):
        inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given)


def test_a_result_and_its_feedback_are_kept_together_or_not_at_all(pushes, monkeypatch):
    pool(pushes[0])
    one = drawn(count=1).inspections.get()
    given = {"on": "2026-03-10", "way": "ON_SITE", "result": "NO_PROBLEM"}
    monkeypatch.setattr(inspecting, "append", lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given)
    monkeypatch.undo()
    assert not Feedback.objects.filter(push=one.push).exists()
    assert inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given).state == "DONE"


def test_a_result_is_not_kept_in_the_names_of_officers_replaced_meanwhile(pushes, monkeypatch):
    pool(pushes[0])
    one = drawn(count=1).inspections.get()
    going, real = inspecting.officers_of(one), inspecting.officers_of
    given = {"on": "2026-03-10", "way": "ON_SITE", "result": "NO_PROBLEM"}
    inspecting.replace(inspection=one.pk, actor=planner(), at=DRAWN, given={"card": going[0].card, "reasons": "病假"})
    answers = iter([going])  # what was read before the other replaced one
    monkeypatch.setattr(inspecting, "officers_of", lambda found: next(answers, None) or real(found))
    with pytest.raises(inspecting.OfficersChanged):
        inspecting.record_result(inspection=one.pk, actor=planner(), at=DRAWN, given=given)
    assert not Feedback.objects.filter(push=one.push).exists()


def test_a_record_changed_removed_or_inserted_is_found(pushes):
    plan = drawn(count=1)
    while enrol():
        pass
    assert of_this_room() == set()
    first, last = JointRecord.objects.order_by("pk")[:2]
    with connection.cursor() as cursor:  # as the database's owner could
        for table in ("collaboration_jointrecord", "collaboration_jointrecordtext"):
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for name in ("keep_update", "keep_delete", "register") if connection.vendor == "sqlite" else ():
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
    JointRecord.objects.filter(pk=first.pk).update(data={"terms": "0"})
    assert of_this_room() == {"event-changed"}
    JointRecord.objects.filter(pk=first.pk).update(data=first.data)
    JointRecordText.objects.filter(pk=last.pk).update(text="{}")
    assert of_this_room() == {"words-changed"}
    JointRecordText.objects.filter(pk=last.pk).delete()
    JointRecord.objects.filter(pk=last.pk).delete()
    assert of_this_room() == {"count-differs", "head-differs", "row-removed"}
    last.pk, last.sequence = None, 1000 + plan.pk
    last.save(force_insert=True)
    assert {"row-inserted", "event-missing"} <= of_this_room()


def of_this_room() -> set[str]:
    return {found.code for found in of_all_rooms() if "协同" in found.where + found.text}


def test_the_colour_in_force_of_a_party_sets_its_share(pushes):
    rated = {"on": "2026-03-05", "grounds": "检查和处罚记录"}
    for colour in ("GREEN", "RED"):
        feed_back(push=pushes[0].pk, actor=planner(), at=PUBLISHED, kind="CREDIT", given=rated | {"colour": colour})
    plan = drawn(percent=1)
    assert {one.ground for one in plan.inspections.all()} == {"RED"}
    assert plan.inspections.count() == 3  # all of red, by the city's share of 100
    everybody_reads = published_list(plan, on=date(2026, 4, 1))
    assert everybody_reads["drawn"] == sorted(push.case.number for push in pushes)
    assert not {"population", "barred", "pool", "salt"} & set(everybody_reads)
    del everybody_reads["terms"]
    assert "RED" not in json.dumps(everybody_reads)


def test_too_few_officers_wait_for_more_and_one_who_cannot_go_is_replaced_by_the_next_in_order(pushes):
    plan = drawn(count=1)
    one = plan.inspections.get()
    assert one.state == "TO_STAFF"
    with pytest.raises(inspecting.NoOfficers):
        inspecting.staff(inspection=one.pk, actor=planner(), at=DRAWN)
    with pytest.raises(InspectionNotFound):
        inspecting.staff(inspection=one.pk, actor=replace(planner(), item_scope=("3-38",)), at=DRAWN)
    pool(pushes[0])
    inspecting.staff(inspection=one.pk, actor=planner(), at=DRAWN)
    assert list(mistakes_of(plan)) == []
    going = [found.card for found in inspecting.officers_of(one)]
    [left] = {"赣B003", "赣B004", "赣B005"} - set(going)
    asked = {"card": going[0], "reasons": "病假"}
    assert inspecting.replace(inspection=one.pk, actor=planner(), at=DRAWN, given=asked).card == left
    with pytest.raises(inspecting.NoOfficers):
        inspecting.replace(inspection=one.pk, actor=planner(), at=DRAWN, given=asked | {"card": left})
    assert list(mistakes_of(plan)) == []
    Assignment.objects.filter(inspection=one, officer__card=going[1]).delete()
    assert [text for text in mistakes_of(plan) if "补抽" in text]


def test_a_published_plan_is_never_changed_and_a_cancelled_one_is_not_drawn(pushes):
    plan = planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | {"percent": 50})
    with pytest.raises(Invalid):
        planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | {"percent": 50, "count": 3})
    planning.publish(plan=plan.pk, actor=planner(), at=PUBLISHED)
    with pytest.raises(PlanSettled):
        planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | {"percent": 1}, plan=plan.pk)
    planning.cancel(plan=plan.pk, actor=planner(), at=later(PUBLISHED, 0), given={"reasons": "另行部署"})
    assert draws.draw_due(at=DRAWN) == []


def test_a_plan_waits_for_a_root_that_covers_it_and_is_not_given_up_once_its_seed_can_be_known(pushes, tmp_path):
    plan = planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | {"count": 1})
    early = keep_root(on=PUBLISHED.date(), folder=tmp_path)  # before the publication was in the register
    planning.publish(plan=plan.pk, actor=planner(), at=PUBLISHED)
    assert draws.draw_due(at=DRAWN) == []
    with pytest.raises(PlanSettled, match="公布之日已过"):
        planning.cancel(plan=plan.pk, actor=planner(), at=DRAWN, given={"reasons": "名单不合意"})
    [plan] = draws.draw_due(at=later(DRAWN, 1))
    root = DailyRoot.objects.get(day=DRAWN.date())
    assert (plan.root_position, plan.root) == (root.position, root.digest)
    assert root.position > early.position
    assert list(mistakes_of(plan)) == []
