"""manage.py bundle NUMBER --out FILE.zip: pack a case with its files, data, chain and letters for somebody outside."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.cases.bundle import pack
from approvals.cases.models import Case
from approvals.errors import Refused


class Command(BaseCommand):
    help = "把一件办件连同文件、数据、办理记录和文书打成一个可独立核验的数据包。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="办件编号")
        parser.add_argument("--out", required=True, type=Path, help="写到哪个 .zip 文件")
        parser.add_argument(
            "--identities", action="store_true", help="连同证件号码、手机和邮寄的收件人、电话、地址（默认不带）"
        )

    def handle(self, *, number: str, out: Path, identities: bool, **options: Any) -> None:
        case = Case.objects.filter(number=number).first()
        if case is None:
            raise CommandError(f"没有 {number} 这个办件；核对编号。")
        try:
            manifest = pack(case=case, out=out, at=timezone.now(), identities=identities)
        except Refused as refusal:
            raise CommandError(f"{refusal.title}：{refusal.detail}") from refusal
        self.stdout.write(
            f"已打包 {out}：文件 {len(manifest['files'])} 份，记录 {manifest['events']} 条；清单摘要 {manifest['digest']}。"
        )
