"""Does another system ask, answer and read under the rights of its post?"""

import pytest
from django.utils import timezone

from approvals.cases.words import Role
from tests.api.callers import Caller, problem
from tests.people import li, somebody, zhong

pytestmark = pytest.mark.django_db
QUESTION = {"item": "3-25", "title": "库房另址能不能受理？", "text": "联系人 13800004417，库房租在隔壁楼。"}


def test_a_county_asks_once_the_city_answers_and_strangers_find_nothing():
    county, city = Caller(li()), Caller(zhong())
    made = county.post("guidance/questions", QUESTION, Idempotency_Key="q-1")
    assert (made.status_code, made.json()["due_on"] > timezone.localdate().isoformat()) == (201, True)
    again = county.post("guidance/questions", QUESTION, Idempotency_Key="q-1")
    assert (again.json()["id"], again["Idempotency-Replayed"]) == (made.json()["id"], "true")
    problem(city.post("guidance/questions", QUESTION, Idempotency_Key="q-2"), 403, "may-not-ask")

    address = f"guidance/questions/{made.json()['id']}"
    assert "13800004417" not in county.get(address).content.decode()
    problem(city.post(f"{address}/sayings", {"text": "可以"}), 400, "idempotency-key-required")
    words = {"text": "可以，两个地址分别核查。"}
    said = city.post(f"{address}/sayings", words, Idempotency_Key="s-1").json()
    assert city.post(f"{address}/sayings", words, Idempotency_Key="s-1").json() == said, "said once"
    assert (said["state"], [one["is_answer"] for one in said["sayings"]]) == ("ANSWERED", [False, True])
    assert [one["id"] for one in county.get("guidance/questions", state="answered").json()["results"]] == [said["id"]]
    stranger = Caller(somebody("360734-SPJ", Role.REVIEWER))
    problem(stranger.get(address), 404, "question-not-found")
    problem(stranger.post(f"{address}/sayings", {"text": "看看"}, Idempotency_Key="s-2"), 404, "question-not-found")
    assert stranger.get("guidance/questions").json() == {"results": [], "next": 0, "more": False}
    assert county.post(f"{address}/close").json()["state"] == "CLOSED"
    assert county.get("guidance/articles", item="3-25").json() == {"results": [], "more": False}
