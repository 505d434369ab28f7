"""What is done with input no form would send? It is refused in words or kept as it is; it never crashes anything."""

from typing import Any

import pytest
import structlog

from approvals.cases.actions import perform
from approvals.cases.models import Event, NumberSeries, Party
from approvals.cases.numbers import SeriesFull
from approvals.cases.parties import id_problem
from approvals.cases.queries import find
from approvals.cases.registration import register
from approvals.cases.verify import verify
from approvals.cases.words import Action, State
from approvals.catalogue.models import Guide
from approvals.catalogue.queries import UnknownPlace
from approvals.errors import Invalid, Refused
from tests.factories import REMEDIES, Story, application, driven, filled, moment, received
from tests.people import xie, zeng, zhong

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
DEVICES = "3-25"
RESIDENT = "11010519491231002X"
NEVER_KEPT = {
    "a null byte": "好\x00",
    "half a character": "好\ud800",
    "a list": ["好"],
    "a nested object": {"好": {"好": "好"}},
    "true": True,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a number of 5000 digits": 10**5000,
    "ten megabytes": "好" * (10 * 1024 * 1024 // 3),
}
KEPT = {
    "control characters": "第一行\r\n第二行\t\x07\x1b[31m",
    "another direction": "\u202e倒着写\u202c",
    "a byte order mark": "\ufeff好",
    "rare characters": "𠮷野家 👨‍👩‍👧 ä\u0308",
    "markup": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE cases_case; --",
}


def person(number: str, id_type: str = "RESIDENT", **more: Any) -> dict[str, Any]:
    applicant = {"role": "APPLICANT", "kind": "PERSON", "name": "刘敏", "id_type": id_type, "id_number": number}
    return applicant | {"mobile": "13800004417"} | more


def register_with(**changes: Any) -> Any:
    return register(actor=xie(), at=MONDAY, given=application(DEVICES, "360731", **changes))


# ---------------------------------------------------------------- the application


@pytest.mark.parametrize(
    "number", [RESIDENT, RESIDENT.lower(), "440524188001010014", f" {RESIDENT[:6]} {RESIDENT[6:]} "]
)
def test_a_valid_identity_number_is_taken(number: str) -> None:
    case = register_with(parties=[person(number)])
    assert Party.objects.get(case=case).id_number == "".join(number.split()).upper()


@pytest.mark.parametrize(
    ("id_type", "number", "sentence"),
    [
        ("RESIDENT", "110105194912310021", "校验位不对"),
        ("RESIDENT", "1101051949123100", "应为 18 位，现为 16 位"),
        ("RESIDENT", "110105194902300020", "不该有的字符或日期"),
        ("RESIDENT", "²1010519491231002X", "不该有的字符或日期"),
        ("RESIDENT", "١1010519491231002X", "不该有的字符或日期"),
        ("USCC", "91350100M000100Y44", "校验位不对"),
        ("USCC", "91350100M000100O43", "不该有的字符"),
        ("USCC", "91350100M000100Y4", "应为 18 位，现为 17 位"),
        ("PASSPORT", "E12", "应为 5 到 20 位，现为 3 位"),
        ("HK_MACAO", "H123", "应为 9 到 11 位"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_what_is_wrong(id_type: str, number: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        register_with(parties=[person(number, id_type)])


@pytest.mark.parametrize(
    "number", ["91350100-M000100Y43", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100m000100y43"]
)
def test_one_number_is_kept_in_one_way_however_it_was_typed(number: str) -> None:
    case = register_with(parties=[person(number, "USCC")])
    assert Party.objects.get(case=case).id_number == "91350100M000100Y43"


@pytest.mark.parametrize("mobile", ["１３８００００４４１７", "138 0000 4417"])
def test_a_mobile_number_typed_in_wide_digits_is_the_same_number(mobile: str) -> None:
    case = register_with(parties=[person(RESIDENT, mobile=mobile)])
    assert Party.objects.get(case=case).mobile == "13800004417"


@pytest.mark.parametrize("mobile", ["1٣800004417", "12800004417", "1380000441", "138000044170", "abc"])
def test_what_is_no_mobile_number_is_refused(mobile: str) -> None:
    with pytest.raises(Invalid, match="位"):
        register_with(parties=[person(RESIDENT, mobile=mobile)])


def test_every_identity_number_gets_an_answer() -> None:
    for id_type in Party.IdType.values:
        for number in ("", "²" * 18, "9" * 500, "\ud800" * 18, "好" * 18, "\x00" * 18):
            assert isinstance(id_problem(id_type, number), str)


def test_an_agent_needs_authority_and_an_applicant_a_number() -> None:
    agent = {"role": "AGENT", "kind": "PERSON", "name": "曾小春", "mobile": "13800004417"}
    with pytest.raises(Invalid, match="代理权限"):
        register_with(parties=[person(RESIDENT), agent])
    with pytest.raises(Invalid, match="证件类型和号码"):
        register_with(parties=[person("")])
    with pytest.raises(Invalid, match="至少填写一名申请人"):
        register_with(parties=[agent | {"authority": "委托书：全部事项"}])
    register_with(parties=[person(RESIDENT), agent | {"authority": "委托书：全部事项"}])


def test_several_applicants_apply_together() -> None:
    both = [person(RESIDENT), person("91350100M000100Y43", "USCC", kind="COMPANY", name="康泽")]
    case = register_with(parties=both)
    assert Party.objects.filter(case=case, role="APPLICANT").count() == 2


# ---------------------------------------------------------------- the form


@pytest.mark.parametrize("value", NEVER_KEPT.values(), ids=NEVER_KEPT)
def test_what_cannot_be_kept_is_refused_in_the_form_and_writes_nothing(value: Any) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    key = next(field["key"] for field in story.case.form.fields if field["kind"] == "TEXT" and not field["rule"])
    with pytest.raises(Invalid):
        story.do(xie(), Action.AMEND, form={key: value})
    with pytest.raises(Invalid):
        register_with(form={key: value})
    assert story.refresh().version == 2


@pytest.mark.parametrize("value", NEVER_KEPT.values(), ids=NEVER_KEPT)
def test_what_cannot_be_kept_is_refused_wherever_it_stands(value: Any) -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.DECISION)
    for given in (
        {"reasons": value, "remedies": REMEDIES},
        {"reasons": "不符合", "remedies": REMEDIES | {"court": value}},
        {"reasons": "不符合", "remedies": value},
        {"reasons": "不符合", "remedies": REMEDIES, "好\ud800": value},
        value,
    ):
        with pytest.raises(Refused) as refusal:
            perform(number=story.case.number, action=Action.DENY, actor=zeng(), at=story.at, given=given)
        refusal.value.detail.encode()
        assert len(refusal.value.detail) < 2000
    assert story.refresh().state == State.DECISION


@pytest.mark.parametrize("value", KEPT.values(), ids=KEPT)
def test_what_is_strange_but_can_be_kept_is_kept_as_it_is(value: str) -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons=value, remedies=REMEDIES)
    assert story.case.decision.reasons == value
    assert list(verify(case=story.case.number)) == []


@pytest.mark.parametrize("nothing", ["", "   ", "\u3000", "\u200b\u200b", "\u2060 \ufeff"])
def test_reasons_that_nobody_can_see_are_none(nothing: str) -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.DECISION)
    with pytest.raises(Refused) as refusal:
        story.do(zeng(), Action.DENY, reasons=nothing, remedies=REMEDIES)
    assert refusal.value.code == "reasons-required"


@pytest.mark.parametrize("number", [30, 30.5, "30", "30.50", 0.1])
def test_a_number_may_come_as_a_number_or_as_text(number: Any) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    key = next((f["key"] for f in story.case.form.fields if f["kind"] == "NUMBER" and f["rule"] != "WHOLE"), None)
    assert key
    story.do(xie(), Action.AMEND, form={key: number})
    story.case.form.refresh_from_db()
    assert float(story.case.form.data[key]) == float(number)
    assert list(verify(case=story.case.number)) == []


def test_a_form_nested_without_end_is_refused() -> None:
    deep: Any = "好"
    for _ in range(5000):
        deep = {"好": deep}
    with pytest.raises(Invalid):
        register_with(form=deep)
    with pytest.raises(Invalid):
        register_with(parties=[deep])


# ---------------------------------------------------------------- numbers, days, materials


@pytest.mark.parametrize("position", [0, -1, 10**30, 40_000, "九", 1.5, None, [], float("nan")])
def test_a_material_that_does_not_exist_is_refused(position: Any) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    with pytest.raises(Invalid):
        story.do(xie(), Action.AMEND, papers=[{"position": position, "status": "PAPER"}])
    with pytest.raises(Invalid):
        register_with(papers=[{"position": position, "status": "PAPER"}])


@pytest.mark.parametrize("amount", [-1, 2**31, 2**63, 10**30, 0.5, "很多", float("nan")])
def test_an_amount_that_cannot_be_paid_is_refused(amount: Any) -> None:
    story = paying()
    with pytest.raises(Invalid):
        story.do(xie(), Action.RECORD_FEE, status="PAID", amount_cents=amount, receipt="票")


def paying() -> Story:
    """A case of some item that is charged for."""
    for guide in Guide.objects.exclude(fee={}).select_related("item").order_by("pk"):
        if guide.fee.get("charged"):
            try:
                story = received(guide.item.code, "360731", MONDAY, xie())
            except Refused:
                continue
            assert story.case.fee_due
            return story
    raise AssertionError("no item is charged for")


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00", "明天", "2026-03-02T10:00", 20260302, True])
def test_a_day_that_does_not_exist_is_refused(day: Any) -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.DECISION)
    with pytest.raises(Invalid) as refusal:
        story.do(zeng(), Action.APPROVE, content="准予", valid_from=day)
    assert list(refusal.value.errors) == ["valid_from"]


def test_a_validity_that_ends_before_it_begins_is_refused() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.DECISION)
    with pytest.raises(Refused, match="有效期"):
        story.do(zeng(), Action.APPROVE, content="准予", valid_from="2026-03-02", valid_to="2026-03-01")


@pytest.mark.parametrize(
    "number", ["", "GZ\x00", "GZ360731260302000\ud800", "GZ" + "9" * 100_000, "²" * 20, "' OR 1=1"]
)
def test_a_number_that_is_none_finds_no_case(number: str) -> None:
    with pytest.raises(Refused) as refusal:
        perform(number=number, action=Action.TAKE, actor=zhong(), at=MONDAY)
    assert refusal.value.code == "case-not-found"
    assert len(refusal.value.detail) < 200
    with pytest.raises(Refused) as refusal:
        find(number=number, actor=zhong())
    assert refusal.value.code == "case-not-found"


@pytest.mark.parametrize("given", [[], "文字", 7, [{}], True, {"form": []}, {"papers": {}}, {"papers": [[]]}, {1: 2}])
def test_input_of_the_wrong_shape_is_refused(given: Any) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    with pytest.raises(Invalid):
        perform(number=story.case.number, action=Action.AMEND, actor=xie(), at=story.at, given=given)


def test_a_file_that_was_never_stored_is_refused() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    with pytest.raises(Invalid, match="没有上传成功"):
        story.do(xie(), Action.AMEND, papers=[{"position": 1, "status": "FILE", "files": ["0" * 64]}])


@pytest.mark.parametrize("request_id", ["x" * 5000, "好" * 64, 7])
def test_a_request_number_sent_from_outside_is_kept_as_far_as_it_fits(request_id: Any) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        story.do(xie(), Action.AMEND, form=filled(story.case))
    assert len(Event.objects.filter(case=story.case).latest("sequence").request_id) <= 64
    assert list(verify(case=story.case.number)) == []


def test_before_2022_nothing_is_received() -> None:
    with pytest.raises(Refused) as refusal:
        received(DEVICES, "360731", moment("2021-12-31"), xie())
    assert refusal.value.code in ("before-first-year", "year-not-covered")


def test_a_place_the_region_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownPlace, match="现有"):
        register_with(place="NOWHERE")


def test_the_last_number_of_a_day_is_not_followed_by_another() -> None:
    received(DEVICES, "360731", MONDAY, xie())
    NumberSeries.objects.filter(region="360731", day=MONDAY.date()).update(last=99_998)
    assert "99999" in received(DEVICES, "360731", MONDAY, xie()).case.number
    with pytest.raises(SeriesFull):
        received(DEVICES, "360731", MONDAY, xie())
