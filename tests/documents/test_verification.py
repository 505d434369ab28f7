"""Does everybody find out what is ours, what was changed, and what is somebody else's?"""

import io
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.db.models.functions import Length
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from approvals.audit import register
from approvals.documents import authority, making
from approvals.documents.letters import issue
from approvals.documents.models import Letter, Seal
from approvals.documents.queries import open_file
from approvals.documents.samples import CONTENT
from approvals.documents.verification import Finding, verify
from approvals.documents.verify import findings
from approvals.organisations.models import Organ

pytestmark = pytest.mark.django_db
AT = timezone.now()


@pytest.fixture
def paper() -> tuple[Letter, bytes]:
    """A real refusal with everything a hostile name can bring, signed and kept."""
    authority.make(at=AT)
    with transaction.atomic():
        letter = issue(
            kind="REFUSAL",
            organ=Organ.objects.get(code="360731-SPJ"),
            subject="GZ1",
            data=CONTENT["REFUSAL"] | {"to": '#read("/etc/passwd") {{ x }} 𠮷䶮㐂𬱖 *粗* $x$ @引 <标>'},
            at=AT,
            key="GZ1/1",
        )
    making.make_due(clock=lambda: AT)
    letter.refresh_from_db()
    assert letter.file is not None, letter.reason
    with open_file(letter.file) as file:
        return letter, file.read()


def test_our_own_paper_is_genuine_and_says_whose_it_is(paper):
    letter, content = paper

    answer = verify(content, at=AT)

    assert (answer.finding, answer.letter) == (Finding.GENUINE, letter)
    assert answer.signer == "于都县行政审批局行政审批受理专用章（模拟）"
    assert answer.intact
    assert answer.trusted
    assert answer.certificate_valid
    assert not verify(content, at=AT + timedelta(days=365 * 6)).certificate_valid


def test_every_seal_of_the_register_gets_a_certificate_however_long_its_name(settings, tmp_path):
    settings.SEAL_CA_DIR = str(tmp_path)
    authority.make(at=AT)
    longest = Seal.objects.annotate(length=Length("name")).order_by("-length")[0]
    assert len(f"{longest.name}（模拟）".encode()) > 64

    for code, name in ((longest.code, longest.name), ("ends-anywhere", "某" * 80)):
        held = x509.load_pem_x509_certificate(authority.certified(code, name, at=AT)).subject
        assert held.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value.endswith("（模拟）")
        assert held.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == f"{name[:60]}（模拟）"


def test_what_a_person_wrote_stands_on_the_paper_as_written(paper):
    text = PdfReader(io.BytesIO(paper[1])).pages[0].extract_text().replace("\n", "")

    assert '#read("/etc/passwd") {{ x }} 𠮷䶮㐂𬱖 *粗* $x$ @引 <标>' in text
    assert paper[0].number in text


def test_a_changed_byte_an_added_page_and_an_empty_signature_are_each_told(paper):
    content = bytearray(paper[1])
    content[len(content) // 3] ^= 1
    assert verify(bytes(content), at=AT).finding in (Finding.ALTERED, Finding.UNREADABLE)

    writer = PdfWriter(io.BytesIO(paper[1]), incremental=True)
    writer.add_blank_page()
    added = io.BytesIO()
    writer.write(added)
    assert verify(added.getvalue(), at=AT).finding == Finding.ALTERED

    plain = PdfWriter()
    plain.add_blank_page(100, 100)
    unsigned = io.BytesIO()
    plain.write(unsigned)
    assert verify(unsigned.getvalue(), at=AT).finding == Finding.UNSIGNED
    assert verify(b"%PDF-1.7 not really", at=AT).finding == Finding.UNREADABLE


def test_a_paper_of_another_authority_is_not_trusted(paper, settings, tmp_path):
    settings.SEAL_CA_DIR = str(tmp_path)
    authority.make(at=AT)

    assert verify(paper[1], at=AT).finding == Finding.UNTRUSTED


@pytest.mark.poppler
def test_the_command_and_poppler_agree(paper, tmp_path: Path, capsys):
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper[1])

    call_command("verify_document", path, as_json=True)
    told = json.loads(capsys.readouterr().out)
    seen = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout

    assert (told["finding"], told["number"]) == ("GENUINE", paper[0].number)
    assert "Signature is Valid" in seen
    assert "Total document signed" in seen
    assert "ETSI.CAdES.detached" in seen


def test_anybody_may_upload_a_paper_or_follow_its_code(paper):
    browser, letter = Client(), paper[0]

    uploaded = browser.post("/verify/", {"file": SimpleUploadedFile("a.pdf", paper[1])}).content.decode()
    followed = browser.get(f"/verify/{letter.code.lower()}/").content.decode()

    assert "真实：内容完整" in uploaded
    assert letter.number in uploaded
    assert letter.number in followed
    assert browser.get("/verify/AAAAAAAAAAAAAAAA/").status_code == 404
    assert browser.post("/verify/").status_code == 422


def test_an_address_that_asks_too_often_waits(paper, settings):
    settings.VERIFICATIONS_PER_ADDRESS = 1
    browser = Client(REMOTE_ADDR="198.51.100.7")

    assert [browser.get(f"/verify/{paper[0].code}/").status_code for _ in range(2)] == [200, 429]


def test_a_changed_log_of_seal_uses_is_found(paper):
    register.enrol(limit=10_000)
    assert list(findings()) == []

    Letter.objects.filter(pk=paper[0].pk).update(data_digest="0" * 64)

    assert [paper[0].number in one.where for one in findings()] == [True]
