"""What stands in the log of a request? Its path, and nothing that somebody typed."""

import json
import logging

import pytest
from django.urls import reverse

from tests import people
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
PERSON = "110101199003070038"


@pytest.fixture
def lines(caplog) -> list[str]:
    """The lines of the log so far, each as the console of production writes it."""
    [console] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]

    class Written(list[str]):
        def __iter__(self):
            return iter([console.format(record) for record in caplog.records])

    caplog.set_level(logging.INFO)
    return Written()


def test_a_search_is_logged_by_its_path_alone(lines: list[str]):
    at_desk(people.zhong()).get("/", {"q": "张三丰"})
    at_desk(people.zhong()).get(reverse("public-licence"), {"number": "1", "code": "GEHEIM"})
    written = list(lines)
    asked = [json.loads(line)["request"] for line in written if '"request_started"' in line]
    assert asked == ["GET /", f"GET {reverse('public-licence')}"]
    assert not [line for line in written if "?" in line or "GEHEIM" in line or "张三丰" in line]


def test_the_number_of_an_applicant_is_asked_for_without_standing_in_the_log(lines: list[str]):
    clerk = at_desk(people.xie())
    page = clerk.get(reverse("intake"), {"item": "3-38"}).content.decode()
    for name in ("intake-known", "intake-on-file"):
        assert f'hx-post="{reverse(name)}"' in page
        asked = {"item": "3-38", "parties.0.id_number": PERSON}
        assert clerk.post(reverse(name), asked).status_code in (200, 204)
        assert clerk.get(reverse(name), asked).status_code == 405
    written = list(lines)
    assert [line for line in written if "POST /intake/known/" in line]
    assert not [line for line in written if PERSON in line]
