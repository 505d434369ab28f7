"""Does the intake screen answer before it asks, lose nothing, and receive once?"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from stdnum.cn import uscc

from approvals.cases.models import Case, Event, Party
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from approvals.workbench.models import Draft
from tests import people
from tests.factories import COMPANY, USCC, Story, received
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03000006000557"
    "bfabd40000000049454e44ae426082"
)


def typed(item: str = "3-38", **changes: str) -> dict[str, str]:
    """What a clerk types for one company."""
    return {
        "item": item,
        "region": "360731",
        "once": "token-1",
        "parties.0.role": "APPLICANT",
        "parties.0.kind": "COMPANY",
        "parties.0.id_number": USCC,
        "parties.0.name": COMPANY,
        "parties.0.legal_representative": "刘敏",
        "parties.1.role": "CONTACT",
        "parties.1.name": "肖丽华",
        "parties.1.mobile": "13879702134",
        "address": "贡江镇长征大道 118 号",
        "go": "RECEIVE",
    } | changes


def whole(client, item: str = "3-38", **asked: str) -> dict[str, str]:
    """Everything the screen asks for, filled from the screen itself."""
    context = client.get(reverse("intake"), {"item": item} | asked).context
    filled = {}
    for field in context["fields"]:
        filled[field.name] = (
            field.choices[0][0]
            if field.choices
            else str(timezone.localdate())
            if field.kind == "date"
            else "13879702134"
            if "电话" in field.label
            else "62"
        )
    for paper in context["papers"]:
        filled[f"papers.{paper['position']}.tick"] = "1"
    return typed(item) | filled | asked


def test_the_screen_says_at_once_that_this_county_may_and_who_decides():
    page = at_desk(people.xie()).get(reverse("intake"), {"item": "3-38"}).content.decode()
    assert "于都县可以受理" in page
    assert "以赣州市行政审批局名义" in page
    assert "最迟" in page


def test_the_screen_names_the_nearest_miss_and_where_to_go():
    page = at_desk(people.xie()).get(reverse("intake"), {"item": "1-12"}).content.decode()
    assert "于都县不可受理" in page
    assert "只由章贡区行使" in page
    assert "没有写入任何内容" in page


@pytest.mark.parametrize("text", ["燃气", "rqjy", "3-38"])
def test_an_item_is_found_by_words_initials_and_code(text):
    assert "item=3-38" in at_desk(people.xie()).get(reverse("intake"), {"q": text}).content.decode()


def test_an_application_is_received_with_ticks_and_form():
    client = at_desk(people.xie())
    answer = client.post(reverse("intake"), whole(client))
    case = Case.objects.get()
    assert answer.url == reverse("case", args=[case.number])
    assert case.state == State.RECEIVED
    assert not case.materials.filter(status="MISSING", necessity="REQUIRED").exists()


def test_a_whole_application_is_accepted_in_one_go():
    client = at_desk(people.xie())
    page = client.post(reverse("intake"), whole(client) | {"go": "ACCEPT"}, follow=True).content.decode()
    assert Case.objects.get().state == State.REVIEW
    assert "打印受理通知书" in page


def test_what_is_missing_keeps_the_receipt_and_says_why_it_is_not_accepted():
    client = at_desk(people.xie())
    page = client.post(reverse("intake"), typed(go="ACCEPT"), follow=True).content.decode()
    assert Case.objects.get().state == State.RECEIVED
    assert "还没有受理" in page
    assert "缺材料 1" in page


def test_the_correction_notice_opens_with_every_missing_paper_named():
    client = at_desk(people.xie())
    page = client.post(reverse("intake"), typed(go="CORRECT"), follow=True).content.decode()
    assert "没有提交《燃气经营许可申请书》" in page


def test_wrong_numbers_are_said_beside_their_fields_and_nothing_typed_is_lost():
    client = at_desk(people.xie())
    wrong = typed(**{"parties.0.id_number": USCC[:-1] + "0", "parties.1.mobile": "1387970213"})
    answer = client.post(reverse("intake"), wrong | {"papers.1.tick": "1", "form.gas_kind": "天然气"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "校验位不对，对照证照重输" in page
    assert "手机号应为 11 位" in page
    assert f'value="{COMPANY}"' in page
    assert 'name="papers.1.tick" value="1" checked' in page
    assert not Case.objects.exists()


def test_an_uploaded_file_is_kept_when_the_rest_is_refused_and_attached_in_the_end():
    client = at_desk(people.xie())
    wrong = typed(**{"parties.1.mobile": "1"}) | {"upload.1": SimpleUploadedFile("申请书.png", PNG)}
    page = client.post(reverse("intake"), wrong)
    kept = page.context["papers"][0]["kept"]
    assert [name for _, name in kept] == ["申请书.png"]
    client.post(reverse("intake"), typed() | {"papers.1.files": kept[0][0], "papers.1.names": kept[0][1]})
    case = Case.objects.get()
    file = case.materials.get(position=1).files.get()
    assert case.materials.get(position=1).status == "FILE"
    shown = client.get(reverse("case-file", args=[case.number, file.pk]))
    assert shown.status_code == 200
    assert at_desk(people.huang()).get(reverse("case-file", args=[case.number, file.pk])).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_with_its_name():
    client = at_desk(people.xie())
    page = client.post(reverse("intake"), typed() | {"upload.1": SimpleUploadedFile("申请书.pdf", PNG)})
    assert page.status_code == 422
    assert "申请书.pdf" in page.content.decode()
    assert not Case.objects.exists()


def test_a_probable_duplicate_is_asked_about_before_it_is_received():
    client = at_desk(people.xie())
    client.post(reverse("intake"), typed())
    again = client.post(reverse("intake"), typed(once="token-2"))
    assert again.status_code == 409
    assert Case.objects.get().number in again.content.decode()
    client.post(reverse("intake"), typed(once="token-2", confirm_duplicate="1"))
    assert Case.objects.count() == 2


def test_a_second_press_receives_nothing_twice_and_says_which_case_it_was():
    client = at_desk(people.xie())
    client.post(reverse("intake"), typed(confirm_duplicate="1"))
    page = client.post(reverse("intake"), typed(confirm_duplicate="1"), follow=True).content.decode()
    assert Case.objects.count() == 1
    assert "没有重复登记" in page


def test_two_screens_from_one_draft_are_two_applications():
    client = at_desk(people.xie())
    client.post(reverse("intake-draft"), typed())
    pages = [client.get(reverse("intake"), {"item": "3-38"}) for _ in range(2)]
    first, second = (page.context["once"] for page in pages)
    client.post(reverse("intake"), typed(once=first))
    client.post(reverse("intake"), typed(once=second, **{"parties.0.id_number": OTHER, "parties.0.name": "乙公司"}))
    assert Case.objects.count() == 2


def test_a_screen_that_was_refused_stays_the_same_screen():
    page = at_desk(people.xie()).post(reverse("intake"), typed(**{"parties.1.mobile": "1"}))
    assert page.context["once"] == "token-1"


def test_a_draft_waits_for_its_clerk_alone_encrypted_and_goes_when_received():
    client = at_desk(people.xie())
    client.post(reverse("intake-draft"), typed())
    assert COMPANY in client.get(reverse("intake"), {"item": "3-38"}).content.decode()
    assert COMPANY not in at_desk(people.huang()).get(reverse("intake"), {"item": "3-38"}).content.decode()
    client.post(reverse("intake"), typed())
    assert not Draft.objects.exists()


def test_an_applicant_known_to_this_window_is_filled_in_and_to_another_is_not():
    received("3-38", "360731", timezone.now())
    asked = {"parties.0.id_number": USCC}
    assert COMPANY in at_desk(people.xie()).post(reverse("intake-known"), asked).content.decode()
    assert COMPANY not in at_desk(people.huang()).post(reverse("intake-known"), asked).content.decode()
    moved = at_desk(people.xie()).post(reverse("intake-known"), asked | {"parties.0.address": "红军大道 9 号"})
    assert 'value="红军大道 9 号"' in moved.content.decode()


def test_an_agent_is_an_agent_only_with_authority_and_joint_applicants_and_a_contact_are_kept():
    client = at_desk(people.xie())
    joint = {"parties.2.role": "APPLICANT", "parties.2.kind": "PERSON", "parties.2.name": "刘水生"}
    joint |= {"parties.2.id_number": "11010519491231002X", "parties.1.authority": "委托书，代为提交材料"}
    beside = {"parties.4.role": "CONTACT", "parties.4.name": "温晓琴", "parties.4.mobile": "13979712568"}
    client.post(reverse("intake"), typed(**joint, **beside))
    roles = sorted(Party.objects.values_list("role", flat=True))
    assert roles == ["AGENT", "APPLICANT", "APPLICANT", "CONTACT"]


JOINT = {
    "parties.2.role": "APPLICANT",
    "parties.2.kind": "COMPANY",
    "parties.2.name": "于都县贡江燃气有限公司",
    "parties.2.id_number": "91360731M0000000",
}


def test_who_applies_together_is_still_there_after_a_refusal_and_in_a_draft():
    client = at_desk(people.xie())
    client.post(reverse("intake-draft"), typed(**JOINT))
    again = client.post(reverse("intake"), typed(**JOINT, **{"parties.1.mobile": ""}))
    for page in (again.content.decode(), client.get(reverse("intake"), {"item": "3-38"}).content.decode()):
        assert 'name="parties.2.name" value="于都县贡江燃气有限公司"' in page
        assert 'name="parties.2.id_number" value="91360731M0000000"' in page
        assert '<details class="joint" open><summary class="linklike small">几个人一起申请' in page
    assert 'aria-describedby="f-parties-2-id_number-e"' in again.content.decode()


def test_what_is_wrong_stands_beside_the_person_it_is_about_though_rows_before_were_left_empty():
    nobody = {"parties.1.name": "", "parties.1.mobile": ""}
    page = at_desk(people.xie()).post(reverse("intake"), typed(**JOINT, **nobody))
    assert "parties.2.id_number" in page.context["errors"]
    assert not [key for key in page.context["errors"] if key.startswith("parties.1")]


def test_every_sentence_of_the_summary_leads_to_a_field_that_says_it_too():
    long = {
        "address": "址" * 201,
        "parties.0.legal_representative": "名" * 61,
        "parties.0.address": "址" * 201,
        "parties.0.kind": "MARTIAN",
        "parties.1.authority": "权" * 201,
        "parties.1.mobile": "",
        "delivery.way": "MAIL",
        "scenario.1": "YES",
    }
    page = at_desk(people.xie()).post(reverse("intake"), typed(**long, **JOINT)).content.decode()
    summary = page[page.index('role="alert"') : page.index('id="intake-form"')]
    led = re.findall(r'href="#(f-[^"]+)">([^<]+)<', summary)
    assert len(led) >= 9
    assert [goal for goal, _ in led if f'id="{goal}"' not in page] == []
    assert [words for _, words in led if page.count(words) < 2] == []


def test_somebody_who_is_no_clerk_cannot_receive():
    answer = at_desk(people.zhong()).post(reverse("intake"), typed())
    assert "不可受理" in answer.content.decode()
    assert not Case.objects.exists()


def test_an_item_that_does_not_exist_is_not_found():
    assert at_desk(people.xie()).get(reverse("intake"), {"item": "9-99"}).status_code == 404


def test_the_button_that_saves_a_draft_receives_nothing():
    client = at_desk(people.xie())
    client.post(reverse("intake"), typed(go="DRAFT"))
    assert Draft.objects.count() == 1
    assert not Case.objects.exists()


def test_the_screen_asks_for_the_scenario_and_the_form_decides_where_it_can():
    page = at_desk(people.xie()).get(reverse("intake"), {"item": "2-30"})
    shown = {row["name"]: row["show_if"] for row in page.context["papers"]}
    assert shown["锅炉能效证明文件"] == "form.equipment_class=锅炉"
    asked = [one for one in page.context["questions"] if "车用气瓶" in one["text"]]
    assert shown["机动车行驶证或机动车登记证书"] == f"scenario.{asked[0]['key']}=YES"
    assert "机动车行驶证" not in asked[0]["text"]


@pytest.mark.parametrize(("kind", "missing"), [("锅炉", True), ("电梯", False)])
def test_a_paper_the_scenario_asks_for_has_to_be_there_before_acceptance(kind: str, missing: bool):
    client = at_desk(people.xie())
    filled = whole(client, "2-30") | {"form.equipment_class": kind, "go": "ACCEPT"}
    boiler = next(p for p in client.get(reverse("intake"), {"item": "2-30"}).context["papers"] if "锅炉" in p["name"])
    filled.pop(f"papers.{boiler['position']}.tick")
    page = client.post(reverse("intake"), filled, follow=True).content.decode()
    case = Case.objects.get()
    assert (case.state == State.RECEIVED) is missing
    assert ("锅炉能效证明文件》" in page) is missing
    assert case.materials.get(position=boiler["position"]).status == ("MISSING" if missing else "NOT_APPLICABLE")


def test_a_changed_form_changes_what_is_asked_for():
    client = at_desk(people.xie())
    client.post(reverse("intake"), whole(client, "2-30") | {"form.equipment_class": "电梯"})
    story = Story(case=Case.objects.select_related("snapshot", "holder").get(), at=timezone.now())
    story.do(people.xie(), Action.AMEND, form={"equipment_class": "锅炉"})
    assert story.case.materials.get(name__startswith="锅炉").necessity == "REQUIRED"
    with pytest.raises(Incomplete, match="锅炉"):
        story.do(people.xie(), Action.ACCEPT)


def test_an_answer_is_kept_with_the_case_and_one_nobody_asked_for_is_refused():
    client = at_desk(people.xie())
    asked = client.get(reverse("intake"), {"item": "2-30"}).context["questions"][0]
    client.post(reverse("intake"), whole(client, "2-30") | {f"scenario.{asked['key']}": "NO"})
    case = Case.objects.get()
    assert case.form.scenario == [{"text": asked["text"], "answer": "NO"}]
    assert asked["text"] in client.get(reverse("case", args=[case.number]), {"tab_of": "application"}).content.decode()
    strange = client.post(
        reverse("intake"), whole(client, "2-30") | {"scenario.1": "NO", "confirm_duplicate": "1"} | {"once": "2"}
    )
    assert strange.status_code == 422
    assert Case.objects.count() == 1


OTHER = "91360731M00000001" + uscc.calc_check_digit("91360731M00000001")


def scanned(client, **changes: str) -> Case:
    """A case of the company with its first paper as a file."""
    client.post(reverse("intake"), typed(**changes) | {"upload.1": SimpleUploadedFile("申请书.png", PNG)})
    return Case.objects.latest("pk")


def test_a_paper_on_file_is_offered_to_its_window_and_used_again_by_one_tick():
    client = at_desk(people.xie())
    first = scanned(client)
    asked = {"item": "3-38", "parties.0.id_number": USCC}
    assert first.number in client.post(reverse("intake-on-file"), asked).content.decode()
    assert first.number not in at_desk(people.huang()).post(reverse("intake-on-file"), asked).content.decode()
    client.post(reverse("intake"), typed(once="2", confirm_duplicate="1", **{"papers.1.onfile": first.number}))
    second = Case.objects.exclude(pk=first.pk).get()
    file = second.materials.get(position=1).files.get()
    assert (file.from_case, file.stored) == (first.number, first.materials.get(position=1).files.get().stored)
    entered = Event.objects.get(case=second, action=Action.DRAFT)
    assert entered.data["papers_on_file"] == {"1": first.number}
    assert f"沿用办件 {first.number}" in client.get(reverse("case", args=[second.number])).content.decode()


def test_a_paper_is_no_longer_used_again_after_its_time_nor_for_another_applicant(settings):
    client = at_desk(people.xie())
    first = scanned(client)
    other = {"parties.0.id_number": OTHER, "papers.1.onfile": first.number}
    client.post(reverse("intake"), typed(once="2", **other))
    assert Case.objects.latest("pk").materials.get(position=1).status == "MISSING"
    settings.PAPERS_STAY_VALID_DAYS = -1
    asked = {"item": "3-38", "parties.0.id_number": USCC}
    assert first.number not in client.post(reverse("intake-on-file"), asked).content.decode()


def test_knowing_a_digest_attaches_nothing():
    client = at_desk(people.xie())
    digest = scanned(client).materials.get(position=1).files.get().stored.digest
    stranger = at_desk(people.huang())
    taken = {"region": "360702", "papers.1.files": digest, "papers.1.names": "申请书.png", "parties.0.id_number": OTHER}
    answer = stranger.post(reverse("intake"), typed(**taken))
    assert answer.status_code == 422
    assert "重新上传" in answer.content.decode()
    assert Case.objects.count() == 1


def test_a_moved_object_is_a_duplicate_at_its_new_place():
    client = at_desk(people.xie())
    client.post(reverse("intake"), typed())
    story = Story(case=Case.objects.select_related("snapshot", "holder").get(), at=timezone.now())
    story.do(people.xie(), Action.AMEND, place="贡江镇红军大道 9 号")
    assert client.post(reverse("intake"), typed(once="2", address="贡江镇红军大道 9 号")).status_code == 409
    assert client.post(reverse("intake"), typed(once="3")).status_code == 302


def test_where_a_zone_has_grants_of_its_own_the_screen_asks_and_the_answer_follows():
    client = at_desk(people.sitting("linxiaoming"))
    wide = client.get(reverse("intake"), {"item": "3-46"}).content.decode()
    assert "标的在" in wide
    assert "改按龙南经开区收件" in wide
    assert "服务窗口前移" in wide
    inside = {"item": "3-46", "place": "longnan-edz"}
    page = client.get(reverse("intake"), inside)
    told = page.content.decode()
    assert "龙南经开区可以受理" in told
    assert "优先于全域放权" in told
    assert page.context["answer"].mode == "直接下放"
    found = client.get(reverse("intake"), {"q": "药品经营许可（零售）", "place": "longnan-edz"}).content.decode()
    assert "item=longnan26-24&amp;place=longnan-edz" in found
    assert "longnan26-24" not in client.get(reverse("intake"), {"q": "药品经营许可"}).content.decode()
    answer = client.post(reverse("intake"), whole(client, "3-46", place="longnan-edz") | {"region": "360783"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    snapshot = Case.objects.get().snapshot
    assert (snapshot.place, snapshot.mode, snapshot.decide_level) == ("longnan-edz", "DIRECT", "COUNTY")
    elsewhere = at_desk(people.xie()).get(reverse("intake"), {"item": "3-38"}).content.decode()
    assert "intake-place" not in elsewhere
