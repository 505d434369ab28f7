"""Can a client drive a case of each mode from the county window to the supervision unit, knowing nothing but the API?"""

from __future__ import annotations

import pytest
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Post, Role
from approvals.supervision.placing import follow_cases
from tests.api.callers import Caller, complete, confirm_points, recommend
from tests.factories import application
from tests.people import chen, he, li, somebody, wen, xie, zeng, zhong

pytestmark = pytest.mark.django_db
YUDU = "360731"
FELLING, EQUIPMENT, DEVICES = "1-7", "2-30", "3-25"


def pushed() -> None:
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass


def supervisor(unit: str) -> Actor:
    posts = Post.objects.filter(unit__name=unit, role=Role.SUPERVISOR)
    post = posts.select_related("organ__region", "user", "unit").order_by("pk")[0]
    return actor_in(post, user=post.user)


def received(window: Caller, item: str) -> str:
    """The clerk asks where the item belongs and takes it in; the case's number."""
    where = window.get("jurisdiction", item=item, region=YUDU).json()
    assert where["delegated"]
    answer = window.register(application(item, YUDU))
    assert answer.status_code == 201, answer.content.decode()
    assert answer["Location"] == f"/api/v1/cases/{answer.json()['number']}"
    return answer.json()["number"]


def delivered(window: Caller, number: str) -> None:
    offer = window.offered(number)["DELIVER"]
    if any(missing["code"] == "fee" for missing in offer["missing"]):
        window.does(number, "record_fee", status="PAID", amount_cents=8000, receipt="赣财票0001")
    window.does(number, "deliver", way="COUNTER", receipt="刘敏")
    window.does(number, "archive")
    assert window.case(number)["state"] == "ARCHIVED"


def claimed_and_fed_back(number: str, item: str, level: str) -> None:
    """The unit that answers for the result finds it in its list, takes it on and reports an inspection."""
    pushed()
    named = Caller(xie()).get("jurisdiction", item=item, region=YUDU).json()["supervise"][0]
    assert named["level"] == level
    unit = Caller(supervisor(named["unit"]))
    pushes = [row for row in unit.get("pushes").json()["results"] if row["number"] == number]
    [row] = [row for row in pushes if row["subject"] == "DECISION"]
    assert (row["state"], row["result"], row["copy"]) == ("TO_CLAIM", "GRANTED", False)
    assert unit.get(f"pushes/{row['id']}").json()["document"]["case"]["number"] == number
    assert unit.post(f"pushes/{row['id']}/open").status_code == 200
    claimed = unit.post(f"pushes/{row['id']}/claim").json()
    assert (claimed["state"], claimed["claimed_by"]) == ("CLAIMED", unit.actor.name)
    report = {"on": row["decided_on"], "officers": ["刘敏", "谢建明"], "way": "ON_SITE", "result": "NO_PROBLEM"}
    answer = unit.post(f"pushes/{row['id']}/feedback/inspection", report)
    assert answer.status_code == 201, answer.content.decode()
    [told] = unit.get(f"pushes/{row['id']}").json()["feedback"]
    assert (told["kind"], told["created_by"]) == ("INSPECTION", unit.actor.name)


def test_direct_the_county_takes_in_reviews_decides_seals_and_the_county_supervises() -> None:
    window, reviewer, decider = Caller(xie()), Caller(li()), Caller(wen())
    keeper = Caller(somebody("360731-SPJ", Role.SEAL_KEEPER))
    number = received(window, FELLING)
    assert window.sees(number)
    assert window.offered(number)["ACCEPT"]["missing"]
    complete(window, number)
    assert window.offered(number)["ACCEPT"]["missing"] == []
    done = window.does(number, "accept")
    assert (done["case"]["state"], done["event"]["letter"]) == ("REVIEW", "ACCEPTANCE_NOTICE")
    assert reviewer.sees(number)
    assert not window.sees(number)
    assert window.sees(number, "open")
    recommend(reviewer, number)
    assert decider.sees(number)
    decider.does(number, "approve", content="准予采伐 5 立方米。")
    assert keeper.sees(number)
    keeper.does(number, "seal")
    delivered(window, number)
    assert window.sees(number, "finished")
    events = [event["action"] for event in window.get(f"cases/{number}/events").json()["events"]]
    assert events == [
        "DRAFT", "RECEIVE", "AMEND", "ACCEPT", "RECOMMEND", "APPROVE", "SEAL", "DELIVER", "ARCHIVE",
    ]  # fmt: skip
    claimed_and_fed_back(number, FELLING, "county")


