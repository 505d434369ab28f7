"""manage.py verify_bundle FILE: is a case's bundle still what was packed, and who signed its list? Needs no database."""

import json
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.documents.authority import NoAuthority
from approvals.documents.bundle_check import SIGNED, NoBundle, check, report
from approvals.documents.sealing import service
from approvals.documents.signatures import signer_of


class Command(BaseCommand):
    help = "核验办件数据包，列出被改动的文件、行或记录，核对清单的签名；有改动或签名不对退出码为 1。不读数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="数据包 .zip")
        parser.add_argument("--ca", type=Path, help="信任的根证书（PEM）；默认本平台的")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: str, ca: Path | None, as_json: bool, **options: Any) -> None:
        try:
            found = check(file)
            found["signed_by"] = signed_by(file, ca, found) if found["signed_page"] else ""
        except NoBundle as wrong:
            raise CommandError(str(wrong), returncode=2) from wrong
        except (NoAuthority, OSError, ValueError) as wrong:
            raise CommandError(f"没有可用的根证书，签名没有核对：{wrong}", returncode=2) from wrong
        unsigned = (
            "清单没有签名" if not found["signed_page"] else "清单的签名不对，签的不是这份清单，或者签名人不是平台"
        )
        signed = f"清单由 {found['signed_by']} 签名" if found["signed_by"] else unsigned
        self.stdout.write(json.dumps(found, ensure_ascii=False) if as_json else f"{report(found)}\n{signed}。")
        if not found["intact"] or (found["signed_page"] and not found["signed_by"]):
            raise SystemExit(1)


def signed_by(file: str, ca: Path | None, found: dict[str, Any]) -> str:
    """Who signed the page that bears the digest of this list: the platform; nothing where it was anybody else."""
    roots = [ca.read_bytes()] if ca else service().roots()
    with zipfile.ZipFile(file) as archive:
        page = archive.read(SIGNED)
    signer = signer_of(page, roots=roots, title=f"办件数据包清单 {found['number']} sha256:{found['digest']}")
    return signer if signer.removesuffix("（模拟）") == settings.PLATFORM_SIGNER else ""
