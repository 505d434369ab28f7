"""Is a file kept once, whole and under its digest, and is a wrong one refused with nothing left behind?"""

import hashlib
import io
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from approvals.documents import actions, storage
from approvals.documents.actions import FileEmpty, FileTooLarge, FileTypeMismatch, FileTypeNotAllowed, store
from approvals.documents.models import StoredFile
from approvals.documents.queries import FileMissing, open_file
from tests.documents.samples import ALL, DOC, DOCX, GIF, JPG, OFD, PDF, PNG, XLS, XLSX, compound, is_intact, zipped


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
@pytest.mark.parametrize("extension", ALL)
def test_each_allowed_kind_is_kept_under_its_digest_and_read_back(extension: str, folder: Path) -> None:
    content = ALL[extension]
    stored = store(file=io.BytesIO(content), name=f"营业执照.{extension}")
    assert stored.digest == hashlib.sha256(content).hexdigest()
    assert (stored.size, stored.extension) == (len(content), extension)
    with open_file(stored) as file:
        assert file.read() == content
    assert kept(folder) == [folder / stored.path]
    assert is_intact(stored)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "file",
    [io.BytesIO(PDF), ContentFile(PDF), SimpleUploadedFile("x.pdf", PDF, "text/plain")],
    ids=["plain", "content", "upload"],
)
def test_a_file_comes_from_anywhere_and_what_the_browser_says_of_it_does_not_matter(file) -> None:
    assert store(file=file, name="申请表.PDF").content_type == "application/pdf"


@pytest.mark.django_db
def test_the_same_content_under_another_name_is_the_same_file(folder: Path) -> None:
    one = store(file=io.BytesIO(JPG), name="照片.jpg")
    other = store(file=io.BytesIO(JPG), name="另一张.JPEG")
    assert one == other
    assert StoredFile.objects.count() == 1
    assert len(kept(folder)) == 1


@pytest.mark.django_db
def test_a_content_that_got_lost_is_put_back_when_it_comes_again(folder: Path) -> None:
    stored = store(file=io.BytesIO(PDF), name="a.pdf")
    (folder / stored.path).unlink()
    with pytest.raises(FileMissing):
        open_file(stored)
    assert store(file=io.BytesIO(PDF), name="a.pdf") == stored
    assert is_intact(stored)