def test_substantive_the_county_reviews_and_signs_the_city_checks_decides_and_supervises() -> None:
    window, reviewer, checker = Caller(xie()), Caller(li()), Caller(he())
    city_reviewer, city_decider, keeper = Caller(zhong()), Caller(zeng()), Caller(chen())
    number = received(window, EQUIPMENT)
    complete(window, number)
    window.does(number, "accept")
    recommend(reviewer, number)
    offer = checker.offered(number)["FORWARD"]
    assert (offer["to"], offer["next_holder"], offer["letter"]) == ("KEY_POINTS", "赣州市行政审批局", "审核转报件")
    assert [missing["field"] for missing in offer["missing"]] == ["proposal", "opinion"]
    checker.does(number, "forward", proposal="GRANT", opinion="同意转报。")
    assert city_reviewer.case(number)["holder"] == {"code": "360700-SPJ", "name": "赣州市行政审批局"}
    assert checker.sees(number, "forwarded")
    city_reviewer.does(number, "return", reasons="请补充核查照片的说明。")
    assert reviewer.sees(number, "returned")
    recommend(reviewer, number)
    checker.does(number, "forward", proposal="GRANT", opinion="已补充，同意转报。")
    confirm_points(city_reviewer, number)
    city_decider.does(number, "approve", content="准予使用登记。")
    keeper.does(number, "seal")
    delivered(window, number)
    claimed_and_fed_back(number, EQUIPMENT, "city")


def test_window_the_county_accepts_in_the_citys_name_and_the_city_does_the_rest() -> None:
    window, city_reviewer, city_decider, keeper = Caller(xie()), Caller(zhong()), Caller(zeng()), Caller(chen())
    number = received(window, DEVICES)
    complete(window, number)
    window.does(number, "accept")
    [accept, *_] = window.case(number)["holders"]
    assert (accept["organ"], accept["in_the_name_of"]) == ("于都县综合窗口", "赣州市行政审批局")
    recommend(city_reviewer, number)
    city_decider.does(number, "approve", content="准予经营。", valid_from="2026-12-01", valid_to="2031-11-30")
    assert window.case(number)["decision"]["valid_to"] == "2031-11-30"
    keeper.does(number, "seal")
    delivered(window, number)
    claimed_and_fed_back(number, DEVICES, "city")


def test_a_refusal_to_accept_is_proposed_by_one_and_confirmed_by_the_city_in_whose_name_it_is() -> None:
    window, head = Caller(xie()), Caller(zeng())
    number = received(window, DEVICES)
    remedies = window.case(number)["form"]["remedies"]["ACCEPT"]
    offer = window.offered(number)["REFUSE"]
    assert (offer["step"], offer["confirmed_by"][:8]) == ("PROPOSE", "赣州市行政审批局")
    window.does(number, "refuse", ground="NO_LICENCE_NEEDED", reasons="依法不需要取得许可。", remedies=remedies)
    assert window.case(number)["state"] == "RECEIVED"
    waiting = head.case(number)["consent"]
    assert (waiting["action"], waiting["user_name"]) == ("REFUSE", "谢小兰")
    assert head.sees(number)
    assert set(head.offered(number)) >= {"CONFIRM", "DECLINE"}
    head.does(number, "confirm")
    assert window.case(number)["state"] == "REFUSED"


def test_a_draft_is_received_corrected_paused_and_extended_over_the_api() -> None:
    window, reviewer, decider = Caller(xie()), Caller(li()), Caller(wen())
    answer = window.register(application(FELLING, YUDU, draft=True))
    number = answer.json()["number"]
    assert (answer.json()["state"], answer.json()["due_on"]) == ("DRAFT", None)
    window.does(number, "receive")
    window.does(number, "request_correction", defects=[{"defect": "权属证明看不清", "remedy": "重新扫描"}])
    [notice] = window.case(number)["correction_notices"]
    assert notice["defects"][0]["remedy"] == "重新扫描"
    window.does(number, "resubmit", answers=["已重新扫描"])
    complete(window, number)
    window.does(number, "accept")
    told = window.get(f"cases/{number}/why").json()
    assert (told["runs"], told["due_on"]) == (True, window.case(number)["promise_on"])
    assert sum(day["counted"] for day in told["days"]) == told["limit"]
    days = reviewer.does(number, "extend", days=2, reasons="需要补充外业调查。")
    assert days["event"]["step"] == "PROPOSE"
    decider.does(number, "confirm")
    assert reviewer.case(number)["extended"] == 2
    kinds = window.get(f"items/{FELLING}").json()["guide"]["special_procedures"]
    reviewer.does(number, "pause", kind=kinds[0]["kind"], days=5, reasons="专家评审。")
    decider.does(number, "confirm")
    assert reviewer.case(number)["light"]["colour"] == "PAUSED"
    assert set(reviewer.offered(number)) >= {"UNPAUSE"}
    reviewer.does(number, "unpause", outcome="评审通过。")
    assert [pause["outcome"] for pause in reviewer.case(number)["pauses"]] == ["评审通过。"]
