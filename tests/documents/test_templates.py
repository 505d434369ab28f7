"""Does every kind of letter come out complete on its sample, and does a template change only by a new version?"""

import io

import pytest
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from approvals.documents import drafts
from approvals.documents.kinds import KINDS
from approvals.documents.models import LetterTemplate
from approvals.documents.samples import CONTENT, sample
from approvals.documents.typesetting import NotTypeset, typeset
from tests.documents.rendered import ink_of

AT = timezone.now()
REMEDIES = "自收到本文书之日起60日内向赣州市人民政府申请行政复议"
MUST_SAY = {
    "RECEIPT": ["查询码7KQ2M9XA", "最迟于2026年3月9日", "营业执照", "经办人：谢小兰"],
    "CORRECTION_NOTICE": ["第三十二条第一款第四项", "平面图没有标明冷库位置", "2026年3月23日前"],
    "CORRECTION_RECEIPT": ["已交新平面图一份", "2026年3月17日"],
    "ACCEPTANCE_NOTICE": ["受理之日为2026年3月4日", "10个工作日", "最迟2026年4月1日", "监督电话：12345"],
    "REFUSAL": ["请向江西省药品监督管理局申请", REMEDIES, "6个月内依法向赣州市章贡区人民法院"],
    "NOT_REQUIRED": ["不需要取得行政许可"],
    "SITE_RECORD": ["李建平、曾小春", "冷库运行正常"],
    "HEARING_NOTICE": ["第三十六条", "5个工作日内"],
    "PAUSE_NOTICE": ["专家评审", "约15个工作日", "第四十五条"],
    "EXTENSION_NOTICE": ["第四十二条", "延长10个工作日", "2026年4月15日"],
    "OPINION": ["建议准予", "质量负责人具本科学历"],
    "FORWARDING": ["第三十五条", "建议准予", "何卫东"],
    "RETURN_SLIP": ["第1次", "不得要求申请人重复提供申请材料"],
    "GRANT": ["准予行政许可", "《医疗器械监督管理条例》第四十二条", "有效期自2026年3月16日至2031年3月15日"],
    "DENIAL": ["不予行政许可", "第三十八条第二款", REMEDIES, "全国行政复议服务平台"],
    "FILING": ["予以备案"],
    "FILING_DECLINED": ["不予备案", REMEDIES],
    "PRIOR_NOTICE": ["陈述和申辩", "5个工作日内"],
    "LICENCE_ORDER": ["注销许可证", REMEDIES],
    "WITHDRAWAL": ["办理终结"],
    "TERMINATION": ["逾期未补正", REMEDIES],
    "LICENCE": ["赣虔食药监械经营许20260012号", "91360731MA35XY7T12", "2026年3月16日至2031年3月15日", "第2版（变更）"],
    "SERVICE_RECORD": ["窗口领取", "2026年3月18日", "刘敏"],
    "REPORT_SLIP": ["予报备", "于都行审准字〔2026〕12号"],
    "PUSH_SLIP": ["请认领", "于都县市场监督管理局"],
    "MONTHLY_REPORT": ["97.5%"],
}


HOLDER = {"name": "", "id_label": "", "id_number": "", "legal_representative": "", "address": ""}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


def test_every_kind_has_a_sample_and_says_what_it_must():
    assert set(KINDS) == set(CONTENT) == set(MUST_SAY)

    silent = {}
    for kind, must in MUST_SAY.items():
        content = sample(kind)
        text = text_of(typeset(drafts.shipped(kind), content).pdf)
        said = [*must, content["letter"]["number"], content["letter"]["title"], "SAMP-LE23-4567-8999"]
        if missing := [one for one in said if one.replace(" ", "") not in text]:
            silent[kind] = missing
    assert silent == {}


