"""manage.py verify_document FILE: is this PDF one of ours, unchanged, and by whom was it signed?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.documents.verification import verify
from approvals.errors import Refused

MOST_BYTES = 1024**3  # at our own desk; strangers upload less


class Command(BaseCommand):
    help = "查验一份 PDF：签章是否完整、由谁何时签、是否与本平台的发文登记一致。不真实时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: Path, as_json: bool, **options: Any) -> None:
        try:
            answer = verify(file.read_bytes(), at=timezone.now(), most=MOST_BYTES)
        except OSError as error:
            raise CommandError(f"读不到 {file}：{error.strerror}") from error
        except Refused as refusal:
            raise CommandError(refusal.detail) from refusal
        letter, ending = answer.letter, answer.ending
        told = {
            "finding": answer.finding.value,
            "text": answer.finding.label,
            "intact": answer.intact,
            "unchanged": answer.unchanged,
            "trusted": answer.trusted,
            "certificate_valid": answer.certificate_valid,
            "signer": answer.signer,
            "signed_at": answer.signed_at.isoformat() if answer.signed_at else None,
            "sha256": answer.digest,
            "number": letter.number if letter else None,
            "title": letter.title if letter else None,
            "organ": letter.organ.name if letter else None,
            "other": answer.other or None,
            "ended_on": ending.since.isoformat() if ending and not ending.yet else None,
            "ended_because": ending.because if ending and not ending.yet else None,
            "replaced_by": ending.replaced_by.number if ending and ending.replaced_by else None,
        }
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(f"{answer.finding.label}\nSHA-256 {answer.digest}")
            if answer.signer:
                self.stdout.write(f"签章：{answer.signer}，{told['signed_at']}")
            if letter:
                self.stdout.write(f"登记：{letter.organ.name}《{letter.title}》{letter.number}，{letter.issued_on}")
            if answer.other:
                self.stdout.write(f"登记：{answer.other}")
            if ending:
                self.stdout.write(f"本文书{ending.words}。")
        if not answer.good:
            raise SystemExit(1)
