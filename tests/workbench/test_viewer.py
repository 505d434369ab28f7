"""Are materials seen beside the review points, page by page, without the browser running anything of a file?"""

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.cases.models import Case, File
from tests import people
from tests.workbench.desks import at_desk
from tests.workbench.test_intake import PNG, typed

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
BROKEN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PAGE = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
)


def pdf(*objects: bytes, trailer: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, with a table that finds them."""
    written, places = b"%PDF-1.6\n", []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, b"".join(places))
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return written + table + end % (len(objects) + 1, trailer, len(written))


LOCKED_WITH_A_CERTIFICATE = pdf(
    *PAGE,
    b"<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /Length 128 >>",
    trailer=b"/Encrypt 4 0 R /ID [<00><00>]",
)
TABLE_BEFORE_IS_NO_TABLE = pdf(*PAGE, trailer=b"/Prev 3 0 R")


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    return typst.compile(b"#set page(width: 4cm, height: 3cm)\none\n#pagebreak()\ntwo", format="pdf")


def handed_in(client, name: str, content: bytes) -> tuple[Case, File]:
    client.post(reverse("intake"), typed() | {"upload.1": SimpleUploadedFile(name, content)})
    case = Case.objects.get()
    return case, case.materials.get(position=1).files.get()


def test_a_pdf_is_paged_as_pictures_and_a_stranger_sees_none(two_pages: bytes):
    client = at_desk(people.xie())
    case, file = handed_in(client, "申请书.pdf", two_pages)
    page = client.get(reverse("case", args=[case.number]), {"m": "1", "page": "2"}).content.decode()
    assert "2 / 2 页" in page
    assert "<iframe" not in page
    picture = client.get(reverse("case-file-page", args=[case.number, file.pk, 2]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(reverse("case-file-page", args=[case.number, file.pk, 3])).status_code == 404
    stranger = at_desk(people.huang())
    assert stranger.get(reverse("case-file-page", args=[case.number, file.pk, 1])).status_code == 404


@pytest.mark.parametrize("content", [BROKEN, LOCKED_WITH_A_CERTIFICATE, TABLE_BEFORE_IS_NO_TABLE])
def test_a_pdf_that_cannot_be_read_is_offered_as_a_download(content: bytes):
    client = at_desk(people.xie())
    case, file = handed_in(client, "申请书.pdf", content)
    page = client.get(reverse("case", args=[case.number]), {"m": "1"}).content.decode()
    assert "这种文件不能在页面里看" in page
    assert client.get(reverse("case-file-page", args=[case.number, file.pk, 1])).status_code == 404


def test_a_picture_stands_in_the_same_viewer():
    client = at_desk(people.xie())
    case, file = handed_in(client, "申请书.png", PNG)
    page = client.get(reverse("case", args=[case.number]), {"m": "1"}).content.decode()
    assert f'data-canvas="{file.pk}"' in page
    assert 'data-zoom="1"' in page
