"""Do stored files lie encrypted, open at any place, betray every change, and leave nothing behind that belongs to nobody?"""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from approvals.documents.actions import store
from approvals.documents.cipher import CHUNK, Unreadable
from approvals.documents.queries import open_file
from approvals.documents.sweeping import sweep
from tests.documents.samples import DOCX, JPG, PDF, is_intact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.FILE_KEY = "key-of-today"
    return tmp_path / "files"


def test_a_file_lies_encrypted_and_opens_at_any_place(folder: Path):
    content = b"%PDF-1.7\n" + os.urandom(3 * CHUNK)
    stored = store(file=io.BytesIO(content), name="图纸.pdf")

    lying = (folder / stored.path).read_bytes()
    assert b"%PDF" not in lying
    assert not list((folder / "incoming").iterdir())
    assert is_intact(stored)
    with open_file(stored) as file:
        file.seek(CHUNK - 5)
        assert file.read(10) == content[CHUNK - 5 : CHUNK + 5]
        file.seek(-7, os.SEEK_END)
        assert file.read() == content[-7:]
    with open_file(store(file=io.BytesIO(DOCX), name="公函.docx")) as file:
        assert "word/document.xml" in zipfile.ZipFile(file).namelist()


def test_a_changed_or_cut_file_cannot_be_read(folder: Path):
    stored = store(file=io.BytesIO(b"%PDF-1.7\n" + bytes(2 * CHUNK)), name="图纸.pdf")
    path = folder / stored.path
    lying = path.read_bytes()
    for wrong in (lying[:100] + bytes([lying[100] ^ 1]) + lying[101:], lying[: -(len(lying) % (CHUNK + 16)) or None]):
        path.write_bytes(wrong)
        with pytest.raises(Unreadable), open_file(stored) as file:
            file.read()


def test_plain_files_of_before_and_files_under_an_older_key_stay_readable(settings):
    settings.FILE_KEY = ""
    plain = store(file=io.BytesIO(PDF), name="旧.pdf")
    settings.FILE_KEY = "key-of-yesterday"
    older = store(file=io.BytesIO(JPG), name="旧.jpg")
    settings.FILE_KEY = "key-of-today, key-of-yesterday"

    assert is_intact(plain)
    assert is_intact(older)
    settings.FILE_KEY = "key-of-today"
    with pytest.raises(Unreadable, match="没有这份文件的密钥"):
        open_file(older)


def test_a_sweep_takes_old_contents_without_a_row_and_names_rows_without_a_content(folder: Path):
    kept = store(file=io.BytesIO(PDF), name="a.pdf")
    lost = store(file=io.BytesIO(JPG), name="b.jpg")
    orphan = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    young = folder / "ab" / "cd" / ("abcd" + "1" * 60)
    draft = folder / "incoming" / "tmpdraft"
    orphan.parent.mkdir(parents=True)
    for path in (orphan, young, draft):
        path.write_bytes(b"x")
    long_ago = timezone.now().timestamp() - 3 * 86_400
    for path in (orphan, draft, folder / kept.path):
        os.utime(path, (long_ago, long_ago))
    (folder / lost.path).unlink()

    found = sweep(at=timezone.now(), older=timedelta(days=1), remove=True)

    assert found.orphans == ["/".join(orphan.parts[-3:])]
    assert (found.drafts, found.missing) == (["tmpdraft"], [lost.path])
    assert (orphan.exists(), young.exists(), draft.exists()) == (False, True, False)
    assert is_intact(kept)
    assert default_storage.exists(kept.path)
