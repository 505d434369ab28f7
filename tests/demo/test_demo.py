"""`manage.py demo` takes one item of each mode from intake to a confirmed, claimed push, over a real socket."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from approvals.documents.bundle_check import check

pytestmark = pytest.mark.live
MARK = uuid4().hex  # every process the command starts carries it in its environment
OURS = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(out: Path) -> dict:
    """What the command printed, run as a person runs it."""
    plain = {name: value for name, value in os.environ.items() if name not in OURS} | {"MARKED": MARK}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--json", "--out", str(out)],
        cwd=settings.BASE_DIR,
        env=plain,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_one_case_of_each_mode_is_decided_by_the_right_level(told: dict) -> None:
    deciding = {"direct": "county", "substantive": "city", "window": "city"}
    assert [case["mode"] for case in told["cases"]] == list(deciding)
    for case in told["cases"]:
        steps = {step["action"]: step for step in case["steps"]}
        assert steps["approve"]["level"] == deciding[case["mode"]]
        assert steps["approve"]["role"] == "decider"
        assert steps["accept"]["level"] == "county"
        assert case["decision"] == "granted"
        assert case["due_on"]


def test_each_result_reaches_its_supervision_unit_which_confirms_claims_and_feeds_back(told: dict) -> None:
    levels = {"direct": "county", "substantive": "city", "window": "city"}
    for case in told["cases"]:
        push = case["push"]
        assert push["level"] == levels[case["mode"]]
        assert push["delivered_at"] <= push["confirmed_at"] <= push["claimed_at"]
        assert [one["kind"] for one in push["feedback"]] == ["inspection"]
        assert case["licence"]["status"] == "valid"
        assert case["licence"]["library_confirmed_at"]


def test_the_papers_of_each_case_are_left_behind_and_were_verified(told: dict, out: Path) -> None:
    kinds = ("decision.pdf", "licence.pdf", "case-file.pdf", "bundle.zip")
    names = {f"{case['mode']}-{kind}" for case in told["cases"] for kind in kinds} | {"ca.pem"}
    assert {path.name for path in out.iterdir()} == names
    for case in told["cases"]:
        *papers, bundle = case["papers"]
        assert [one["found"][:2] for one in papers] == ["真实"] * 3
        assert check(bundle["file"])["intact"]


def test_no_process_is_left_behind(told: dict) -> None:
    assert [path for path in Path("/proc").glob("[0-9]*/environ") if MARK.encode() in _read(path)] == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
