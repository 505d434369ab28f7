"""Do the pages of 业务指导 lead from the question to the answer that every county finds?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.guidance.models import Article, Question, Training
from approvals.organisations.models import Role
from tests import people
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def asked(client) -> Question:
    given = {"item": "3-38", "title": "换壳要不要重新检测", "text": "只换外壳。"}
    given["files"] = SimpleUploadedFile("照片说明.pdf", PDF, "application/pdf")
    told = client.post(reverse("ask"), given)
    question = Question.objects.latest("pk")
    assert told.headers["Location"] == reverse("question", args=[question.pk])
    return question


def test_from_the_question_to_the_article_every_county_finds():
    county = at_desk(people.li())
    question = asked(county)
    city = at_desk(people.somebody(question.city_organ.code, Role.REVIEWER))
    assert "换壳要不要重新检测" in city.get(reverse("guidance")).content.decode()
    page = reverse("question", args=[question.pk])
    assert "照片说明.pdf" in city.get(page).content.decode()
    attachment = question.sayings.get().attachments.get()
    handed_out = city.get(reverse("question-file", args=[question.pk, attachment.pk]))
    assert (handed_out.status_code, handed_out["Cache-Control"]) == (200, "private, no-store")

    assert city.post(page, {"text": "不必重新检测。"}).status_code == 302
    assert "不必重新检测。" in county.get(page).content.decode()
    source = f"{reverse('publish-article')}?from={question.pk}"
    assert "不必重新检测。" in city.get(source).content.decode()
    given = {"item": "3-38", "kind": "ANSWER", "title": "换壳", "question": "换外壳要不要检测", "answer": "不必"}
    assert city.post(source, given).status_code == 302
    article = Article.objects.get()
    assert article.source == question

    other = at_desk(people.huang())
    assert "换壳" in other.get(reverse("known"), {"q": "外壳"}).content.decode()
    assert other.get(reverse("article", args=[article.pk])).status_code == 200
    county_s = other.post(reverse("withdraw-article", args=[article.pk]), {"why": "不对"})
    assert (county_s.status_code, "由发布单位或市协调员撤下" in county_s.content.decode()) == (403, True)
    untold = city.post(reverse("withdraw-article", args=[article.pk]), {"why": " "})
    assert untold.status_code == 422
    assert "写明撤下的原因" in untold.content.decode()
    long = city.post(reverse("withdraw-article", args=[article.pk]), {"why": "旧" * 201})
    assert (long.status_code, f'value="{"旧" * 201}"' in long.content.decode()) == (422, True)
    assert city.post(reverse("withdraw-article", args=[article.pk]), {"why": "规定改了"}).status_code == 302
    assert other.get(reverse("article", args=[article.pk])).status_code == 404
    assert other.get(page).status_code == 404
    assert other.get(reverse("question-file", args=[question.pk, attachment.pk])).status_code == 404


def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays():
    county = at_desk(people.li())
    told = county.post(reverse("ask"), {"item": "", "title": "写了标题", "text": ""})
    assert told.status_code == 422
    page = told.content.decode()
    assert "写了标题" in page
    assert "写清要问什么。" in page
    assert "写事项代码，如 3-38" in page
    assert not Question.objects.exists()


def test_a_notice_of_training_is_sent_read_and_signed():
    city = at_desk(people.zhong())
    given = {
        "title": "审查要点培训",
        "text": "周三上午九点",
        "due_on": "2099-01-05",
        "regions": ["360731"],
        "roles": ["REVIEWER"],
    }
    assert city.post(reverse("announce"), given).status_code == 302
    training = Training.objects.get()
    mine = at_desk(people.li())
    page = reverse("training", args=[training.pk])
    assert "审查要点培训" in mine.get(reverse("trainings")).content.decode()
    assert mine.post(page).status_code == 302
    assert "签收 1 /" in mine.get(page).content.decode()
    assert at_desk(people.huang()).get(page).status_code == 404


def test_what_is_known_of_an_item_stands_at_intake_and_beside_the_review():
    city = people.somebody(asked(at_desk(people.li())).city_organ.code, Role.REVIEWER)
    given = {"item": "3-38", "kind": "TYPICAL", "title": "一台起重机的移装", "question": "移装", "answer": "按移装办"}
    assert at_desk(city).post(reverse("publish-article"), given).status_code == 302

    intake = at_desk(people.xie()).get(reverse("intake"), {"item": "3-38"}).content.decode()
    assert "一台起重机的移装" in intake
    assert f"{reverse('ask')}?item=3-38" in intake