@pytest.mark.poppler
@pytest.mark.parametrize("kind", ["GRANT", "DENIAL", "ACCEPTANCE_NOTICE", "LICENCE"])
def test_a_letter_looks_as_it_did(kind: str):
    """Ink per cell of a coarse grid: a shifted block or a lost seal line shows, a smoother edge does not."""
    seen = ink_of(typeset(drafts.shipped(kind), sample(kind)).pdf)
    golden = Image.open(f"tests/documents/golden/{kind}.png")

    worst = max(abs(a - b) for a, b in zip(seen.tobytes(), golden.tobytes(), strict=True))
    assert worst <= 24


def test_a_name_of_sixty_characters_and_many_papers_still_make_a_proper_letter():
    papers = [CONTENT["RECEIPT"]["papers"][0] | {"position": n} for n in range(1, 26)]
    content = sample("ACCEPTANCE_NOTICE") | {"to": "某" * 60, "papers": papers}
    content["letter"] |= {"organ": "赣州市文化广电新闻出版旅游局" + "某" * 16}

    sheet = typeset(drafts.shipped("ACCEPTANCE_NOTICE"), content)

    assert sheet.spot is not None
    assert (sheet.pages, sheet.spot.page) == (2, 1)


def test_a_licence_bears_whatever_was_applied_for_on_as_many_pages_as_it_takes():
    hostile = '#read("/etc/passwd") {{ x }} 𠮷䶮㐂𬱖 *粗* $x$ @引 <标> \\'
    content = sample("LICENCE") | {
        "conditions": hostile,
        "holders": [{**HOLDER, "name": name} for name in ("某" * 60, "甲")],
    }
    content["facts"] += [{"label": "许可范围", "value": "很长的范围、" * 150}]
    content["letter"] |= {"organ": "赣州市文化广电新闻出版旅游局" + "某" * 16, "replaces": "赣市行审证字〔2026〕1号"}

    sheet = typeset(drafts.shipped("LICENCE"), content)

    assert sheet.spot is not None
    assert sheet.pages == sheet.spot.page > 1
    text = text_of(sheet.pdf)
    assert hostile.replace(" ", "") in text
    assert "代替赣市行审证字〔2026〕1号" in text
    bare = {"holders": [HOLDER], "facts": [], "valid_from": None, "valid_to": None, "version": 1}
    assert "长期有效" in text_of(typeset(drafts.shipped("LICENCE"), content | bare).pdf)
    with pytest.raises(NotTypeset, match="U\\+202E"):
        typeset(drafts.shipped("LICENCE"), content | {"holders": [{**HOLDER, "name": "abc\u202e"}]})


def test_a_template_cannot_read_files_or_fetch_packages():
    for source in ('#read("/etc/hostname")', '#import "@preview/cetz:0.2.2"', "#let x = nothing"):
        with pytest.raises(NotTypeset):
            typeset(source, {"letter": {}})


@pytest.mark.django_db
def test_a_draft_is_published_only_when_its_sample_is_set_and_then_never_changes():
    draft = drafts.draft_of("REFUSAL")
    draft.source += "\n#panic()"
    draft.save()
    with pytest.raises(NotTypeset):
        drafts.publish(draft, at=AT)

    draft.source = draft.source.replace("\n#panic()", "\n// 本局版式")
    draft.save()
    drafts.publish(draft, at=AT)

    assert list(LetterTemplate.objects.filter(kind="REFUSAL").order_by("version").values_list("status", flat=True)) == [
        "RETIRED",
        "PUBLISHED",
    ]
    with pytest.raises(drafts.TemplatePublished):
        drafts.publish(draft, at=AT)


@pytest.mark.django_db
def test_templates_are_managed_where_only_drafts_can_be_edited(admin_client):
    template = LetterTemplate.objects.get(kind="REFUSAL", status="PUBLISHED")
    address = "/admin/documents/lettertemplate/"

    tried = admin_client.post(address, {"action": "try_out", "_selected_action": [template.pk]})
    admin_client.post(address, {"action": "new_draft", "_selected_action": [template.pk]})

    assert tried["Content-Type"] == "application/pdf"
    assert LetterTemplate.objects.filter(kind="REFUSAL", status="DRAFT").count() == 1
    assert 'name="source"' not in admin_client.get(f"{address}{template.pk}/change/").content.decode()
