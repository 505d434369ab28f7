"""Do agreements and legal documents get on file with their papers, and does only a party read a signed one?"""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from approvals.catalogue.models import Agreement, CatalogueRecord, Delegation, LegalDocument
from approvals.catalogue.queries import jurisdiction_of
from approvals.organisations.models import User
from tests.workbench.test_catalogue_pages import drafted, sitting_at, text, xiao, yang

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
DOCUMENT = {
    "number": "赣市府办发〔2026〕99号",
    "title": "示例：调整部分事项放权方式的通知",
    "issuer": "赣州市人民政府办公室",
    "issued_on": "2026-01-05",
}


def paper(name: str = "协议.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def today() -> date:
    return timezone.localdate()


def made(number: str = "承接-示例-1") -> Agreement:
    given = {"number": number, "city_unit": "360700-SPJ", "region": "360731", "effective_from": today().isoformat()}
    assert xiao().post("/catalogue/agreements/", given).status_code == 302
    return Agreement.objects.get(number=number)


def test_an_agreement_is_registered_signed_with_its_paper_announced_and_ended():
    one = made()
    address = f"/catalogue/agreements/{one.pk}/"
    again = xiao().post("/catalogue/agreements/", {"number": one.number, "city_unit": "360700-SPJ"})
    assert again.status_code == 422
    assert "已有编号为" in text(again)
    signing = {"act": "sign", "signed_on": today().isoformat()}
    assert "附上已签的协议文本" in text(xiao().post(address, signing))
    told = text(xiao().post(address, signing | {"file": paper(content=b"MZ\x90not a pdf")}))
    assert "内容" in told
    assert xiao().post(address, signing | {"file": paper()}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.file.content_type) == ("SIGNED", "application/pdf")
    assert "已有已签的文本" in text(xiao().post(address, {"act": "attach", "file": paper()}))
    announced = {"act": "save", "announced_on": today().isoformat(), "announcement_url": "https://example.gov.cn/1"}
    assert xiao().post(address, announced).status_code == 302

    # what rests on it applies until its last day, and not after
    given = {
        "items": "2-30",
        "region": ["360731"],
        "mode": "SUBSTANTIVE",
        "act": "grant",
        "document": "赣市府办发〔2022〕7号",
    }
    given |= {"effective_from": (today() + timedelta(days=1)).isoformat(), "file": paper("文件.pdf")}
    assert yang().post("/catalogue/editions/2022/delegations/", given).status_code == 302
    assert Delegation.objects.get(agreement=one).item.code == "2-30"
    assert LegalDocument.objects.get(number="赣市府办发〔2022〕7号").file.content_type == "application/pdf"
    again = given | {"effective_from": "9999-12-31", "file": paper("文件.pdf")}
    assert "年份应在" in text(yang().post("/catalogue/editions/2022/delegations/", again))
    again |= {"items": "3-38", "mode": "DIRECT", "effective_from": given["effective_from"]}
    again |= {"file": paper("另一份.pdf", PDF + b"\n%other")}
    grants = Delegation.objects.count()
    assert "不能调换" in text(yang().post("/catalogue/editions/2022/delegations/", again))
    assert Delegation.objects.count() == grants
    last = today() + timedelta(days=10)
    ending = {"act": "end", "effective_to": last.isoformat(), "reason": "双方同意"}
    assert xiao().post(address, ending | {"effective_to": "2022-07-02"}).status_code == 422
    assert xiao().post(address, ending).status_code == 302
    assert jurisdiction_of(item="2-30", region="360731", on=last).mode == "SUBSTANTIVE"
    after = jurisdiction_of(item="2-30", region="360731", on=last + timedelta(days=1))
    assert (after.delegated, after.lacks_agreement) == (False, True)
    kept = CatalogueRecord.objects.filter(stream=f"agreement/{one.pk}").order_by("sequence")
    assert list(kept.values_list("act", flat=True)) == ["REGISTERED", "AGREED", "SAVED", "RESCINDED"]
    assert "双方同意" in text(xiao().get(address))


def test_a_signed_paper_is_read_by_its_parties_and_made_by_its_unit_only():
    one = made("承接-示例-2")
    address = f"/catalogue/agreements/{one.pk}/"
    xiao().post(address, {"act": "sign", "signed_on": today().isoformat(), "file": paper()})
    for person, status in (
        ("xiaojiangnan", 200),  # the unit's item admin
        ("yangshanming", 200),  # coordinator of the city
        ("yangwenhua", 200),  # coordinator of the region
        ("wenweiguo", 404),  # item admin of another unit
        ("xiexiaolan", 404),  # a clerk
    ):
        assert sitting_at(person).get(f"{address}file/").status_code == status, person
    answer = xiao().get(f"{address}file/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert sitting_at("yangwenhua").post(address, {"act": "end"}).status_code in (403, 422)
    others = {"number": "承接-3", "city_unit": "360700-SPJ", "region": "360731", "effective_from": "2026-03-01"}
    assert sitting_at("wenweiguo").post("/catalogue/agreements/", others).status_code == 403


def test_a_document_is_registered_with_its_original_and_stays_once_a_list_rests_on_it():
    assert xiao().post("/catalogue/documents/", DOCUMENT | {"number": ""}).status_code == 422
    assert xiao().post("/catalogue/documents/", DOCUMENT | {"file": paper("原文.pdf")}).status_code == 302
    one = LegalDocument.objects.get(number=DOCUMENT["number"])
    assert (one.effective_from, one.file.extension) == (date(2026, 1, 5), "pdf")
    address = f"/catalogue/documents/{one.pk}/"
    assert xiao().post(address, {"title": "示例：更正的标题"}).status_code == 302
    edition = drafted()
    given = {"items": "2-30", "region": ["360731"], "mode": "DIRECT", "act": "grant", "document": one.number}
    given |= {"effective_from": edition.effective_from.isoformat()}
    assert xiao().post("/catalogue/editions/try-1/delegations/", given).status_code == 302
    assert "直接下放 1 条" in text(xiao().get(address))
    assert xiao().get(f"{address}file/").status_code == 200
    used = LegalDocument.objects.get(number="赣市府办发〔2022〕7号")
    ended = {"items": "2-30", "region": ["360731"], "act": "end", "reason": "示例"}
    grants = "/catalogue/editions/try-1/delegations/"
    assert "哪一份文件" in text(xiao().post(grants, ended | {"end_file": paper()}))
    assert xiao().post(grants, ended | {"end_document": used.number, "end_file": paper()}).status_code == 302
    used.refresh_from_db()
    assert used.file.extension == "pdf"
    xiao().post(f"/catalogue/documents/{used.pk}/", {"title": "改了标题", "effective_to": ""})
    used.refresh_from_db()
    assert used.title.startswith("赣州市推行")
    county = User.objects.get(username="yangwenhua").username
    assert sitting_at(county).post("/catalogue/documents/", DOCUMENT | {"number": "另一号"}).status_code == 403
