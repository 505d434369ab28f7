"""manage.py make_ca: make the root certificate of the simulated seals, once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from approvals.documents import authority


class Command(BaseCommand):
    help = "建立模拟签章的根证书（已有则不动）。密钥在 SEAL_CA_DIR，不进数据库，须另行保管。"

    def handle(self, **options: Any) -> None:
        made = authority.make(at=timezone.now())
        self.stdout.write(f"{'已建立' if made else '已有'}：{authority.folder() / 'ca.pem'}")
