"""Is what no page could use refused before it is read?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case
from approvals.documents.verification import MOST_BYTES
from tests import people
from tests.workbench.desks import at_desk
from tests.workbench.test_intake import typed

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
MB = 2**20


class Unread:
    """A body of any length that fails the test when somebody reads it."""

    def __init__(self, length: int) -> None:
        self.length = length

    def read(self, *_: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read

    def sent(self, client: Client, path: str):
        form = {"CONTENT_TYPE": "multipart/form-data; boundary=B", "CONTENT_LENGTH": str(self.length)}
        return client.generic("POST", path, **form | {"wsgi.input": self})


@pytest.mark.parametrize("path", ["/verify/", "/login/", "/public/progress/", "/intake/", "/admin/"])
def test_a_stranger_sends_no_more_than_a_paper_to_verify(path: str):
    answer = Unread(600 * MB).sent(Client(), path)
    assert answer.status_code == 413
    assert "一次最多提交 10 MB" in answer.content.decode()


def test_a_clerk_sends_the_papers_of_an_application_but_not_without_end(settings):
    client, pages = at_desk(people.xie()), b"%PDF-1.4\n" + b" " * (11 * MB) + b"%%EOF\n"
    client.post(reverse("intake"), typed() | {"upload.1": SimpleUploadedFile("申请书.pdf", pages)})
    assert Case.objects.get().materials.get(position=1).files.count() == 1
    answer = Unread(settings.MAX_SUBMITTED_BYTES + MB).sent(client, reverse("intake"))
    assert answer.status_code == 413
    assert "一次最多提交 200 MB" in answer.content.decode()


def test_a_file_too_large_to_verify_is_refused_from_whoever_is_logged_in_too():
    file = SimpleUploadedFile("决定书.pdf", b"%PDF-1.4\n" + b" " * MOST_BYTES)
    answer = at_desk(people.xie()).post("/verify/", {"file": file})
    assert answer.status_code == 413
    assert "只查验 10 MB 以内的文件" in answer.content.decode()
