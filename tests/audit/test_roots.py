"""Is the root of a day exported once, even when the export was lost half way?"""

import json
from datetime import date
from pathlib import Path

import pytest

from approvals.audit.roots import keep_root

pytestmark = pytest.mark.django_db


def test_a_root_is_kept_and_exported_once(tmp_path: Path) -> None:
    first = keep_root(on=date(2026, 3, 2), folder=tmp_path)
    assert keep_root(on=date(2026, 3, 2), folder=tmp_path) == first
    (line,) = (tmp_path / "roots.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"day": "2026-03-02", "position": first.position, "digest": first.digest}


def test_an_export_that_was_lost_is_made_up_for(tmp_path: Path) -> None:
    keep_root(on=date(2026, 3, 2), folder=tmp_path)
    (tmp_path / "roots.jsonl").unlink()
    keep_root(on=date(2026, 3, 2), folder=tmp_path)
    assert len((tmp_path / "roots.jsonl").read_text(encoding="utf-8").splitlines()) == 1
