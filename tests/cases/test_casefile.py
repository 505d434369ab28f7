"""Does a closed case become one readable volume, whatever was handed in with it?"""

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from approvals.audit import register
from approvals.cases import casefile, letters
from approvals.cases.bundle import pack
from approvals.cases.models import CaseFile, File
from approvals.cases.words import State
from approvals.documents import authority, bundle_check, making
from approvals.documents.actions import store
from approvals.documents.bundle_check import check
from approvals.documents.management.commands.verify_bundle import signed_by
from approvals.documents.queries import open_file
from tests.documents.samples import DOCX, PDF
from tests.factories import Story, driven, moment
from tests.people import chen, clerk_of, zhong
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
AT = moment("2026-03-02")


@pytest.fixture(autouse=True)
def files(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.CASE_FILE_WAIT_MINUTES = -1
    authority.make(at=AT)


def pdf(*, pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(842, 595)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(wide: int, high: int, form: str) -> bytes:
    out = io.BytesIO()
    Image.new("L", (wide, high), 200).save(out, form)
    return out.getvalue()


def attach(story: Story, *files: tuple[str, bytes]) -> None:
    material = story.case.materials.order_by("position").first()
    for name, content in files:
        stored = store(file=io.BytesIO(content), name=name)
        File.objects.create(material=material, stored=stored, name=name, added_at=story.at)


def volume(story: Story) -> tuple[CaseFile, PdfReader]:
    while register.enrol():
        pass
    while casefile.follow_cases(at=story.at):
        pass
    assert casefile.make_due(clock=lambda: story.at) == 1
    made = CaseFile.objects.get(case=story.case)
    assert made.standing == "MADE", made.reason
    with open_file(made.file) as file:
        return made, PdfReader(io.BytesIO(file.read()))


@pytest.fixture
def story() -> Story:
    return driven("2-30", "360731", AT, to=State.DELIVERED)


def closed(story: Story) -> Story:
    story.do(clerk_of("360731"), "ARCHIVE")
    return story


def test_the_volume_has_cover_contents_pages_of_every_file_and_the_chain_with_its_last_digest(story: Story, settings):
    settings.CASE_FILE_WAIT_MINUTES = 60
    attach(
        story,
        ("图纸.pdf", pdf(pages=3)),
        ("营业执照.jpg", picture(20_000, 20_000, "JPEG")),
        ("照片.png", picture(300, 400, "PNG")),
        ("有密码.pdf", pdf(password="secret")),
        ("坏的.pdf", PDF),
        ("说明.docx", DOCX),
    )
    closed(story)
    while register.enrol():
        pass
    casefile.follow_cases(at=story.at)
    assert casefile.letters_to_come(CaseFile.objects.get(case=story.case), at=story.at)
    while letters.follow_cases(at=story.at) + making.make_due(clock=lambda: story.at):
        pass

    made, reader = volume(story)

    assert [row["note"] for row in made.contents if "送达回证" in row["title"]] == [""]
    notes = {row["title"].split("：")[-1]: row["note"] for row in made.contents}
    assert notes["有密码.pdf"].startswith("有打开密码")
    assert notes["坏的.pdf"].startswith("文件损坏")
    assert notes["说明.docx"].startswith("不是 PDF 或图片")
    pages = {row["title"].split("：")[-1]: row["pages"] for row in made.contents}
    first = int(pages["图纸.pdf"].split("–")[0])
    assert pages["图纸.pdf"] == f"{first}–{first + 2}"
    assert (pages["营业执照.jpg"], pages["照片.png"], pages["坏的.pdf"]) == (str(first + 3), str(first + 4), "—")
    text = [page.extract_text() for page in reader.pages]
    assert story.case.number in text[0]
    assert "卷宗" in text[0].replace(" ", "")
    assert "卷内目录" in text[1]
    assert text[first - 1].strip() == f"{story.case.number}    {first} / {made.pages}"
    assert made.head == story.refresh().head
    assert made.head in text[-1].replace("\n", "")
    assert len(reader.pages) == made.pages
    assert made.signed
    assert reader.get_fields()["Seal"]["/FT"] == "/Sig"


def test_a_changed_file_row_event_or_list_of_a_bundle_is_found_and_named(story: Story, tmp_path, capsys, settings):
    attach(story, ("图纸.pdf", pdf(pages=2)))
    whole = tmp_path / "whole.zip"
    pack(case=closed(story).case, out=whole, at=story.at)
    with zipfile.ZipFile(whole) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    [drawing] = [name for name in content if name.startswith("materials/")]

    def found(name: str, before: bytes, after: bytes) -> list[tuple[str, str]]:
        assert before in content[name]
        changed = tmp_path / "changed.zip"
        with zipfile.ZipFile(changed, "w") as archive:
            for one, inside in content.items():
                archive.writestr(one, inside.replace(before, after, 1) if one == name else inside)
        return [(one["code"], one["where"]) for one in check(str(changed))["findings"]]

    assert check(str(whole))["intact"]
    assert found(drawing, b"842", b"843") == [("file-changed", drawing)]
    assert ("row-changed", "data.json party 第 1 行") in found("data.json", "康泽".encode(), "康健".encode())
    assert ("event-changed", "events.json 第 2 条") in found("events.json", b'\\"sequence\\":2', b'\\"sequence\\":9')
    assert found("manifest.json", b'"size": ', b'"size": 1')[0] == ("manifest-changed", "manifest.json")
    assert found("manifest.pdf", b"sha256:", b"SHA256 ") == []  # no signature in it is read without the authority
    with pytest.raises(SystemExit):
        call_command("verify_bundle", str(tmp_path / "changed.zip"))
    call_command("verify_bundle", str(whole), as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["intact"], told["signed_by"]) == (True, "市县联动审批平台电子签名（模拟）")
    # a list of one's own making, its digest written where the signature does not reach, must not pass for ours
    forged = json.loads(content["manifest.json"]) | {"packed_at": "2020-01-01"}
    forged["digest"] = bundle_check.digest_of(forged)
    page, own = content["manifest.pdf"], forged["digest"].encode()
    gap = page.index(b"00" * 64 + b">")
    page = page[:gap] + own + page[gap + len(own) :]
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for one, inside in (content | {"manifest.json": json.dumps(forged).encode(), "manifest.pdf": page}).items():
            archive.writestr(one, inside)
    assert [one["code"] for one in check(str(tmp_path / "forged.zip"))["findings"]] == ["signed-page-differs"]
    assert signed_by(str(whole), None, json.loads(content["manifest.json"]))
    assert not signed_by(str(tmp_path / "forged.zip"), None, forged)
    assert not signed_by(str(whole), None, forged)
    settings.PLATFORM_SIGNER = "某县行政审批专用章"
    assert not signed_by(str(whole), None, json.loads(content["manifest.json"]))
    outside = subprocess.run([sys.executable, "-I", bundle_check.__file__, str(whole)], capture_output=True, text=True)
    assert outside.returncode == 0
    assert "完好" in outside.stdout


def test_two_hundred_attachments_are_all_in_the_volume(
    story: Story,
):
    attach(story, *((f"照片{n}.png", picture(40 + n, 40, "PNG")) for n in range(200)))
    closed(story)

    made, reader = volume(story)

    assert sum("照片" in row["title"] for row in made.contents) == 200
    assert not any(row["note"] for row in made.contents if "照片" in row["title"])
    assert len(reader.pages) == made.pages > 200


def test_a_worker_that_dies_while_binding_leaves_a_lease_and_the_next_one_makes_the_same_volume_once(story: Story):
    while register.enrol():
        pass
    closed(story)
    while register.enrol():
        pass
    casefile.follow_cases(at=story.at)
    assert casefile.lease(at=story.at) is not None  # and died
    assert casefile.make_due(clock=lambda: story.at) == 0

    assert casefile.make_due(clock=lambda: story.at + timedelta(hours=2)) == 1
    assert CaseFile.objects.get(case=story.case).standing == "MADE"
    assert casefile.make_due(clock=lambda: story.at + timedelta(hours=3)) == 0


def test_no_volume_is_bound_of_a_case_that_goes_on(story: Story):
    with pytest.raises(casefile.CaseNotClosed):
        casefile.ask_for(case=story.case, at=story.at)
    assert not CaseFile.objects.filter(case=story.case).exists()


def test_a_case_file_that_failed_is_a_task_with_its_reason_and_is_bound_again_on_a_click(story: Story, monkeypatch):
    closed(story)
    monkeypatch.setattr(casefile, "bind", lambda case, at: {}["a fault of ours"])
    with pytest.raises(KeyError):
        volume(story)
    monkeypatch.undo()
    keeper = at_desk(chen())

    assert "KeyError" in keeper.get("/letters/").content.decode()
    page = keeper.get(f"/cases/{story.case.number}/?tab_of=letters").content.decode()
    assert f"/letters/{story.case.pk}/volume/" in page
    assert at_desk(zhong()).post(f"/letters/{story.case.pk}/volume/").status_code in (403, 409)
    assert keeper.post(f"/letters/{story.case.pk}/volume/").status_code == 302
    assert casefile.make_due(clock=timezone.now) == 1
    assert CaseFile.objects.get(case=story.case).standing == "MADE"
