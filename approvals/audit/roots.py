"""What was the register's head at the end of a day? The root is kept, append-only, and exported outside the database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.db import transaction

from approvals.audit.chain import GENESIS
from approvals.audit.models import DailyRoot, RegisterHead


def keep_root(*, on: date, folder: Path) -> DailyRoot:
    """Keep and export the root of a day once; asked again, only what was lost of the export is made up for.

    The file is one JSON line a day in `folder`/roots.jsonl; copy it to where the database's owner cannot write.
    """
    with transaction.atomic(durable=True):
        head = RegisterHead.objects.select_for_update().filter(pk=1).first()
        root, _ = DailyRoot.objects.get_or_create(
            day=on, defaults={"position": head.position if head else 0, "digest": head.digest if head else GENESIS}
        )
    line = json.dumps({"day": on.isoformat(), "position": root.position, "digest": root.digest}, sort_keys=True)
    path = folder / "roots.jsonl"
    if (
        not path.exists() or line not in path.read_text(encoding="utf-8").splitlines()
    ):  # the last try may have died here
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return root
