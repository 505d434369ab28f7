"""Does a file come in only as what it is, and go out only by its case?"""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

from approvals.documents.models import StoredFile
from tests.api.callers import Caller, problem
from tests.factories import application
from tests.people import xie
from tests.supervision.conftest import supervisor_of

pytestmark = pytest.mark.django_db
YUDU = "360731"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


def upload(caller: Caller, name: str, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return caller.browser.post("/api/v1/files", {"file": file} | fields, headers=caller.headers)


def test_a_file_is_kept_once_under_the_digest_of_its_content(window: Caller) -> None:
    first, again = upload(window, "申请书.pdf", PDF), upload(window, "另一个名字.PDF", PDF)
    assert (first.status_code, first.json()["content_type"], first.json()["size"]) == (201, "application/pdf", len(PDF))
    assert first.json()["digest"] == again.json()["digest"]
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("申请书.pdf", PNG, "file-type-mismatch"),
        ("照片.png", b"GIF89a", "file-type-mismatch"),
        ("空.pdf", b"", "file-empty"),
        ("程序.exe", b"MZ", "file-type-not-allowed"),
        ("没有扩展名", PDF, "file-type-not-allowed"),
        ("页面.html", b"<script>", "file-type-not-allowed"),
    ],
)
def test_what_is_not_what_it_says_is_not_taken(window: Caller, name: str, content: bytes, code: str) -> None:
    problem(upload(window, name, content), 422, code)
    assert not StoredFile.objects.exists()


def test_a_file_too_large_is_not_taken(window: Caller, settings: Any) -> None:
    settings.MAX_FILE_BYTES = 1000
    problem(upload(window, "大.pdf", PDF + b"x" * 1000), 422, "file-too-large")
    assert not StoredFile.objects.exists()


def test_a_body_far_too_large_is_refused_before_it_is_read(window: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    view = resolve("/api/v1/files").func.view_class
    assert view.largest_body >= configured.MAX_FILE_BYTES
    monkeypatch.setattr(view, "largest_body", 100)
    problem(upload(window, "大.pdf", PDF + b"x" * 1000), 422, "file-too-large")


def test_an_upload_without_a_file_or_without_multipart(window: Caller) -> None:
    told = problem(window.browser.post("/api/v1/files", {"other": "x"}, headers=window.headers), 422, "invalid")
    assert list(told["errors"]) == ["file"]
    problem(window.post("files", {"file": "x"}), 415, "unsupported-media-type")
    broken = window.browser.post(
        "/api/v1/files", b"nonsense", content_type="multipart/form-data; boundary=x", headers=window.headers
    )
    assert broken.status_code in (400, 422)


def test_only_who_handles_cases_uploads(window: Caller) -> None:
    problem(upload(Caller(supervisor_of("360731-LY-J")), "申请书.pdf", PDF), 403, "not-permitted")
    problem(upload(Caller(xie(), scope="read"), "申请书.pdf", PDF), 403, "scope-missing")


def test_a_file_is_put_into_a_material_read_back_and_replaced(window: Caller) -> None:
    number = window.register(application("1-7", YUDU)).json()["number"]
    old, new = (upload(window, "a.pdf", PDF + extra).json()["digest"] for extra in (b"", b"\n"))
    for digest in (old, new):
        window.does(number, "amend", papers=[{"position": 1, "status": "FILE", "files": [digest], "names": ["申请书"]}])
    paper = window.get(f"cases/{number}/materials").json()["materials"][0]
    assert [(file["digest"], file["replaced_at"] is None) for file in paper["files"]] == [(old, False), (new, True)]
    answer = window.browser.get(paper["files"][1]["href"], headers=window.headers | {"Accept": "application/pdf"})
    assert b"".join(answer.streaming_content) == PDF + b"\n"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "%E7%94%B3%E8%AF%B7%E4%B9%A6.pdf" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_a_digest_nobody_uploaded_is_no_material(window: Caller) -> None:
    number = window.register(application("1-7", YUDU)).json()["number"]
    papers = [{"position": 1, "status": "FILE", "files": ["0" * 64]}]
    told = problem(window.act(number, "amend", papers=papers), 422, "invalid")
    assert "重新上传" in told["detail"]
