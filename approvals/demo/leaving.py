"""What does the demonstration leave in the hand? Of each case decision, licence, case file and bundle, all verified.

The papers are made by the background processes, as everywhere; here they are waited for, checked, and put into a folder.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone

from approvals.cases.bundle import pack
from approvals.cases.models import CaseFile
from approvals.cases.words import State
from approvals.demo.lead import Lead
from approvals.documents import bundle_check
from approvals.documents.models import Letter, StoredFile
from approvals.documents.queries import open_file
from approvals.documents.sealing import service
from approvals.documents.verification import verify
from approvals.errors import Refused

SHOWN = {"GRANT": "decision", "LICENCE": "licence"}
MOST_BYTES = 1024**3
Say = Callable[[str], None]


class NoPapers(Refused):
    code = "demo-no-papers"
    title = "文书没有在时限内制成"


class NotVerified(Refused):
    code = "demo-not-verified"
    title = "留下的文件没有通过核验"


def left(
    leads: list[Lead], say: Say, still_alive: Callable[[], None], *, patience: float, out: Path | None
) -> list[list[dict[str, Any]]]:
    """The verified papers of each case, as plain JSON; kept in `out` where one is given. Raises NoPapers, NotVerified."""
    wait = Waiting(still_alive, patience)
    for lead in leads:
        wait.until(partial(_made, lead), partial(_missing, lead))
        if out is not None:
            lead.on_to(State.ARCHIVED)
    found = []
    for lead in leads:
        with tempfile.TemporaryDirectory() as scratch:
            told = list(_papers(lead, out or Path(scratch)))
            if out is not None:
                wait.until(partial(_volume, lead), lambda: "卷宗")
                told += _case(lead, out)
        say(f"{lead.case.number}　" + "、".join(one["what"] for one in told) + "：均已核验")
        found.append([one | {"file": str(one["file"]) if out else None} for one in told])
    if out is not None:
        (out / "ca.pem").write_bytes(b"".join(service().roots()))
        say(f"决定书、证照、卷宗、数据包和签章根证书 ca.pem 在 {out.resolve()}")
    return found


class Waiting:
    """Patience for one thing after another. Raises NoPapers."""

    def __init__(self, still_alive: Callable[[], None], patience: float) -> None:
        self.still_alive, self.patience = still_alive, patience

    def until(self, true: Callable[[], Any], what: Callable[[], str]) -> None:
        end = time.monotonic() + self.patience
        while not true():
            if time.monotonic() > end:
                raise NoPapers(f"{self.patience:.0f} 秒内没有等到{what()}；看后台任务的日志。")
            self.still_alive()
            time.sleep(0.1)


def _made(lead: Lead) -> bool:
    """Whether everything this case owed is made, the record of service last."""
    letters = Letter.objects.filter(subject=lead.case.number)
    served = letters.filter(kind="SERVICE_RECORD").exists()
    return served and not letters.exclude(state=Letter.State.MADE).exists()


def _missing(lead: Lead) -> str:
    late = Letter.objects.filter(subject=lead.case.number).exclude(state=Letter.State.MADE)
    told = "、".join(f"{one.number}（{one.get_state_display()}{one.reason}）" for one in late)
    return f" {lead.case.number} 的{told or '送达回证'}"


def _volume(lead: Lead) -> StoredFile | None:
    bound = CaseFile.objects.select_related("file").filter(case=lead.case, standing=CaseFile.Standing.MADE).first()
    return bound.file if bound else None


def _papers(lead: Lead, folder: Path) -> Iterator[dict[str, Any]]:
    letters = Letter.objects.select_related("file").filter(subject=lead.case.number, kind__in=SHOWN).order_by("pk")
    for letter in letters:
        assert letter.file is not None
        path = _copied(letter.file, folder / f"{lead.case.snapshot.mode.lower()}-{SHOWN[letter.kind]}.pdf")
        yield {"what": letter.title, "name": letter.number, "file": path, "found": _verified(path)}


def _case(lead: Lead, folder: Path) -> Iterator[dict[str, Any]]:
    mode, volume = lead.case.snapshot.mode.lower(), _volume(lead)
    assert volume is not None
    path = _copied(volume, folder / f"{mode}-case-file.pdf")
    yield {"what": "卷宗", "name": lead.case.number, "file": path, "found": _verified(path)}
    path = folder / f"{mode}-bundle.zip"
    pack(case=lead.case, out=path, at=timezone.now())
    found = bundle_check.check(str(path))
    if not found["intact"]:
        raise NotVerified(bundle_check.report(found))
    told = f"完好，文件 {found['files']} 份、记录 {found['events']} 条"
    yield {"what": "数据包", "name": lead.case.number, "file": path, "found": told}


def _copied(stored: StoredFile, path: Path) -> Path:
    with open_file(stored) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path


def _verified(path: Path) -> str:
    """What our own check and, where there is one, poppler's say of a PDF. Raises NotVerified."""
    answer = verify(path.read_bytes(), at=timezone.now(), most=MOST_BYTES)
    if not answer.good:
        raise NotVerified(f"{path.name}：{answer.finding.label}")
    if shutil.which("pdfsig") is None:
        return answer.finding.label
    seen = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    if "Signature is Valid" not in seen or "Total document signed" not in seen:
        raise NotVerified(f"{path.name}：pdfsig 没有认可签名。{seen[-300:]}")
    return f"{answer.finding.label}；pdfsig 认可签名"