REFUSED = [
    ("nothing in it", FileEmpty, b"", "申请表.pdf", "没有内容"),
    ("a kind we do not take", FileTypeNotAllowed, GIF, "动图.gif", "请转成 pdf"),
    ("no extension", FileTypeNotAllowed, PDF, "申请表", "请转成"),
    ("a program called a pdf", FileTypeMismatch, b"MZ" + bytes(64), "申请表.pdf", "不是可识别的 pdf"),
    ("a page called a pdf", FileTypeMismatch, b"<html><script>", "申请表.pdf", "不是可识别的 pdf"),
    ("a picture called a pdf", FileTypeMismatch, PNG, "申请表.pdf", "其实是 png"),
    ("a picture called another", FileTypeMismatch, PNG, "照片.jpg", "其实是 png"),
    ("a gif called a png", FileTypeMismatch, GIF, "照片.png", "不是可识别的 png"),
    ("a workbook called a letter", FileTypeMismatch, XLSX, "公函.docx", "其实是 xlsx"),
    ("an ofd called a letter", FileTypeMismatch, OFD, "公函.docx", "其实是 ofd"),
    ("an old workbook called an old letter", FileTypeMismatch, XLS, "公函.doc", "其实是 xls"),
    ("a new letter called an old one", FileTypeMismatch, DOCX, "公函.doc", "其实是 docx"),
    ("a bare archive", FileTypeMismatch, zipped("a.txt"), "公函.docx", "不是可识别的 docx"),
    ("a letter with macros", FileTypeMismatch, zipped("word/document.xml", "word/vbaProject.bin"), "公函.docx", "宏"),
    ("an encrypted letter", FileTypeMismatch, compound(["EncryptedPackage"]), "公函.docx", "密码"),
    ("a torn archive", FileTypeMismatch, DOCX[:-30], "公函.docx", "不是可识别的"),
    (
        "an archive with a forged list",
        FileTypeMismatch,
        DOCX[:-10] + b"\xff\xff\xff\x7f" + DOCX[-6:],
        "公函.docx",
        "不是",
    ),
    ("a path with a kind in a folder", FileTypeNotAllowed, PDF, "folder.pdf/passwd", "请转成"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("refusal", "content", "name", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_wrong_file_is_refused_with_advice_and_nothing_stays(
    refusal: type[Exception], content: bytes, name: str, said: str, folder: Path
) -> None:
    with pytest.raises(refusal, match=said) as raised:
        store(file=io.BytesIO(content), name=name)
    assert raised.value.status == 422
    assert name in raised.value.detail
    assert not StoredFile.objects.exists()
    assert not kept(folder)


@pytest.mark.django_db
def test_an_old_workbook_that_embeds_a_letter_may_be_called_a_workbook() -> None:
    both = compound(["Workbook", "WordDocument"])
    assert store(file=io.BytesIO(both), name="台账.xls").extension == "xls"


@pytest.mark.django_db
def test_an_archive_with_a_comment_is_still_known() -> None:
    assert store(file=io.BytesIO(zipped("word/document.xml", comment=b"WPS")), name="公函.docx").extension == "docx"


class Endless:
    """A sender that never stops, and remembers how much was taken from it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int) -> bytes:
        self.given += size
        return b"%PDF-1.7" + bytes(size - 8)


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused_before_it_is_read_to_its_end(folder: Path, settings) -> None:
    settings.MAX_FILE_BYTES = 1024 * 1024
    endless = Endless()
    with pytest.raises(FileTooLarge, match="超过 1 MB"):
        store(file=endless, name="扫描件.pdf")
    assert endless.given <= settings.MAX_FILE_BYTES + actions.CHUNK_BYTES
    assert not kept(folder)


@pytest.mark.django_db
def test_a_file_of_exactly_the_limit_is_taken(settings) -> None:
    settings.MAX_FILE_BYTES = len(DOC)
    assert store(file=io.BytesIO(DOC), name="公函.doc").size == len(DOC)


class Slices:
    """A content of some megabytes that exists only slice by slice."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int) -> bytes:
        piece = min(size, self.left)
        self.left -= piece
        return (b"%PDF-1.7".ljust(piece, b"0")) if piece else b""


@pytest.mark.django_db
def test_a_big_file_is_never_whole_in_memory() -> None:
    size = 20 * 1024 * 1024
    tracemalloc.start()
    try:
        store(file=Slices(size), name="图纸.pdf")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 10


@pytest.mark.django_db
def test_a_content_is_synced_to_disk_before_it_takes_its_place_and_before_its_row(monkeypatch, folder: Path) -> None:
    order = []
    real_sync, real_replace = storage.os.fsync, storage.os.replace
    monkeypatch.setattr(storage.os, "fsync", lambda handle: (order.append("sync"), real_sync(handle))[1])
    monkeypatch.setattr(
        storage.os,
        "replace",
        lambda source, target: (order.append(f"move, rows {StoredFile.objects.count()}"), real_replace(source, target)),
    )
    store(file=io.BytesIO(PDF), name="a.pdf")
    assert order[:2] == ["sync", "move, rows 0"]
    assert "sync" in order[2:]


@pytest.mark.django_db
def test_a_failure_on_the_disk_leaves_neither_row_nor_leftovers(monkeypatch, folder: Path) -> None:
    def full(source: object, target: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(storage.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store(file=io.BytesIO(PDF), name="a.pdf")
    assert not StoredFile.objects.exists()
    assert not kept(folder)


@pytest.mark.django_db
def test_a_storage_that_is_no_folder_works_through_its_own_save(monkeypatch) -> None:
    objects = InMemoryStorage()
    monkeypatch.setattr("approvals.documents.actions.default_storage", objects)
    monkeypatch.setattr("approvals.documents.queries.default_storage", objects)
    stored = store(file=io.BytesIO(PDF), name="a.pdf")
    assert store(file=io.BytesIO(PDF), name="b.pdf") == stored
    with open_file(stored) as file:
        assert file.read() == PDF


@pytest.fixture
def crowd(live_db) -> Iterator[list[threading.Thread]]:
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join()


def test_many_who_store_the_same_content_at_once_get_the_same_file(crowd, folder: Path) -> None:
    content = PDF + b"%" + b"x" * 200_000
    start, found, failed = threading.Barrier(8), [], []

    def one() -> None:
        start.wait()
        try:
            found.append(store(file=io.BytesIO(content), name="同一份.pdf").pk)
        except Exception as error:  # what failed in a thread must fail the test
            failed.append(error)
        finally:
            connections.close_all()

    crowd.extend(threading.Thread(target=one) for _ in range(8))
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert failed == []
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.stat().st_size for path in kept(folder)] == [len(content)]
    assert is_intact(StoredFile.objects.get(pk=found[0]))
    assert default_storage.exists(StoredFile.objects.get(pk=found[0]).path)
